/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What goes over a client's socket: one packet is one message, little-endian. README.md, "Wire". */

#ifndef SHIM_WIRE_H
#define SHIM_WIRE_H

#include <stdint.h>

#include <memory>
#include <mutex>
#include <vector>

namespace shim
{

enum class Verb : uint32_t {
    Open = 1,
    Call = 2,
    Async = 3,
    Map = 4,
    Unmap = 5,
    Interest = 6,
};

enum class Kind : uint32_t {
    Reply = 1,
    Completion = 2,
    Terminated = 3,
};

struct RequestHead {
    uint32_t magic;
    uint32_t verb;
    uint64_t id;
    uint64_t a;
    uint64_t b;
    uint64_t c;
    uint32_t scalars;
    uint32_t bytes;
};
static_assert(sizeof(RequestHead) == 48, "as README.md says");

struct AnswerHead {
    uint32_t magic;
    uint32_t kind;
    uint64_t id;
    uint32_t code;
    uint32_t scalars;
    uint64_t a;
    uint64_t b;
    uint32_t bytes;
    uint32_t reserved;
};
static_assert(sizeof(AnswerHead) == 48, "as README.md says");

/* `TSKq` and `TSKr`. */
constexpr uint32_t REQUEST_MAGIC = 0x714b5354;
constexpr uint32_t ANSWER_MAGIC = 0x724b5354;

/* A structure of a call: as much as a packet of a unix socket takes without tuning. */
constexpr uint32_t STRUCTURE_MAX = 64 * 1024;

struct Request {
    RequestHead head = {};
    /* As many as the packet holds, which may be more than a call may have. */
    std::vector<uint64_t> scalars;
    std::vector<uint8_t> structure;
};

struct Answer {
    Kind kind = Kind::Reply;
    uint64_t id = 0;
    int code = 0;
    uint64_t a = 0;
    uint64_t b = 0;
    std::vector<uint64_t> scalars;
    std::vector<uint8_t> structure;
    /* Sent along, and closed; -1 for none. */
    int descriptor = -1;
};

enum class Sent {
    Whole,
    /* The peer does not read. */
    Full,
    Gone,
};

class Wire
{
public:
    explicit Wire(int socket) : m_socket(socket) {}
    ~Wire();
    Wire(const Wire &) = delete;
    Wire &operator=(const Wire &) = delete;

    /* False at the end of the connection, and for a packet that is no request. */
    bool Receive(Request &request);

    /* Never waits for the peer. */
    Sent Send(const Answer &answer);

    /* The user at the other end, as the kernel states it. */
    uint32_t PeerUser() const;

    /* Ends both directions; the reader sees the end. */
    void Shut();

private:
    int m_socket;
    std::mutex m_sending;
};

} // namespace shim

#endif /* SHIM_WIRE_H */

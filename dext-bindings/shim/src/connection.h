/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* One connection of a client: io_connect_t, and what the kernel keeps behind it. */

#ifndef SHIM_CONNECTION_H
#define SHIM_CONNECTION_H

#include <stdint.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <DriverKit/IOUserClient.h>

#include "client.h"
#include "wire.h"

namespace shim
{

class Connection : public std::enable_shared_from_this<Connection>
{
public:
    Connection(uint64_t number, int socket) : m_number(number), m_wire(socket) {}

    uint64_t Number() const { return m_number; }

    /* Serves the client until it leaves; then the client is stopped and gone. */
    void Serve(IOService *driver);

    /* Stops the client: calls are refused from now on, mappings stay. Waits until it is done. */
    void Terminate();

    /* Tells a client that asked for it that the service has ended. */
    void TellTerminated();

    /* Ends the connection from this side. */
    void Shut() { m_wire.Shut(); }

    /* `3:active`, `3:terminated`, `3:opening`, `3:watching`. */
    std::string Describe();

private:
    struct Mapped {
        const IOMemoryDescriptor *memory;
        uint64_t count;
    };

    const uint64_t m_number;
    Wire m_wire;
    std::mutex m_lock;
    std::condition_variable m_idle;
    /* One reference, of the kernel, until the client is stopped. */
    IOUserClient *m_client = nullptr;
    uint64_t m_calls = 0;
    bool m_watching = false;
    bool m_terminated = false;
    /* By type: what is mapped, and how often. */
    std::map<uint64_t, Mapped> m_mapped;
    /* Held while the client is stopped, so that who comes second waits. */
    std::mutex m_stopping;

    bool Open(IOService *driver, const Request &request);
    void Watch(const Request &request);
    void ServeRequest(const Request &request);
    void Call(const Request &request);
    void RunCall(IOUserClient *client, const Request &request);
    void Map(const Request &request);
    void Unmap(const Request &request);
    void CheckSame(uint64_t type, const IOMemoryDescriptor *memory);
    OSAction *CompletionFor(const Request &request);
    IOUserClient *CopyClient();
    void WaitUntilIdle();
    void Reply(const Request &request, IOReturn code);
    void Send(const Answer &answer);
};

} // namespace shim

#endif /* SHIM_CONNECTION_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "violation.h"

namespace shim
{

Wire::~Wire()
{
    close(m_socket);
}

static bool Parse(const std::vector<uint8_t> &packet, Request &request)
{
    if (packet.size() < sizeof(RequestHead)) {
        return false;
    }
    memcpy(&request.head, packet.data(), sizeof(RequestHead));
    const RequestHead &head = request.head;
    uint64_t length = sizeof(RequestHead) + 8 * (uint64_t)head.scalars + head.bytes;
    if (head.magic != REQUEST_MAGIC || length != packet.size()) {
        return false;
    }
    const uint8_t *payload = packet.data() + sizeof(RequestHead);
    request.scalars.resize(head.scalars);
    if (head.scalars != 0) {
        memcpy(request.scalars.data(), payload, 8 * (size_t)head.scalars);
    }
    payload += 8 * (size_t)head.scalars;
    request.structure.assign(payload, payload + head.bytes);
    return true;
}

bool Wire::Receive(Request &request)
{
    std::vector<uint8_t> packet(sizeof(RequestHead) + STRUCTURE_MAX + 4096);
    ssize_t length;
    do {
        length = recv(m_socket, packet.data(), packet.size(), MSG_TRUNC);
    } while (length < 0 && errno == EINTR);
    if (length <= 0) {
        return false;
    }
    bool whole = (size_t)length <= packet.size();
    packet.resize(whole ? (size_t)length : 0);
    if (!Parse(packet, request)) {
        Note("a packet of %zd bytes is no request: the connection is closed", length);
        return false;
    }
    return true;
}

Sent Wire::Send(const Answer &answer)
{
    AnswerHead head = {ANSWER_MAGIC,
                       (uint32_t)answer.kind,
                       answer.id,
                       (uint32_t)answer.code,
                       (uint32_t)answer.scalars.size(),
                       answer.a,
                       answer.b,
                       (uint32_t)answer.structure.size(),
                       0};
    iovec parts[] = {
        {&head, sizeof head},
        {const_cast<uint64_t *>(answer.scalars.data()), 8 * answer.scalars.size()},
        {const_cast<uint8_t *>(answer.structure.data()), answer.structure.size()},
    };
    msghdr message = {};
    message.msg_iov = parts;
    message.msg_iovlen = 3;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    if (answer.descriptor >= 0) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        cmsghdr *rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(rights), &answer.descriptor, sizeof(int));
    }
    ssize_t sent;
    {
        std::lock_guard guard(m_sending);
        do {
            sent = sendmsg(m_socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        } while (sent < 0 && errno == EINTR);
    }
    int error = errno;
    if (answer.descriptor >= 0) {
        close(answer.descriptor);
    }
    if (sent >= 0) {
        return Sent::Whole;
    }
    return error == EAGAIN || error == EWOULDBLOCK ? Sent::Full : Sent::Gone;
}

uint32_t Wire::PeerUser() const
{
    ucred peer = {};
    socklen_t length = sizeof peer;
    if (getsockopt(m_socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) {
        return (uint32_t)-1;
    }
    return peer.uid;
}

void Wire::Shut()
{
    shutdown(m_socket, SHUT_RDWR);
}

} // namespace shim

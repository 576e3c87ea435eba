/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "connection.h"

#include "access.h"
#include "action.h"
#include "dispatch_queue.h"
#include "faults.h"
#include "memory.h"
#include "service.h"
#include "terminator.h"
#include "violation.h"

#include <DriverKit/IOLib.h>

namespace shim
{

/* What a mig stub of the kernel answers to a request that is not of its form: _Xio_connect_method. */
constexpr IOReturn MIG_BAD_ID = -303;
constexpr IOReturn MIG_BAD_ARGUMENTS = -304;

void Connection::Serve(IOService *driver)
{
    Request request;
    if (!m_wire.Receive(request)) {
        return;
    }
    if (request.head.verb == (uint32_t)Verb::Interest) {
        Watch(request);
        return;
    }
    if (request.head.verb != (uint32_t)Verb::Open) {
        Reply(request, MIG_BAD_ID);
        return;
    }
    if (Open(driver, request)) {
        while (m_wire.Receive(request)) {
            ServeRequest(request);
        }
        /* The client closed, or died: IOUserClient::clientDied, IOUserUserClient::clientClose. */
        Terminate();
    }
}

/* Models IOUserServer::serviceNewUserClient: the client has started before anybody looks whether it
 * may be here, and who may not is stopped again.
 */
bool Connection::Open(IOService *driver, const Request &request)
{
    IOUserClient *client = nullptr;
    IOReturn code = ServiceIsActive(driver)
                        ? driver->NewUserClient((uint32_t)request.head.a, &client)
                        : kIOReturnOffline;
    if (code != kIOReturnSuccess) {
        Reply(request, code);
        return false;
    }
    if (client == nullptr) {
        Violation("%s::NewUserClient succeeded without a client (IOUserServer::serviceNewUserClient)",
                  driver->getMetaClass()->name);
    }
    {
        std::lock_guard guard(m_lock);
        m_client = client;
    }
    if (!AccessIsGranted(m_wire.PeerUser())) {
        Terminate();
        Reply(request, kIOReturnNotPermitted);
        return false;
    }
    {
        std::weak_ptr<Connection> self = weak_from_this();
        std::lock_guard guard(client->IOService::ivars->lock);
        client->IOService::ivars->terminate = [self] {
            TerminateLater([self] {
                if (std::shared_ptr<Connection> connection = self.lock()) {
                    connection->Terminate();
                }
            });
        };
    }
    Reply(request, kIOReturnSuccess);
    return true;
}

/* IOServiceAddInterestNotification with kIOGeneralInterest. */
void Connection::Watch(const Request &request)
{
    {
        std::lock_guard guard(m_lock);
        m_watching = true;
    }
    Reply(request, kIOReturnSuccess);
    Request ignored;
    while (m_wire.Receive(ignored)) {
    }
}

void Connection::ServeRequest(const Request &request)
{
    switch ((Verb)request.head.verb) {
    case Verb::Call:
    case Verb::Async:
        Call(request);
        return;
    case Verb::Map:
        Map(request);
        return;
    case Verb::Unmap:
        Unmap(request);
        return;
    default:
        Reply(request, MIG_BAD_ID);
    }
}

/* Retained; null once the client is terminated: the port then names the set of mappings, and every
 * call through it is a bad argument (IOUserClient::destroyUserReferences).
 */
IOUserClient *Connection::CopyClient()
{
    std::lock_guard guard(m_lock);
    if (m_client != nullptr) {
        m_client->retain();
    }
    return m_client;
}

/* Models is_io_connect_method: the call waits in its queue, and this thread goes on, so that it sees
 * the client's death within the call.
 */
void Connection::Call(const Request &request)
{
    if (request.scalars.size() > kIOUserClientScalarArrayCountMax ||
        request.structure.size() > STRUCTURE_MAX || request.head.c > STRUCTURE_MAX) {
        Reply(request, MIG_BAD_ARGUMENTS);
        return;
    }
    IOUserClient *client = CopyClient();
    IODispatchQueue *queue =
        client != nullptr ? ServiceCopyQueue(client, IOUserClient_ExternalMethod_ID) : nullptr;
    if (queue == nullptr) {
        OSSafeReleaseNULL(client);
        Reply(request, kIOReturnBadArgument);
        return;
    }
    {
        std::lock_guard guard(m_lock);
        m_calls++;
    }
    auto ended = [self = shared_from_this(), client, queue] {
        client->release();
        queue->release();
        std::lock_guard guard(self->m_lock);
        self->m_calls--;
        self->m_idle.notify_all();
    };
    QueuePost(
        queue->ivars->queue,
        [self = shared_from_this(), client, request, ended] {
            self->RunCall(client, request);
            ended();
        },
        [self = shared_from_this(), request, ended] {
            self->Reply(request, kIOReturnOffline);
            ended();
        });
}

void Connection::RunCall(IOUserClient *client, const Request &request)
{
    CallRequest call;
    call.selector = request.head.a;
    call.scalars = request.scalars;
    call.structure = request.structure;
    /* The reply of mig has room for so many, whatever the client asks for. */
    call.scalarsOut = request.head.b < kIOUserClientScalarArrayCountMax
                          ? (uint32_t)request.head.b
                          : (uint32_t)kIOUserClientScalarArrayCountMax;
    call.structureOut = request.head.c;
    if ((Verb)request.head.verb == Verb::Async) {
        call.completion = CompletionFor(request);
    }
    CallReply reply = ClientCall(client, call);
    /* "only retained during the invocation of ExternalMethod": IOUserClient.iig. */
    OSSafeReleaseNULL(call.completion);
    Answer answer;
    answer.id = request.head.id;
    answer.code = reply.code;
    answer.scalars = std::move(reply.scalars);
    answer.structure = std::move(reply.structure);
    Send(answer);
}

/* Models IOUserClient::sendAsyncResult64: a port that is full loses the message, and a client that
 * is gone hears nothing.
 */
OSAction *Connection::CompletionFor(const Request &request)
{
    return ActionForKernel([self = weak_from_this(), id = request.head.id](
                               IOReturn status, const uint64_t *arguments, uint32_t count) {
        std::shared_ptr<Connection> connection = self.lock();
        if (!connection) {
            return;
        }
        Answer answer;
        answer.kind = Kind::Completion;
        answer.id = id;
        answer.code = status;
        answer.scalars.assign(arguments, arguments + count);
        if (connection->m_wire.Send(answer) == Sent::Full) {
            Note("client %llu does not read: a completion is lost",
                 (unsigned long long)connection->m_number);
        }
    });
}

void Connection::WaitUntilIdle()
{
    std::unique_lock guard(m_lock);
    m_idle.wait(guard, [this] { return m_calls == 0; });
}

void Connection::CheckSame(uint64_t type, const IOMemoryDescriptor *memory)
{
    auto before = m_mapped.find(type);
    if (before != m_mapped.end() && before->second.memory != memory) {
        Violation("CopyClientMemoryForType(%llu) returned another descriptor than the one that is "
                  "mapped: the kernel finds a mapping by its descriptor (is_io_connect_unmap_memory)",
                  (unsigned long long)type);
    }
}

/* Models is_io_connect_map_memory_into_task and IOUserClient::mapClientMemory64. It holds the
 * client's lock for writing, so it waits for the calls of this client; and all that can go wrong is
 * a bad argument. Of the client's flags the kernel keeps kIOMapUserOptionsMask (0x0fff): how a mapping is
 * placed and cached, which here is the client's own business, and not kIOMapReadOnly. So none is looked
 * at.
 */
void Connection::Map(const Request &request)
{
    WaitUntilIdle();
    uint64_t type = request.head.a;
    IOUserClient *client = CopyClient();
    if (client == nullptr || FaultsOnMap()) {
        OSSafeReleaseNULL(client);
        Reply(request, kIOReturnBadArgument);
        return;
    }
    ClientMemory found = ClientMemoryForType(client, (uint32_t)type);
    Answer answer;
    answer.id = request.head.id;
    answer.code = kIOReturnBadArgument;
    if (found.code == kIOReturnSuccess) {
        CheckSame(type, found.memory);
        answer.descriptor = MemoryExport(found.memory, found.readOnly);
    }
    if (answer.descriptor >= 0) {
        m_mapped[type].memory = found.memory;
        m_mapped[type].count++;
        answer.code = kIOReturnSuccess;
        found.memory->GetLength(&answer.a);
        answer.b = found.readOnly ? 1 : 0;
    }
    client->release();
    Send(answer);
}

/* Models is_io_connect_unmap_memory_from_task: it asks the dext again, to find the mapping. What the
 * dext says goes to the client; what is not mapped is a bad argument.
 */
void Connection::Unmap(const Request &request)
{
    WaitUntilIdle();
    uint64_t type = request.head.a;
    IOUserClient *client = CopyClient();
    if (client == nullptr) {
        Reply(request, kIOReturnBadArgument);
        return;
    }
    ClientMemory found = ClientMemoryForType(client, (uint32_t)type);
    IOReturn code = found.code;
    if (code == kIOReturnSuccess) {
        CheckSame(type, found.memory);
        auto mapped = m_mapped.find(type);
        if (mapped == m_mapped.end()) {
            code = kIOReturnBadArgument;
        } else if (--mapped->second.count == 0) {
            m_mapped.erase(mapped);
        }
    }
    client->release();
    Reply(request, code);
}

void Connection::Terminate()
{
    std::lock_guard stopping(m_stopping);
    IOUserClient *client;
    {
        std::lock_guard guard(m_lock);
        client = m_client;
        m_client = nullptr;
        m_terminated = true;
    }
    if (client != nullptr) {
        ServiceStop(client);
        client->release();
    }
}

void Connection::TellTerminated()
{
    {
        std::lock_guard guard(m_lock);
        if (!m_watching) {
            return;
        }
    }
    Answer answer;
    answer.kind = Kind::Terminated;
    Send(answer);
}

std::string Connection::Describe()
{
    std::lock_guard guard(m_lock);
    const char *state = m_watching            ? "watching"
                        : m_terminated        ? "terminated"
                        : m_client != nullptr ? "active"
                                              : "opening";
    return std::to_string(m_number) + ":" + state;
}

void Connection::Reply(const Request &request, IOReturn code)
{
    Answer answer;
    answer.id = request.head.id;
    answer.code = code;
    Send(answer);
}

/* A reply never waits for the client, as it does not on a mach port. A client that lets so many of
 * them pile up has stopped to read: it is treated as one that died.
 */
void Connection::Send(const Answer &answer)
{
    if (m_wire.Send(answer) == Sent::Full) {
        Note("client %llu does not read its replies: it is closed", (unsigned long long)m_number);
        m_wire.Shut();
    }
}

} // namespace shim

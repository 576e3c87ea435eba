/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* IOUserClient: the base class, and IOUserUserClient, which is its side in the kernel. */

#include "client.h"

#include <array>

#include <DriverKit/IOLib.h>
#include <DriverKit/OSData.h>

#include "action.h"
#include "context.h"
#include "memory.h"
#include "object_header.h"
#include "violation.h"

OSDefineMetaClass(IOUserClient, IOService);

namespace shim
{

/* What the kernel's own variables hold before a call: IOUserUserClient::clientMemoryForType passes
 * its `options` uninitialised.
 */
constexpr uint64_t UNINITIALISED = 0xa5a5a5a5a5a5a5a5;

/* The arguments of one call and what they point to. */
class Arguments
{
public:
    explicit Arguments(const CallRequest &request) : m_request(request), m_out()
    {
        m_out.fill(UNINITIALISED);
        m_arguments.version = kIOUserClientMethodArgumentsCurrentVersion;
        m_arguments.selector = request.selector;
        m_arguments.completion = request.completion;
        m_arguments.scalarInput = request.scalars.data();
        m_arguments.scalarInputCount = (uint32_t)request.scalars.size();
        m_arguments.scalarOutput = m_out.data();
        m_arguments.scalarOutputCount = request.scalarsOut;
        m_arguments.structureOutputMaximumSize = request.structureOut;
        TakeStructures();
    }

    ~Arguments()
    {
        OSSafeReleaseNULL(m_input);
        OSSafeReleaseNULL(m_inputMemory);
        OSSafeReleaseNULL(m_outputMemory);
    }

    Arguments(const Arguments &) = delete;
    Arguments &operator=(const Arguments &) = delete;

    IOUserClientMethodArguments *operator&() { return &m_arguments; }

    /* Models the end of IOUserUserClient::externalMethod. */
    CallReply Reply(const char *className, IOReturn code)
    {
        OSData *output = m_arguments.structureOutput;
        if (m_arguments.scalarOutputCount > m_request.scalarsOut) {
            Violation("%s::ExternalMethod(%llu) gave %u scalars where %u were asked for", className,
                      (unsigned long long)m_request.selector, m_arguments.scalarOutputCount,
                      m_request.scalarsOut);
        }
        if (output != nullptr && m_outputMemory != nullptr) {
            Violation("%s::ExternalMethod(%llu) set structureOutput though the caller sent "
                      "structureOutputDescriptor (IOUserClient.iig)",
                      className, (unsigned long long)m_request.selector);
        }
        if (code != kIOReturnSuccess && output != nullptr) {
            Violation("%s::ExternalMethod(%llu) set structureOutput and failed: nobody releases it "
                      "(IOUserUserClient::externalMethod returns before it looks)",
                      className, (unsigned long long)m_request.selector);
        }
        if (code != kIOReturnSuccess) {
            return {code, {}, {}};
        }
        CallReply reply;
        reply.scalars.assign(m_out.begin(), m_out.begin() + m_arguments.scalarOutputCount);
        if (output != nullptr) {
            /* More than the caller has room for is a bad argument, and nothing of it is copied. */
            if (output->getLength() > m_request.structureOut) {
                reply = {kIOReturnBadArgument, {}, {}};
            } else {
                auto *bytes = static_cast<const uint8_t *>(output->getBytesNoCopy());
                reply.structure.assign(bytes, bytes + output->getLength());
            }
            output->release();
        } else if (m_outputMemory != nullptr) {
            auto *bytes = static_cast<const uint8_t *>(MemoryBytes(m_outputMemory));
            reply.structure.assign(bytes, bytes + m_request.structureOut);
        }
        return reply;
    }

private:
    const CallRequest &m_request;
    IOUserClientMethodArguments m_arguments = {};
    std::array<uint64_t, kIOUserClientScalarArrayCountMax> m_out;
    OSData *m_input = nullptr;
    IOMemoryDescriptor *m_inputMemory = nullptr;
    IOMemoryDescriptor *m_outputMemory = nullptr;

    /* Models is_io_connect_method: a large structure comes as a descriptor, and then alone. */
    void TakeStructures()
    {
        const std::vector<uint8_t> &structure = m_request.structure;
        if (structure.size() > STRUCTURE_INBAND_MAX) {
            m_inputMemory = MemoryOfClient(structure.data(), structure.size());
        } else if (!structure.empty()) {
            m_input = OSData::withBytes(structure.data(), structure.size());
        }
        if (m_request.structureOut > STRUCTURE_INBAND_MAX) {
            m_outputMemory = MemoryOfClient(nullptr, m_request.structureOut);
        }
        m_arguments.structureInput = m_input;
        m_arguments.structureInputDescriptor = m_inputMemory;
        m_arguments.structureOutputDescriptor = m_outputMemory;
    }
};

CallReply ClientCall(IOUserClient *client, const CallRequest &request)
{
    /* What the kernel makes for a call is not the dext's allocation. */
    Arguments arguments(request);
    const char *className = client->getMetaClass()->name;
    IOReturn code;
    {
        Doing doing(className, "ExternalMethod", false, request.selector);
        code = client->ExternalMethod(request.selector, &arguments, nullptr, nullptr, nullptr);
    }
    return arguments.Reply(className, code);
}

ClientMemory ClientMemoryForType(IOUserClient *client, uint64_t type)
{
    const char *className = client->getMetaClass()->name;
    uint64_t options = UNINITIALISED;
    IOMemoryDescriptor *memory = nullptr;
    IOReturn code = client->CopyClientMemoryForType(type, &options, &memory);
    if (code != kIOReturnSuccess) {
        return {code, nullptr, false};
    }
    if (memory == nullptr) {
        Violation("%s::CopyClientMemoryForType(%llu) succeeded without a descriptor "
                  "(IOUserClient::mapClientMemory64)",
                  className, (unsigned long long)type);
    }
    if (options == UNINITIALISED || (options & ~(uint64_t)kIOUserClientMemoryReadOnly) != 0) {
        Violation("%s::CopyClientMemoryForType(%llu) left *options %#llx: it comes uninitialised, "
                  "assign it (IOUserUserClient::clientMemoryForType)",
                  className, (unsigned long long)type, (unsigned long long)options);
    }
    /* One reference goes to the kernel; without another one the descriptor cannot be the same the
     * next time.
     */
    if (ReferencesTo(memory) < 2) {
        Violation("%s::CopyClientMemoryForType(%llu) did not retain what it keeps: the kernel "
                  "consumes a reference (IOUserClient::mapClientMemory64)",
                  className, (unsigned long long)type);
    }
    memory->release();
    return {kIOReturnSuccess, memory, (options & kIOUserClientMemoryReadOnly) != 0};
}

static uint64_t StructureInputSize(const IOUserClientMethodArguments *arguments)
{
    uint64_t length = 0;
    if (arguments->structureInput != nullptr) {
        length = arguments->structureInput->getLength();
    } else if (arguments->structureInputDescriptor != nullptr) {
        arguments->structureInputDescriptor->GetLength(&length);
    }
    return length;
}

static bool Fits(uint32_t check, uint64_t value)
{
    return check == kIOUserClientVariableStructureSize || check == value;
}

} // namespace shim

bool IOUserClient::init()
{
    return super::init();
}

void IOUserClient::free()
{
    super::free();
}

kern_return_t IOUserClient::Dispatch(const IORPC rpc)
{
    return _Dispatch(this, rpc);
}

kern_return_t IOUserClient::_Dispatch(IOUserClient *self, const IORPC rpc)
{
    return IOService::_Dispatch(self, rpc);
}

/* IOUserClient.iig, IOUserClientMethodDispatch: every field is checked exactly; without a function
 * the caller implements the method itself.
 */
kern_return_t IOUserClient::ExternalMethod(uint64_t, IOUserClientMethodArguments *arguments,
                                           const IOUserClientMethodDispatch *dispatch,
                                           OSObject *target, void *reference)
{
    if (dispatch == nullptr) {
        return kIOReturnUnsupported;
    }
    if (dispatch->checkCompletionExists != (uint32_t)-1 &&
        (dispatch->checkCompletionExists != 0) != (arguments->completion != nullptr)) {
        return kIOReturnBadArgument;
    }
    if (!shim::Fits(dispatch->checkScalarInputCount, arguments->scalarInputCount) ||
        !shim::Fits(dispatch->checkStructureInputSize, shim::StructureInputSize(arguments)) ||
        !shim::Fits(dispatch->checkScalarOutputCount, arguments->scalarOutputCount) ||
        !shim::Fits(dispatch->checkStructureOutputSize, arguments->structureOutputMaximumSize)) {
        return kIOReturnBadArgument;
    }
    if (dispatch->function == nullptr) {
        return kIOReturnNoCompletion;
    }
    return dispatch->function(target, reference, arguments);
}

/* Models IOUserClient::KernelCompletion_Impl. */
void IOUserClient::AsyncCompletion(OSAction *action, IOReturn status,
                                   const IOUserClientAsyncArgumentsArray asyncData,
                                   uint32_t asyncDataCount, OSDispatchMethod)
{
    const char *className = getMetaClass()->name;
    if (action == nullptr) {
        shim::Violation("%s::AsyncCompletion without an action", className);
    }
    if (asyncDataCount > kIOUserClientAsyncArgumentsCountMax) {
        shim::Violation("%s::AsyncCompletion with %u arguments: %d is the most", className,
                        asyncDataCount, kIOUserClientAsyncArgumentsCountMax);
    }
    std::function<void(IOReturn, const uint64_t *, uint32_t)> target;
    {
        std::lock_guard guard(action->ivars->lock);
        target = action->ivars->kernelTarget;
    }
    if (target) {
        target(status, asyncData, asyncDataCount);
    }
}

kern_return_t IOUserClient::CopyClientMemoryForType(uint64_t type, uint64_t *options,
                                                    IOMemoryDescriptor **memory,
                                                    OSDispatchMethod supermethod)
{
    IOUserClient_CopyClientMemoryForType_Arguments arguments = {type, options, memory};
    IORPCMessage message = {IOUserClient_CopyClientMemoryForType_ID, &arguments};
    IORPC rpc = {&message};
    return supermethod != nullptr ? supermethod(this, rpc) : Invoke(rpc);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "ShimClient.h"

#include <DriverKit/DriverKit.h>
#include <os/log.h>
#include <DriverKit/IOLib.h>

#include "ShimDriver.h"
#include "modes.h"

OSDefineMetaClass(ShimClient, IOUserClient);

/* What nobody releases: the census must see it. */
static OSData *leaked;

bool ShimClient::init()
{
    if (!super::init()) {
        return false;
    }
    ivars = IONewZero(ShimClient_IVars, 1);
    return ivars != nullptr;
}

void ShimClient::free()
{
    if (ivars != nullptr) {
        OSSafeReleaseNULL(ivars->page);
        OSSafeReleaseNULL(ivars->kept);
        OSSafeReleaseNULL(ivars->timer);
        OSSafeReleaseNULL(ivars->timerAction);
        for (IODispatchQueue *&queue : ivars->queues) {
            OSSafeReleaseNULL(queue);
        }
        OSSafeReleaseNULL(ivars->driver);
    }
    IOSafeDeleteNULL(ivars, ShimClient_IVars, 1);
    super::free();
}

static kern_return_t MakeQueues(ShimClient_IVars *ivars)
{
    static const char *const names[] = {"one", "two", "three"};
    for (int at = 0; at < SHIM_TEST_QUEUES; at++) {
        kern_return_t result = IODispatchQueue::Create(names[at], 0, 0, &ivars->queues[at]);
        if (result != kIOReturnSuccess) {
            return result;
        }
    }
    return kIOReturnSuccess;
}

kern_return_t ShimClient::Start_Impl(IOService *provider)
{
    ivars->type = shimOpeningType;
    if (ivars->type == OPEN_START_WITHOUT_SUPER) {
        return kIOReturnSuccess;
    }
    kern_return_t result = Start(provider, SUPERDISPATCH);
    if (result != kIOReturnSuccess) {
        return result;
    }
    provider->retain();
    ivars->driver = provider;
    result = IOBufferMemoryDescriptor::Create(kIOMemoryDirectionInOut, 4096, 0, &ivars->page);
    if (result == kIOReturnSuccess) {
        result = MakeQueues(ivars);
    }
    if (result != kIOReturnSuccess) {
        return result;
    }
    switch (ivars->type) {
    case OPEN_START_FAILS:
        return kIOReturnNoResources;
    case OPEN_START_SUPER_TWICE:
        return Start(provider, SUPERDISPATCH);
    case OPEN_LEAKS:
        leaked = OSData::withBytes("leak", 4);
        return kIOReturnSuccess;
    case OPEN_OWN_QUEUE:
        return SetDispatchQueue(kIOUserClientQueueNameExternalMethod, ivars->queues[0]);
    default:
        return kIOReturnSuccess;
    }
}

kern_return_t ShimClient::Stop_Impl(IOService *provider)
{
    os_log(OS_LOG_DEFAULT, "ShimClient stops");
    if (ivars->timer != nullptr) {
        ivars->timer->Cancel(nullptr);
    }
    switch (ivars->type) {
    case OPEN_STOP_WITHOUT_SUPER:
        return kIOReturnSuccess;
    case OPEN_STOP_FAILS:
        return kIOReturnBusy;
    case OPEN_STOP_SUPER_TWICE:
        Stop(provider, SUPERDISPATCH);
        break;
    default:
        break;
    }
    return Stop(provider, SUPERDISPATCH);
}

kern_return_t ShimClient::CopyClientMemoryForType_Impl(uint64_t type, uint64_t *options,
                                                       IOMemoryDescriptor **memory)
{
    IOMemoryDescriptor *region = OSRequiredCast(ShimDriver, ivars->driver)->Region();
    switch (type) {
    case MEMORY_REGION:
    case MEMORY_REGION_WRITABLE:
        *options = type == MEMORY_REGION ? kIOUserClientMemoryReadOnly : 0;
        region->retain();
        *memory = region;
        return kIOReturnSuccess;
    case MEMORY_OPTIONS_OR:
        *options |= kIOUserClientMemoryReadOnly;
        [[fallthrough]];
    case MEMORY_OPTIONS_UNTOUCHED:
        ivars->page->retain();
        *memory = ivars->page;
        return kIOReturnSuccess;
    case MEMORY_PAGE:
        ivars->page->retain();
        [[fallthrough]];
    case MEMORY_NOT_RETAINED:
        *options = 0;
        *memory = ivars->page;
        return kIOReturnSuccess;
    case MEMORY_OTHER_EACH_TIME: {
        IOBufferMemoryDescriptor *fresh = nullptr;
        *options = 0;
        kern_return_t result =
            IOBufferMemoryDescriptor::Create(kIOMemoryDirectionInOut, 4096, 0, &fresh);
        /* Kept too, in place of the one before. */
        OSSafeReleaseNULL(ivars->page);
        ivars->page = fresh;
        fresh->retain();
        *memory = fresh;
        return result;
    }
    case MEMORY_NONE:
        *options = 0;
        return kIOReturnSuccess;
    case MEMORY_FAILS:
        return kIOReturnNoMemory;
    default:
        return kIOReturnUnsupported;
    }
}

kern_return_t ShimClient::ExternalMethod(uint64_t selector, IOUserClientMethodArguments *arguments,
                                         const IOUserClientMethodDispatch *, OSObject *, void *)
{
    if (selector >= OFFEND_RACE) {
        return ShimOffend(this, selector);
    }
    if (selector >= VIOLATE_FIRST) {
        return ShimViolate(this, selector, arguments);
    }
    return ShimCall(this, selector, arguments);
}

/* The timer of CALL_TIMER: completes with the time that it was told and the present. It runs on another
 * queue than the calls, and the next call may come as soon as the completion is sent.
 */
void ShimClient::TimerOccurred_Impl(OSAction *, uint64_t time)
{
    IOUserClientAsyncArgumentsArray data = {time, mach_continuous_time()};
    OSAction *kept = __atomic_exchange_n(&ivars->kept, nullptr, __ATOMIC_ACQ_REL);
    AsyncCompletion(kept, kIOReturnSuccess, data, 2);
    kept->release();
}

kern_return_t ShimClient::CreateActionTimerOccurred(size_t referenceSize, OSAction **action)
{
    return OSAction::Create(this, ShimClient_TimerOccurred_ID,
                            IOTimerDispatchSource_TimerOccurred_ID, referenceSize, action);
}

kern_return_t ShimClient::Dispatch(const IORPC rpc)
{
    return _Dispatch(this, rpc);
}

kern_return_t ShimClient::_Dispatch(ShimClient *self, const IORPC rpc)
{
    switch (rpc.message->msgid) {
    case IOService_Start_ID: {
        auto &arguments = IORPCArguments<IOService_Start_Arguments>(rpc);
        return self->Start_Impl(arguments.provider);
    }
    case IOService_Stop_ID: {
        auto &arguments = IORPCArguments<IOService_Stop_Arguments>(rpc);
        return self->Stop_Impl(arguments.provider);
    }
    case IOUserClient_CopyClientMemoryForType_ID: {
        auto &arguments = IORPCArguments<IOUserClient_CopyClientMemoryForType_Arguments>(rpc);
        return self->CopyClientMemoryForType_Impl(arguments.type, arguments.options,
                                                  arguments.memory);
    }
    case ShimClient_TimerOccurred_ID: {
        auto &arguments = IORPCArguments<IOTimerDispatchSource_TimerOccurred_Arguments>(rpc);
        self->TimerOccurred_Impl(arguments.action, arguments.time);
        return kIOReturnSuccess;
    }
    default:
        return IOUserClient::_Dispatch(self, rpc);
    }
}

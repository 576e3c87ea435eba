/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "ShimDriver.h"

#include <DriverKit/DriverKit.h>
#include <DriverKit/IOLib.h>
#include <os/log.h>

#include "ShimClient.h"
#include "modes.h"

/* Not of a dext: how the test reaches it. */
extern "C" char *getenv(const char *name);

OSDefineMetaClass(ShimDriver, IOService);

struct ShimDriver_IVars {
    IOBufferMemoryDescriptor *region;
};

uint32_t shimOpeningType;

static bool Mode(const char *mode)
{
    const char *given = getenv("SHIM_TEST_MODE");
    return given != nullptr && __builtin_strcmp(given, mode) == 0;
}

bool ShimDriver::init()
{
    if (!super::init() || Mode("init-fails")) {
        return false;
    }
    ivars = IONewZero(ShimDriver_IVars, 1);
    return ivars != nullptr;
}

void ShimDriver::free()
{
    if (ivars != nullptr) {
        OSSafeReleaseNULL(ivars->region);
    }
    IOSafeDeleteNULL(ivars, ShimDriver_IVars, 1);
    super::free();
}

IOBufferMemoryDescriptor *ShimDriver::Region()
{
    return ivars->region;
}

kern_return_t ShimDriver::Start_Impl(IOService *provider)
{
    if (Mode("registers-and-fails")) {
        RegisterService();
        return kIOReturnNoResources;
    }
    if (!Mode("start-without-super")) {
        kern_return_t result = Start(provider, SUPERDISPATCH);
        if (result != kIOReturnSuccess) {
            return result;
        }
    }
    if (Mode("start-super-twice")) {
        Start(provider, SUPERDISPATCH);
    }
    if (Mode("other-provider")) {
        Start(this, SUPERDISPATCH);
    }
    /* Three pages, and a length that is no multiple of one. */
    kern_return_t result =
        IOBufferMemoryDescriptor::Create(kIOMemoryDirectionInOut, 3 * 4096 - 100, 0, &ivars->region);
    if (result != kIOReturnSuccess) {
        return result;
    }
    IOAddressSegment range;
    ivars->region->GetAddressRange(&range);
    for (uint64_t at = 0; at < range.length; at++) {
        ((uint8_t *)range.address)[at] = (uint8_t)at;
    }
    os_log(OS_LOG_DEFAULT, "%{public}s started, %u bytes", "ShimDriver", (unsigned)range.length);
    RegisterService();
    return kIOReturnSuccess;
}

kern_return_t ShimDriver::Stop_Impl(IOService *provider)
{
    os_log(OS_LOG_DEFAULT, "ShimDriver stops");
    if (Mode("stop-without-super")) {
        return kIOReturnSuccess;
    }
    return Stop(provider, SUPERDISPATCH);
}

kern_return_t ShimDriver::NewUserClient_Impl(uint32_t type, IOUserClient **userClient)
{
    IOService *service = nullptr;
    kern_return_t result;
    shimOpeningType = type;
    switch (type) {
    case OPEN_REFUSED:
        return kIOReturnUnsupported;
    case OPEN_WITHOUT_CLIENT:
        return kIOReturnSuccess;
    case OPEN_UNKNOWN_KEY:
        return Create(this, "NoSuchProperties", &service);
    case OPEN_OTHER_PROVIDER:
        return Create(nullptr, "UserClientProperties", &service);
    default:
        break;
    }
    result = Create(this, "UserClientProperties", &service);
    if (result != kIOReturnSuccess) {
        return result;
    }
    *userClient = OSDynamicCast(IOUserClient, service);
    return kIOReturnSuccess;
}

kern_return_t ShimDriver::Dispatch(const IORPC rpc)
{
    return _Dispatch(this, rpc);
}

kern_return_t ShimDriver::_Dispatch(ShimDriver *self, const IORPC rpc)
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
    case IOService_NewUserClient_ID: {
        auto &arguments = IORPCArguments<IOService_NewUserClient_Arguments>(rpc);
        return self->NewUserClient_Impl(arguments.type, arguments.userClient);
    }
    default:
        return IOService::_Dispatch(self, rpc);
    }
}

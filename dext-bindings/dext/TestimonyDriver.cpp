/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The service: begins and ends with the region, and lets readers in. */

#include "TestimonyDriver.h"

#include <DriverKit/IOLib.h>
#include <DriverKit/IOUserClient.h>
#include <os/log.h>

#include "DriverState.h"
#include "Queue.h"

using testimony::House;

bool TestimonyDriver::init()
{
    if (!super::init()) {
        return false;
    }
    ivars = IONewZero(TestimonyDriver_IVars, 1);
    return ivars != NULL;
}

void TestimonyDriver::free()
{
    if (ivars != NULL) {
        ivars->house.Release();
    }
    IOSafeDeleteNULL(ivars, TestimonyDriver_IVars, 1);
    super::free();
}

kern_return_t TestimonyDriver::Start_Impl(IOService *provider)
{
    /* First: what follows needs what it makes. */
    kern_return_t result = Start(provider, SUPERDISPATCH);
    if (result != kIOReturnSuccess) {
        return result;
    }
    result = ivars->house.Open(this);
    if (result == kIOReturnSuccess) {
        result = RegisterService();
    }
    if (result != kIOReturnSuccess) {
        os_log(OS_LOG_DEFAULT, "Testimony cannot start: %#x", (unsigned)result);
        ivars->house.Release();
        return result;
    }
    os_log(OS_LOG_DEFAULT, "Testimony serves %llu wired bytes, region ABI %u.%u, generation %llu",
           (unsigned long long)ivars->house.region.header.total_size, TSM_ABI_MAJOR, TSM_ABI_MINOR,
           (unsigned long long)ivars->house.region.header.generation);
    return kIOReturnSuccess;
}

kern_return_t TestimonyDriver::Stop_Impl(IOService *provider)
{
    ivars->house.Close();
    /* Last: the kernel takes it for the end. */
    return Stop(provider, SUPERDISPATCH);
}

/* ATT-13. Nobody has been authenticated yet: the kernel does that when the client has started. */
kern_return_t TestimonyDriver::NewUserClient_Impl(uint32_t type, IOUserClient **userClient)
{
    *userClient = NULL;
    if (type >> 16 != TSM_OPEN_MAGIC) {
        return kIOReturnUnsupported;
    }
    struct Refusal {
        House *house;
        uint32_t major;
    } refusal = {&ivars->house, type & 0xffff};
    if (refusal.major != TSM_ABI_MAJOR) {
        os_log(OS_LOG_DEFAULT, "a reader speaks region ABI %u and this driver %u.%u: refused",
               (unsigned)refusal.major, TSM_ABI_MAJOR, TSM_ABI_MINOR);
        testimony::RunOn<Refusal>(ivars->house.CallsQueue(), &refusal, [](Refusal *what) {
            what->house->refused_major = what->major;
        });
        return TSM_CODE_ABI_MAJOR(TSM_ABI_MAJOR);
    }
    if (ivars->house.IsStopping()) {
        return TSM_CODE_STOPPING;
    }
    IOService *service = NULL;
    const kern_return_t created = Create(this, "UserClientProperties", &service);
    if (created != kIOReturnSuccess) {
        return created;
    }
    *userClient = OSDynamicCast(IOUserClient, service);
    if (*userClient == NULL) {
        OSSafeReleaseNULL(service);
        return kIOReturnError;
    }
    return kIOReturnSuccess;
}

void TestimonyDriver::TimerOccurred_Impl(OSAction *action, uint64_t)
{
    testimony::TimerWentOff(&ivars->house, testimony::Ticker::NumberOf(action));
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* One connection: what its reader asks for goes to the driver's queue of calls. */

#include "TestimonyClient.h"

#include <DriverKit/IOLib.h>
#include <os/log.h>

#include "Calls.h"
#include "DriverState.h"
#include "Memory.h"
#include "Queue.h"
#include "TestimonyDriver.h"
#include "Ticks.h"

using testimony::Caller;
using testimony::Client;
using testimony::House;
using testimony::RunOn;

TSM_RECORD(dext_client_call, DEXT_CLIENT_CALL, 1);

struct TestimonyClient_IVars {
    /* Retained from Start on: the region and the lanes are its. */
    TestimonyDriver *driver;
    Client client;
    Caller caller;
};

bool TestimonyClient::init()
{
    if (!super::init()) {
        return false;
    }
    ivars = IONewZero(TestimonyClient_IVars, 1);
    return ivars != NULL;
}

void TestimonyClient::free()
{
    if (ivars != NULL) {
        OSSafeReleaseNULL(ivars->client.page);
        OSSafeReleaseNULL(ivars->driver);
    }
    IOSafeDeleteNULL(ivars, TestimonyClient_IVars, 1);
    super::free();
}

/* Makes all that the connection will need: from here on nothing is allocated for it. */
static kern_return_t Prepare(TestimonyClient *service, TestimonyClient_IVars *ivars)
{
    House *house = &ivars->driver->ivars->house;
    ivars->client.service = service;
    ivars->caller = {house, &ivars->client};
    void *page = NULL;
    const uint64_t size = tsm_release_page_size(testimony::SHAPE.lanes);
    kern_return_t result = testimony::Allocate(size, &ivars->client.page, &page);
    if (result == kIOReturnSuccess) {
        ivars->client.lines = (const tsm_word *)page;
        result = service->SetDispatchQueue(kIOUserClientQueueNameExternalMethod, house->CallsQueue());
    }
    return result;
}

kern_return_t TestimonyClient::Start_Impl(IOService *provider)
{
    kern_return_t result = Start(provider, SUPERDISPATCH);
    if (result != kIOReturnSuccess) {
        return result;
    }
    ivars->driver = OSDynamicCast(TestimonyDriver, provider);
    if (ivars->driver == NULL) {
        return kIOReturnBadArgument;
    }
    ivars->driver->retain();
    result = Prepare(this, ivars);
    if (result != kIOReturnSuccess) {
        return result;
    }
    struct Joining {
        Caller *caller;
        bool joined;
    } joining = {&ivars->caller, false};
    RunOn<Joining>(ivars->caller.house->CallsQueue(), &joining, [](Joining *what) {
        what->joined = !what->caller->house->IsStopping() && what->caller->house->Join(what->caller->client);
    });
    return joining.joined ? kIOReturnSuccess : kIOReturnNoResources;
}

/* Comes too when the reader has vanished, in whatever it was doing. */
kern_return_t TestimonyClient::Stop_Impl(IOService *provider)
{
    /* Without a driver it never was more than made. */
    if (ivars->driver != NULL) {
        RunOn<Caller>(ivars->driver->ivars->house.CallsQueue(), &ivars->caller,
                      [](Caller *caller) { caller->house->Leave(caller->client); });
    }
    return Stop(provider, SUPERDISPATCH);
}

kern_return_t TestimonyClient::CopyClientMemoryForType_Impl(uint64_t type, uint64_t *options,
                                                            IOMemoryDescriptor **memory)
{
    struct Asking {
        const Caller *caller;
        uint64_t type;
        uint64_t *options;
        IOMemoryDescriptor **memory;
        kern_return_t result;
    } asking = {&ivars->caller, type, options, memory, kIOReturnError};
    RunOn<Asking>(ivars->caller.house->CallsQueue(), &asking, [](Asking *what) {
        what->result = testimony::HandOut(what->caller, what->type, what->options, what->memory);
    });
    return asking.result;
}

/* Counts a call and writes it down. */
static void Tell(Caller *caller, uint64_t selector, kern_return_t result, uint64_t begin)
{
    House *house = caller->house;
    house->calls += 1;
    if (result != kIOReturnSuccess) {
        house->refused += 1;
        const bool ours = ((uint32_t)result & ~UINT32_C(0x3fff)) == (uint32_t)iokit_vendor_specific_err(0);
        const bool major = ours && ((uint32_t)result & TSM_REFUSAL_ABI_MAJOR) != 0;
        house->last_refusal = major ? TSM_REFUSAL_ABI_MAJOR : ours ? (uint32_t)result & 0x3fff : 0;
    }
    if (!house->observation.Wants(DEXT_CLIENT_CALL_CLASS)) {
        return;
    }
    dext_client_call_v1 call;
    __builtin_memset(&call, 0, sizeof call);
    call.client = caller->client->number;
    call.selector = selector > UINT32_MAX ? UINT32_MAX : (dext_selector)selector;
    call.result = (uint32_t)result;
    call.took = tsm_ticks() - begin;
    (void)dext_client_call_emit_v1(&house->lanes[testimony::LANE_CALLS].writer, &call);
}

kern_return_t TestimonyClient::ExternalMethod(uint64_t selector, IOUserClientMethodArguments *arguments,
                                              const IOUserClientMethodDispatch *, OSObject *, void *)
{
    const uint64_t begin = tsm_ticks();
    const IOUserClientMethodDispatch *dispatch = testimony::DispatchOf(selector);
    kern_return_t result = kIOReturnBadArgument;
    if (dispatch != NULL) {
        result = super::ExternalMethod(selector, arguments, dispatch, this, &ivars->caller);
    }
    Tell(&ivars->caller, selector, result, begin);
    return result;
}

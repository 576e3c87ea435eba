/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What IIG makes of TestimonyDriver.iig, by hand and in the same shape. */

#ifndef SHIM_TESTIMONYDRIVER_H
#define SHIM_TESTIMONYDRIVER_H

#include <DriverKit/IOService.h>
#include <DriverKit/IOTimerDispatchSource.h>

OSDeclareMetaClass(TestimonyDriver);

struct TestimonyDriver_IVars;

#define TestimonyDriver_TimerOccurred_ID IORPC_METHOD(IORPC_FIRST_OTHER_CLASS, 1)

#define TestimonyDriver_Start_Args IOService *provider
#define TestimonyDriver_Stop_Args IOService *provider
#define TestimonyDriver_NewUserClient_Args uint32_t type, IOUserClient **userClient
#define TestimonyDriver_TimerOccurred_Args OSAction *action, uint64_t time

class TestimonyDriver : public IOService
{
    friend class TestimonyDriverMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gTestimonyDriverMetaClass; }
    static kern_return_t _Dispatch(TestimonyDriver *self, const IORPC rpc);
    kern_return_t Dispatch(const IORPC rpc) override;
    using super = IOService;

    TestimonyDriver_IVars *ivars;

    bool init() override;
    void free() override;

    kern_return_t CreateActionTimerOccurred(size_t referenceSize, OSAction **action);

protected:
    kern_return_t Start_Impl(IOService_Start_Args);
    kern_return_t Stop_Impl(IOService_Stop_Args);
    kern_return_t NewUserClient_Impl(IOService_NewUserClient_Args);
    void TimerOccurred_Impl(TestimonyDriver_TimerOccurred_Args);
};

#endif /* SHIM_TESTIMONYDRIVER_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The glue that IIG generates for TestimonyDriver: from numbers to methods. */

#include "TestimonyDriver.h"

OSDefineMetaClass(TestimonyDriver, IOService);

kern_return_t TestimonyDriver::Dispatch(const IORPC rpc)
{
    return _Dispatch(this, rpc);
}

kern_return_t TestimonyDriver::_Dispatch(TestimonyDriver *self, const IORPC rpc)
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
    case TestimonyDriver_TimerOccurred_ID: {
        auto &arguments = IORPCArguments<IOTimerDispatchSource_TimerOccurred_Arguments>(rpc);
        self->TimerOccurred_Impl(arguments.action, arguments.time);
        return kIOReturnSuccess;
    }
    default:
        return IOService::_Dispatch(self, rpc);
    }
}

kern_return_t TestimonyDriver::CreateActionTimerOccurred(size_t referenceSize, OSAction **action)
{
    return OSAction::Create(this, TestimonyDriver_TimerOccurred_ID,
                            IOTimerDispatchSource_TimerOccurred_ID, referenceSize, action);
}

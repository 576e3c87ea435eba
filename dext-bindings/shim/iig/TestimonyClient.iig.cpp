/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The glue that IIG generates for TestimonyClient: from numbers to methods. */

#include "TestimonyClient.h"

OSDefineMetaClass(TestimonyClient, IOUserClient);

kern_return_t TestimonyClient::Dispatch(const IORPC rpc)
{
    return _Dispatch(this, rpc);
}

kern_return_t TestimonyClient::_Dispatch(TestimonyClient *self, const IORPC rpc)
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
    default:
        return IOUserClient::_Dispatch(self, rpc);
    }
}

/* The glue of Gauge. */

#include "Gauge.h"

OSDefineMetaClass(Gauge, IOUserClient);

kern_return_t Gauge::_Dispatch(Gauge *self, const IORPC rpc)
{
    switch (rpc.message->msgid) {
    case IOService_Start_ID:
        return self->Start_Impl(IORPCArguments<IOService_Start_Arguments>(rpc).provider);
    case IOUserClient_CopyClientMemoryForType_ID:
        return self->CopyClientMemoryForType_Impl(rpc);
    case Gauge_Ticked_ID:
        IORPCOnQueue("Ticks", rpc);
        self->Ticked_Impl(rpc);
        return kIOReturnSuccess;
    case Gauge_Measure_ID:
        return self->Measure_Impl(rpc);
    default:
        return IOUserClient::_Dispatch(self, rpc);
    }
}

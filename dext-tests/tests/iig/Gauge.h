/* What IIG makes of Gauge.iig. */

#ifndef GAUGE_H
#define GAUGE_H

#include <DriverKit/IOTimerDispatchSource.h>
#include <DriverKit/IOUserClient.h>

OSDeclareMetaClass(Gauge);

struct Gauge_IVars;

#define Gauge_Start_Args IOService *provider
#define Gauge_CopyClientMemoryForType_Args \
    uint64_t type, uint64_t *options, IOMemoryDescriptor **memory
#define Gauge_Ticked_Args OSAction *action, uint64_t time
#define Gauge_Measure_Args uint64_t offset, uint64_t length, OSData **result

class Gauge : public IOUserClient
{
    friend class GaugeMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gGaugeMetaClass; }
    static kern_return_t _Dispatch(Gauge *self, const IORPC rpc);
    kern_return_t Dispatch(const IORPC rpc) override;
    using super = IOUserClient;

    Gauge_IVars *ivars;

    bool init() override;
    void free() override;
    kern_return_t ExternalMethod(uint64_t selector, IOUserClientMethodArguments *arguments,
                                 const IOUserClientMethodDispatch *dispatch, OSObject *target,
                                 void *reference) override;

    kern_return_t Measure(uint64_t offset, uint64_t length, OSData **result,
                          OSDispatchMethod supermethod = NULL);
    kern_return_t Level(uint32_t lane, uint64_t *level);
    kern_return_t CreateActionTicked(size_t referenceSize, OSAction **action);

protected:
    kern_return_t Start_Impl(Gauge_Start_Args);
    kern_return_t CopyClientMemoryForType_Impl(IOUserClient_CopyClientMemoryForType_Args);
    void Ticked_Impl(Gauge_Ticked_Args);
    kern_return_t Measure_Impl(Gauge_Measure_Args);
};

#endif

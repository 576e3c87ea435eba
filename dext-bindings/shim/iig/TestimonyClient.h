/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What IIG makes of TestimonyClient.iig, by hand and in the same shape. */

#ifndef SHIM_TESTIMONYCLIENT_H
#define SHIM_TESTIMONYCLIENT_H

#include <DriverKit/IOUserClient.h>

OSDeclareMetaClass(TestimonyClient);

struct TestimonyClient_IVars;

#define TestimonyClient_Start_Args IOService *provider
#define TestimonyClient_Stop_Args IOService *provider
#define TestimonyClient_CopyClientMemoryForType_Args \
    uint64_t type, uint64_t *options, IOMemoryDescriptor **memory

class TestimonyClient : public IOUserClient
{
    friend class TestimonyClientMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gTestimonyClientMetaClass; }
    static kern_return_t _Dispatch(TestimonyClient *self, const IORPC rpc);
    kern_return_t Dispatch(const IORPC rpc) override;
    using super = IOUserClient;

    TestimonyClient_IVars *ivars;

    bool init() override;
    void free() override;

    kern_return_t ExternalMethod(uint64_t selector, IOUserClientMethodArguments *arguments,
                                 const IOUserClientMethodDispatch *dispatch, OSObject *target,
                                 void *reference) override;

protected:
    kern_return_t Start_Impl(IOService_Start_Args);
    kern_return_t Stop_Impl(IOService_Stop_Args);
    kern_return_t CopyClientMemoryForType_Impl(IOUserClient_CopyClientMemoryForType_Args);
};

#endif /* SHIM_TESTIMONYCLIENT_H */

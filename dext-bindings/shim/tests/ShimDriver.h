/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The driver that the shim is tested with. How it misbehaves, SHIM_TEST_MODE says. */

#ifndef SHIM_TEST_SHIMDRIVER_H
#define SHIM_TEST_SHIMDRIVER_H

#include <DriverKit/IOService.h>
#include <DriverKit/IOUserClient.h>

OSDeclareMetaClass(ShimDriver);

struct ShimDriver_IVars;

class ShimDriver : public IOService
{
    friend class ShimDriverMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gShimDriverMetaClass; }
    static kern_return_t _Dispatch(ShimDriver *self, const IORPC rpc);
    kern_return_t Dispatch(const IORPC rpc) override;
    using super = IOService;

    ShimDriver_IVars *ivars;

    bool init() override;
    void free() override;

    /* What all clients map as type 0. */
    virtual IOBufferMemoryDescriptor *Region();

protected:
    kern_return_t Start_Impl(IOService *provider);
    kern_return_t Stop_Impl(IOService *provider);
    kern_return_t NewUserClient_Impl(uint32_t type, IOUserClient **userClient);
};

#endif /* SHIM_TEST_SHIMDRIVER_H */

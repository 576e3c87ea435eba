/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The client that the shim is tested with. How it misbehaves, the type of its opening says. */

#ifndef SHIM_TEST_SHIMCLIENT_H
#define SHIM_TEST_SHIMCLIENT_H

#include <DriverKit/IOTimerDispatchSource.h>
#include <DriverKit/IOUserClient.h>

OSDeclareMetaClass(ShimClient);

#define ShimClient_TimerOccurred_ID IORPC_METHOD(IORPC_FIRST_OTHER_CLASS, 1)

/* Queues of the order test. */
#define SHIM_TEST_QUEUES 3

struct ShimClient_IVars {
    uint32_t type;
    IOService *driver;
    /* Type 1: a page of the client's own. */
    IOBufferMemoryDescriptor *page;
    /* A completion that waits. */
    OSAction *kept;
    IODispatchQueue *queues[SHIM_TEST_QUEUES];
    IOTimerDispatchSource *timer;
    OSAction *timerAction;
    /* A digit for each work that ran, the first one highest. */
    uint64_t order;
};

class ShimClient : public IOUserClient
{
    friend class ShimClientMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gShimClientMetaClass; }
    static kern_return_t _Dispatch(ShimClient *self, const IORPC rpc);
    kern_return_t Dispatch(const IORPC rpc) override;
    using super = IOUserClient;

    ShimClient_IVars *ivars;

    bool init() override;
    void free() override;
    kern_return_t ExternalMethod(uint64_t selector, IOUserClientMethodArguments *arguments,
                                 const IOUserClientMethodDispatch *dispatch, OSObject *target,
                                 void *reference) override;

    kern_return_t CreateActionTimerOccurred(size_t referenceSize, OSAction **action);

protected:
    kern_return_t Start_Impl(IOService *provider);
    kern_return_t Stop_Impl(IOService *provider);
    kern_return_t CopyClientMemoryForType_Impl(uint64_t type, uint64_t *options,
                                               IOMemoryDescriptor **memory);
    void TimerOccurred_Impl(OSAction *action, uint64_t time);
};

/* The type of the opening that is under way: a client learns it from the driver. */
extern uint32_t shimOpeningType;

/* What a client does for a selector. */
kern_return_t ShimCall(ShimClient *client, uint64_t selector, IOUserClientMethodArguments *arguments);
kern_return_t ShimViolate(ShimClient *client, uint64_t selector,
                          IOUserClientMethodArguments *arguments);
kern_return_t ShimOffend(ShimClient *client, uint64_t selector);

#endif /* SHIM_TEST_SHIMCLIENT_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A driver, or what a driver offers. */

#ifndef SHIM_DRIVERKIT_IOSERVICE_H
#define SHIM_DRIVERKIT_IOSERVICE_H

#include <DriverKit/OSObject.h>

class IOUserClient;

OSDeclareMetaClass(IOService);

struct IOService_IVars;

typedef char IOServiceName[128];
typedef char IOPropertyName[128];

#define kIOServiceDefaultQueueName "Default"

#define IOService_Start_ID IORPC_METHOD(1, 1)
#define IOService_Stop_ID IORPC_METHOD(1, 2)
#define IOService_NewUserClient_ID IORPC_METHOD(1, 3)

#define IOService_Start_Args IOService *provider
#define IOService_Stop_Args IOService *provider
#define IOService_NewUserClient_Args uint32_t type, IOUserClient **userClient

struct IOService_Start_Arguments {
    IOService *provider;
};

struct IOService_Stop_Arguments {
    IOService *provider;
};

struct IOService_NewUserClient_Arguments {
    uint32_t type;
    IOUserClient **userClient;
};

class IOService : public OSObject
{
    friend class IOServiceMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gIOServiceMetaClass; }
    static kern_return_t _Dispatch(IOService *self, const IORPC rpc);
    kern_return_t Dispatch(const IORPC rpc) override;
    using super = OSObject;

    IOService_IVars *ivars;

    bool init() override;
    void free() override;

    /* Methods that a driver overrides. */

    kern_return_t Start(IOService *provider, OSDispatchMethod supermethod = NULL);
    kern_return_t Stop(IOService *provider, OSDispatchMethod supermethod = NULL);
    kern_return_t NewUserClient(uint32_t type, IOUserClient **userClient,
                                OSDispatchMethod supermethod = NULL);

    /* Methods that the system serves. */

    kern_return_t GetRegistryEntryID(uint64_t *registryEntryID,
                                     OSDispatchMethod supermethod = NULL);
    kern_return_t SetName(const IOServiceName name, OSDispatchMethod supermethod = NULL);
    kern_return_t RegisterService(OSDispatchMethod supermethod = NULL);
    kern_return_t SetDispatchQueue(const IODispatchQueueName name, IODispatchQueue *queue,
                                   OSDispatchMethod supermethod = NULL);
    kern_return_t CopyDispatchQueue(const IODispatchQueueName name, IODispatchQueue **queue,
                                    OSDispatchMethod supermethod = NULL);
    kern_return_t Create(IOService *provider, const IOPropertyName propertiesKey,
                         IOService **result, OSDispatchMethod supermethod = NULL);
    kern_return_t Terminate(uint64_t options, OSDispatchMethod supermethod = NULL);

protected:
    kern_return_t Start_Impl(IOService_Start_Args);
    kern_return_t Stop_Impl(IOService_Stop_Args);
};

#endif /* SHIM_DRIVERKIT_IOSERVICE_H */

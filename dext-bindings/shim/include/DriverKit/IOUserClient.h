/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* One connection of one process, opened with IOServiceOpen. */

#ifndef SHIM_DRIVERKIT_IOUSERCLIENT_H
#define SHIM_DRIVERKIT_IOUSERCLIENT_H

#include <DriverKit/IOBufferMemoryDescriptor.h>
#include <DriverKit/IOService.h>
#include <DriverKit/OSAction.h>

OSDeclareMetaClass(IOUserClient);

enum {
    kIOUserClientScalarArrayCountMax = 16,
};
typedef uint64_t IOUserClientScalarArray[kIOUserClientScalarArrayCountMax];

enum {
    kIOUserClientAsyncReferenceCountMax = 16,
};
typedef uint64_t IOUserClientAsyncReferenceArray[kIOUserClientAsyncReferenceCountMax];

enum {
    kIOUserClientAsyncArgumentsCountMax = 16,
};
typedef uint64_t IOUserClientAsyncArgumentsArray[kIOUserClientAsyncArgumentsCountMax];

/* Options that CopyClientMemoryForType gives back. */
enum {
    kIOUserClientMemoryReadOnly = 0x00000001,
};

#define kIOUserClientQueueNameExternalMethod "IOUserClientQueueExternalMethod"

enum {
    kIOUserClientVariableStructureSize = 0xffffffff,
};

#define IO_USER_CLIENT_METHOD_ARGUMENTS_CURRENT_VERSION 2
enum {
    kIOUserClientMethodArgumentsCurrentVersion = IO_USER_CLIENT_METHOD_ARGUMENTS_CURRENT_VERSION,
};

struct IOUserClientMethodArguments {
    uint64_t version;
    uint64_t selector;
    OSAction *completion;
    const uint64_t *scalarInput;
    uint32_t scalarInputCount;
    OSData *structureInput;
    IOMemoryDescriptor *structureInputDescriptor;
    uint64_t *scalarOutput;
    uint32_t scalarOutputCount;
    OSData *structureOutput;
    IOMemoryDescriptor *structureOutputDescriptor;
    uint64_t structureOutputMaximumSize;
    uint64_t __reserved[30];
};
static_assert(sizeof(IOUserClientMethodArguments) == 336, "as every 64-bit SDK lays it out");

typedef kern_return_t (*IOUserClientMethodFunction)(OSObject *target, void *reference,
                                                    IOUserClientMethodArguments *arguments);

/* What ExternalMethod of the base class checks: 0xffffffff says that anything will do. */
struct IOUserClientMethodDispatch {
    IOUserClientMethodFunction function;
    uint32_t checkCompletionExists;
    uint32_t checkScalarInputCount;
    uint32_t checkStructureInputSize;
    uint32_t checkScalarOutputCount;
    uint32_t checkStructureOutputSize;
};

#define IOUserClient_AsyncCompletion_ID IORPC_METHOD(2, 1)
#define IOUserClient_CopyClientMemoryForType_ID IORPC_METHOD(2, 2)
#define IOUserClient_ExternalMethod_ID IORPC_METHOD(2, 3)

#define IOUserClient_AsyncCompletion_Args                                     \
    OSAction *action, IOReturn status, const uint64_t *asyncData, uint32_t asyncDataCount
#define IOUserClient_CopyClientMemoryForType_Args \
    uint64_t type, uint64_t *options, IOMemoryDescriptor **memory

struct IOUserClient_AsyncCompletion_Arguments {
    OSAction *action;
    IOReturn status;
    const uint64_t *asyncData;
    uint32_t asyncDataCount;
};

struct IOUserClient_CopyClientMemoryForType_Arguments {
    uint64_t type;
    uint64_t *options;
    IOMemoryDescriptor **memory;
};

class IOUserClient : public IOService
{
    friend class IOUserClientMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gIOUserClientMetaClass; }
    static kern_return_t _Dispatch(IOUserClient *self, const IORPC rpc);
    kern_return_t Dispatch(const IORPC rpc) override;
    using super = IOService;

    bool init() override;
    void free() override;

    /* A call of the client, on the queue kIOUserClientQueueNameExternalMethod. With a dispatch it
     * checks the arguments and calls the dispatch's function.
     */
    virtual kern_return_t ExternalMethod(uint64_t selector, IOUserClientMethodArguments *arguments,
                                         const IOUserClientMethodDispatch *dispatch,
                                         OSObject *target, void *reference);

    /* Sends numbers to whoever called the method that got the action. */
    void AsyncCompletion(OSAction *action, IOReturn status,
                         const IOUserClientAsyncArgumentsArray asyncData, uint32_t asyncDataCount,
                         OSDispatchMethod supermethod = NULL);

    kern_return_t CopyClientMemoryForType(uint64_t type, uint64_t *options,
                                          IOMemoryDescriptor **memory,
                                          OSDispatchMethod supermethod = NULL);
};

#endif /* SHIM_DRIVERKIT_IOUSERCLIENT_H */

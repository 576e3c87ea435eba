/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A serial queue of calls. */

#ifndef SHIM_DRIVERKIT_IODISPATCHQUEUE_H
#define SHIM_DRIVERKIT_IODISPATCHQUEUE_H

#include <DriverKit/IODispatchSource.h>
#include <DriverKit/OSAction.h>
#include <DriverKit/OSObject.h>

OSDeclareMetaClass(IODispatchQueue);

struct IODispatchQueue_IVars;

typedef void (*IODispatchFunction)(void *context);

#if __BLOCKS__
typedef void (^IODispatchQueueCancelHandler)(void);
#endif

enum {
    kIODispatchQueueReentrant = 0x00000001,
    kIODispatchQueueMethodsNotSynchronized = 0x00000002,
};

class IODispatchQueue : public OSObject
{
    friend class IODispatchQueueMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gIODispatchQueueMetaClass; }
    using super = OSObject;

    IODispatchQueue_IVars *ivars;

    static kern_return_t Create(const IODispatchQueueName name, uint64_t options,
                                uint64_t priority, IODispatchQueue **queue);

    bool init() override;
    void free() override;

    /* True while the caller runs on the queue, also by way of calls that wait for it. */
    bool OnQueue();

    const char *GetName();

    /* Runs the function later, behind everything that waits already. Retains the queue until then. */
    void DispatchAsync_f(void *context, IODispatchFunction function);

    /* Runs the function on the queue and waits for it. */
    void DispatchSync_f(void *context, IODispatchFunction function);

#if __BLOCKS__
    /* Drops what waits; what runs, runs on. Blocks are not modelled: the handler must be null. */
    kern_return_t Cancel(IODispatchQueueCancelHandler handler);
#endif
};

#endif /* SHIM_DRIVERKIT_IODISPATCHQUEUE_H */

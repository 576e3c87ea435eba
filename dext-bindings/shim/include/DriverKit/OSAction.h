/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A callback: an object and the number of its method. */

#ifndef SHIM_DRIVERKIT_OSACTION_H
#define SHIM_DRIVERKIT_OSACTION_H

#include <DriverKit/OSObject.h>

OSDeclareMetaClass(OSAction);

struct OSAction_IVars;

#if __BLOCKS__
typedef void (^OSActionCancelHandler)(void);
typedef void (^OSActionAbortedHandler)(void);
#endif

class OSAction : public OSObject
{
    friend class OSActionMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gOSActionMetaClass; }
    using super = OSObject;

    OSAction_IVars *ivars;

    /* Retains the target until the action is freed or cancelled. The glue calls it, in
     * `CreateAction<Method>`.
     */
    static kern_return_t Create(OSObject *target, uint64_t targetmsgid, uint64_t msgid,
                                size_t referenceSize, OSAction **action);

    void free() override;

    /* Memory of the action's creator, of the size that it asked for, zero at first. */
    void *GetReference();

#if __BLOCKS__
    /* Lets go of the target. Blocks are not modelled: the handler must be null. */
    kern_return_t Cancel(OSActionCancelHandler handler);
#endif
};

#endif /* SHIM_DRIVERKIT_OSACTION_H */

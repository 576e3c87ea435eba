/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The root of every class. */

#ifndef SHIM_DRIVERKIT_OSOBJECT_H
#define SHIM_DRIVERKIT_OSOBJECT_H

#include <DriverKit/OSMetaClass.h>

class IODispatchQueue;
class OSAction;
class OSData;

typedef OSObject *OSObjectPtr;
typedef char IODispatchQueueName[256];

OSDeclareMetaClass(OSObject);

class OSObject : public OSMetaClassBase
{
    friend class OSObjectMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gOSObjectMetaClass; }
    static kern_return_t _Dispatch(OSObject *self, const IORPC rpc);
    kern_return_t Dispatch(const IORPC rpc) override;

    virtual bool init();
    virtual void free();
    void retain() const override;
    void release() const override;

    /* Where an allocation puts the object. */
    void *operator new(size_t size, OSObject *memory);

protected:
    OSObject() = default;
    ~OSObject() = default;
};

#define DEFN(classname, name) name##_Impl(classname##_##name##_Args)

/* Discouraged by the SDK: write `C::Name_Impl(...)` with its arguments. */
#define IMPL(classname, name) classname ::DEFN(classname, name)

#endif /* SHIM_DRIVERKIT_OSOBJECT_H */

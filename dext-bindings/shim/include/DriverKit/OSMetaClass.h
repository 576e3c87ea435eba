/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Classes that know their names, without RTTI. */

#ifndef SHIM_DRIVERKIT_OSMETACLASS_H
#define SHIM_DRIVERKIT_OSMETACLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <DriverKit/IORPC.h>

class OSMetaClass;
class OSObject;

#define APPLE_KEXT_OVERRIDE override

class OSMetaClassBase
{
public:
    /* The class that the object was allocated as. */
    const OSMetaClass *getMetaClass() const;

    virtual void retain() const = 0;
    virtual void release() const = 0;
    virtual bool isEqualTo(const OSMetaClassBase *anObject) const;

    /* Finds the method of a message and runs it, here and now. */
    virtual kern_return_t Dispatch(const IORPC rpc);

    /* Takes a message to the object's queue and waits for its result. */
    kern_return_t Invoke(const IORPC rpc);

    static OSMetaClassBase *safeMetaCast(const OSMetaClassBase *instance, const OSMetaClass *meta);
    static OSMetaClassBase *requiredMetaCast(const OSMetaClassBase *instance,
                                             const OSMetaClass *meta);

protected:
    OSMetaClassBase() = default;
    /* Nobody deletes an object: its last release frees it. */
    ~OSMetaClassBase() = default;
};

/* One class: what the loader reads from a driver, and what live objects are counted by. */
class OSMetaClass
{
public:
    /* Constructs an object of the class in memory that is zero. */
    virtual kern_return_t New(OSObject *instance) = 0;

    const char *name;
    /* Null for OSObject. A pointer to a pointer: classes register in any order. */
    OSMetaClass *const *superClass;
    size_t instanceSize;
    /* Of the runtime: the next class, and how many objects of this one live. */
    OSMetaClass *next;
    int64_t live;

protected:
    OSMetaClass(const char *className, OSMetaClass *const *superMeta, size_t size,
                OSMetaClass **self);
    ~OSMetaClass() = default;
};

/* The part of the glue that is the same for every class: its metaclass, registered at load. */
#define OSDefineMetaClass(type, super_type)                                              \
    OSMetaClass *g##type##MetaClass;                                                     \
    type##MetaClass::type##MetaClass()                                                   \
        : OSMetaClass(#type, &g##super_type##MetaClass, sizeof(type), &g##type##MetaClass) \
    {                                                                                    \
    }                                                                                    \
    kern_return_t type##MetaClass::New(OSObject *instance)                               \
    {                                                                                    \
        new (instance) type;                                                             \
        return kIOReturnSuccess;                                                         \
    }                                                                                    \
    static type##MetaClass type##Registration

/* What IIG declares in front of each class. */
#define OSDeclareMetaClass(type)                            \
    class type;                                             \
    extern OSMetaClass *g##type##MetaClass;                 \
    class type##MetaClass final : public OSMetaClass        \
    {                                                       \
    public:                                                 \
        type##MetaClass();                                  \
        kern_return_t New(OSObject *instance) override;     \
    }

/* Allocates an object with one reference, not yet initialised. */
extern kern_return_t OSObjectAllocate(OSMetaClass *meta, OSObject **object);

#define OSTypeID(type) (type::sGetMetaClass())
#define OSTypeIDInst(instance) ((instance)->getMetaClass())

/* The dispatch of the base class, for a call of the base behaviour. The function types differ in
 * their first parameter alone, which is why the cast takes a detour that no warning follows.
 */
#define SUPERDISPATCH ((OSDispatchMethod)(void (*)(void)) & super::_Dispatch)

/* Null unless the object is of the class or of a subclass. */
#define OSDynamicCast(type, instance) \
    ((type *)OSMetaClassBase::safeMetaCast((instance), OSTypeID(type)))

/* Aborts unless the object is of the class or of a subclass. */
#define OSRequiredCast(type, instance) \
    ((type *)OSMetaClassBase::requiredMetaCast((instance), OSTypeID(type)))

#define OSTypeAlloc(type)                                                             \
    ({                                                                                \
        OSObject *OSTypeAllocInstance = NULL;                                         \
        kern_return_t OSTypeAllocResult =                                             \
            OSObjectAllocate(OSTypeID(type), &OSTypeAllocInstance);                   \
        OSTypeAllocResult == kIOReturnSuccess ? (type *)OSTypeAllocInstance : (type *)NULL; \
    })

#endif /* SHIM_DRIVERKIT_OSMETACLASS_H */

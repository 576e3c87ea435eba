/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Classes by name, and casts without RTTI. */

#include <string.h>

#include <DriverKit/OSObject.h>

#include "class_list.h"
#include "object_header.h"
#include "violation.h"

/* Classes register before main, on one thread. */
static OSMetaClass *firstClass;

OSMetaClass::OSMetaClass(const char *className, OSMetaClass *const *superMeta, size_t size,
                         OSMetaClass **self)
    : name(className), superClass(superMeta), instanceSize(size), next(firstClass), live(0)
{
    firstClass = this;
    *self = this;
}

namespace shim
{

const OSMetaClass *ClassList()
{
    return firstClass;
}

OSMetaClass *ClassNamed(const char *name)
{
    for (OSMetaClass *meta = firstClass; meta != nullptr; meta = meta->next) {
        if (strcmp(meta->name, name) == 0) {
            return meta;
        }
    }
    return nullptr;
}

int64_t LiveObjects(const OSMetaClass *meta)
{
    return __atomic_load_n(&meta->live, __ATOMIC_RELAXED);
}

bool IsKindOf(const OSMetaClass *meta, const OSMetaClass *ancestor)
{
    while (meta != ancestor && meta->superClass != nullptr) {
        meta = *meta->superClass;
    }
    return meta == ancestor;
}

} // namespace shim

const OSMetaClass *OSMetaClassBase::getMetaClass() const
{
    return shim::HeaderOf(this).meta;
}

bool OSMetaClassBase::isEqualTo(const OSMetaClassBase *anObject) const
{
    return this == anObject;
}

kern_return_t OSMetaClassBase::Dispatch(const IORPC)
{
    return kIOReturnUnsupported;
}

OSMetaClassBase *OSMetaClassBase::safeMetaCast(const OSMetaClassBase *instance,
                                               const OSMetaClass *meta)
{
    if (instance == nullptr || !shim::IsKindOf(instance->getMetaClass(), meta)) {
        return nullptr;
    }
    return const_cast<OSMetaClassBase *>(instance);
}

OSMetaClassBase *OSMetaClassBase::requiredMetaCast(const OSMetaClassBase *instance,
                                                   const OSMetaClass *meta)
{
    OSMetaClassBase *result = safeMetaCast(instance, meta);
    if (instance != nullptr && result == nullptr) {
        shim::Violation("OSRequiredCast: a %s is not a %s", instance->getMetaClass()->name,
                        meta->name);
    }
    return result;
}

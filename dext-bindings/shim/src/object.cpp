/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* References, and what becomes of an object without any.
 *
 * A freed object is filled with a pattern and turned into a Zombie: whoever calls it is told which
 * class it was. Of the last QUARANTINE objects the memory is kept, so that it cannot become another
 * object in between; under AddressSanitizer it goes back at once, because that one tells more.
 */

#include <stdlib.h>
#include <string.h>

#include <array>
#include <mutex>
#include <new>

#include <DriverKit/OSObject.h>

#include "census.h"
#include "object_header.h"
#include "violation.h"

namespace shim
{

/* What memory of the dead is filled with. */
constexpr int POISON = 0xdb;
/* Enough for what a test frees between a release too many and its discovery. */
constexpr size_t QUARANTINE = 1024;

#if defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define SHIM_KEEPS_THE_DEAD 0
#  endif
#endif
#ifndef SHIM_KEEPS_THE_DEAD
#  define SHIM_KEEPS_THE_DEAD 1
#endif

ObjectHeader &HeaderOf(const OSMetaClassBase *object)
{
    auto address = reinterpret_cast<uintptr_t>(object) - sizeof(ObjectHeader);
    auto &header = *reinterpret_cast<ObjectHeader *>(address);
    if (header.magic != OBJECT_MAGIC) {
        Violation("%p is not an object: allocate it with OSTypeAlloc", (const void *)object);
    }
    return header;
}

int32_t ReferencesTo(const OSMetaClassBase *object)
{
    return HeaderOf(object).references.load(std::memory_order_relaxed);
}

/* The call of a method of an object that is gone. Subclasses have more virtual methods than
 * OSObject: the spare ones stand where theirs would.
 */
class Zombie : public OSObject
{
public:
    static void Rise(void *memory) { ::new (memory) Zombie; }

    bool init() override { Groan(); }
    void free() override { Groan(); }
    void retain() const override { Groan(); }
    void release() const override { Groan(); }
    bool isEqualTo(const OSMetaClassBase *) const override { Groan(); }
    kern_return_t Dispatch(const IORPC) override { Groan(); }
    virtual void Spare1() { Groan(); }
    virtual void Spare2() { Groan(); }
    virtual void Spare3() { Groan(); }
    virtual void Spare4() { Groan(); }
    virtual void Spare5() { Groan(); }
    virtual void Spare6() { Groan(); }
    virtual void Spare7() { Groan(); }
    virtual void Spare8() { Groan(); }

private:
    [[noreturn]] void Groan() const
    {
        Violation("%s %p was called after its last release", HeaderOf(this).meta->name,
                  (const void *)this);
    }
};

static void Bury(ObjectHeader *header)
{
    if (!SHIM_KEEPS_THE_DEAD) {
        header->~ObjectHeader();
        ::free(header);
        return;
    }
    static std::mutex lock;
    static std::array<ObjectHeader *, QUARANTINE> graves;
    static size_t next;
    ObjectHeader *oldest;
    {
        std::lock_guard guard(lock);
        oldest = graves[next];
        graves[next] = header;
        next = (next + 1) % QUARANTINE;
    }
    ::free(oldest);
}

} // namespace shim

kern_return_t OSObjectAllocate(OSMetaClass *meta, OSObject **object)
{
    *object = nullptr;
    size_t size = sizeof(shim::ObjectHeader) + ((meta->instanceSize + 63) & ~(size_t)63);
    void *memory = aligned_alloc(alignof(shim::ObjectHeader), size);
    if (memory == nullptr) {
        return kIOReturnNoMemory;
    }
    memset(memory, 0, size);
    auto *header = new (memory) shim::ObjectHeader{shim::OBJECT_MAGIC, meta, {1}};
    auto *instance = reinterpret_cast<OSObject *>(header + 1);
    kern_return_t result = meta->New(instance);
    if (result != kIOReturnSuccess) {
        free(memory);
        return result;
    }
    __atomic_fetch_add(&meta->live, 1, __ATOMIC_RELAXED);
    shim::CensusAllocated(meta->name);
    *object = instance;
    return kIOReturnSuccess;
}

OSMetaClass *gOSObjectMetaClass;

OSObjectMetaClass::OSObjectMetaClass()
    : OSMetaClass("OSObject", nullptr, sizeof(OSObject), &gOSObjectMetaClass)
{
}

kern_return_t OSObjectMetaClass::New(OSObject *instance)
{
    new (instance) OSObject;
    return kIOReturnSuccess;
}

static OSObjectMetaClass OSObjectRegistration;

void *OSObject::operator new(size_t, OSObject *memory)
{
    return memory;
}

bool OSObject::init()
{
    return true;
}

/* Every free of a subclass ends here. */
void OSObject::free()
{
    shim::ObjectHeader &header = shim::HeaderOf(this);
    int32_t references = header.references.load(std::memory_order_relaxed);
    if (references != 0) {
        shim::Violation("%s::free with %d references: release it instead", header.meta->name,
                        references);
    }
    auto *meta = const_cast<OSMetaClass *>(header.meta);
    __atomic_fetch_sub(&meta->live, 1, __ATOMIC_RELAXED);
    memset(static_cast<void *>(this), shim::POISON, meta->instanceSize);
    shim::Zombie::Rise(this);
    shim::Bury(&header);
}

/* Models OSObject::taggedRetain of libkern, which panics the same way. */
void OSObject::retain() const
{
    shim::ObjectHeader &header = shim::HeaderOf(this);
    if (header.references.fetch_add(1, std::memory_order_relaxed) <= 0) {
        shim::Violation("%s %p was retained while it is being freed", header.meta->name,
                        (const void *)this);
    }
}

/* Models OSObject::taggedRelease of libkern. */
void OSObject::release() const
{
    shim::ObjectHeader &header = shim::HeaderOf(this);
    int32_t before = header.references.fetch_sub(1, std::memory_order_acq_rel);
    if (before <= 0) {
        shim::Violation("%s %p was released more often than retained", header.meta->name,
                        (const void *)this);
    }
    if (before == 1) {
        const_cast<OSObject *>(this)->free();
    }
}

kern_return_t OSObject::_Dispatch(OSObject *, const IORPC)
{
    return kIOReturnUnsupported;
}

kern_return_t OSObject::Dispatch(const IORPC rpc)
{
    return _Dispatch(this, rpc);
}

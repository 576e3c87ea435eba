/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What stands in front of every object: it survives the object's poisoning. */

#ifndef SHIM_OBJECT_HEADER_H
#define SHIM_OBJECT_HEADER_H

#include <stdint.h>

#include <atomic>

#include <DriverKit/OSMetaClass.h>

namespace shim
{

struct alignas(64) ObjectHeader {
    /* OBJECT_MAGIC: anything else is no object of OSObjectAllocate. */
    uint64_t magic;
    const OSMetaClass *meta;
    std::atomic<int32_t> references;
};

constexpr uint64_t OBJECT_MAGIC = 0x74636a624f636578;

/* The header of an object; aborts for what is not one. */
ObjectHeader &HeaderOf(const OSMetaClassBase *object);

/* How many references an object has. */
int32_t ReferencesTo(const OSMetaClassBase *object);

} // namespace shim

#endif /* SHIM_OBJECT_HEADER_H */

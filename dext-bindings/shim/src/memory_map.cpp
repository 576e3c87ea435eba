/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* IOMemoryMap: a mapping that ends with its last reference. */

#include "memory_map.h"

#include <sys/mman.h>

OSDefineMetaClass(IOMemoryMap, OSObject);

namespace shim
{

IOMemoryMap *MapMake(const IOMemoryMap_IVars &map)
{
    IOMemoryMap *made = OSTypeAlloc(IOMemoryMap);
    if (made == nullptr) {
        munmap(map.base, map.mapped);
        return nullptr;
    }
    made->ivars = new IOMemoryMap_IVars(map);
    return made;
}

} // namespace shim

void IOMemoryMap::free()
{
    munmap(ivars->base, ivars->mapped);
    delete ivars;
    super::free();
}

uint64_t IOMemoryMap::GetAddress()
{
    return (uint64_t)(uintptr_t)ivars->base + ivars->start;
}

uint64_t IOMemoryMap::GetLength()
{
    return ivars->length;
}

uint64_t IOMemoryMap::GetOffset()
{
    return ivars->offset;
}

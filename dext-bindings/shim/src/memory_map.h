/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#ifndef SHIM_MEMORY_MAP_H
#define SHIM_MEMORY_MAP_H

#include <stdint.h>

#include <DriverKit/IOMemoryMap.h>

struct IOMemoryMap_IVars {
    /* What is mapped, in whole pages. */
    void *base;
    uint64_t mapped;
    /* Where in there the memory begins, how much there is of it, and where that is in the descriptor. */
    uint64_t start;
    uint64_t length;
    uint64_t offset;
};

namespace shim
{

/* Takes the mapping over, also when it returns null. */
IOMemoryMap *MapMake(const IOMemoryMap_IVars &map);

} // namespace shim

#endif /* SHIM_MEMORY_MAP_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The region's memory, and what every reader is told of it. */

#ifndef TESTIMONY_DEXT_REGION_H
#define TESTIMONY_DEXT_REGION_H

#include <DriverKit/IOBufferMemoryDescriptor.h>

#include "Ticks.h"

namespace testimony
{

/* How many lanes there are, and how large. The memory is wired: 304 KiB is what a driver may well keep. */
inline constexpr tsm_shape SHAPE = {4, 4096, 16};

/* How many readers can drain at a time. */
inline constexpr uint32_t DRAIN_READERS = 2;

struct Region {
    IOBufferMemoryDescriptor *memory;
    tsm_region view;
    /* As the header has it. */
    tsm_region_header header;

    /* Allocates the memory and formats it, live. `entry` is the service's number in the registry.
     *
     * Returns kIOReturnSuccess, or what DriverKit said, or kIOReturnInternalError if the region cannot be
     * made as it is configured. `memory` is then NULL.
     */
    kern_return_t Create(uint64_t entry);

    void Release();

    /* Returns the ticks of so many nanoseconds, by the ratio that the header has. */
    uint64_t TicksOf(uint64_t nanoseconds) const
    {
        return nanoseconds * header.tick_denominator / header.tick_numerator;
    }

    /* Says whether the driver is still at it (REG-7). */
    void Say(tsm_region_state state) { (void)tsm_region_set_state(&view, state); }
};

} // namespace testimony

#endif /* TESTIMONY_DEXT_REGION_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "clock.h"

#include <time.h>

#include <DriverKit/IOLib.h>

namespace shim
{

static uint32_t numerator = 1;
static uint32_t denominator = 1;

void ClockSetTimebase(uint32_t numer, uint32_t denom)
{
    numerator = numer;
    denominator = denom;
}

uint64_t ClockNanoseconds()
{
    timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* In 128 bits, and no more than 64 in the end: a deadline that never comes is still none. */
static uint64_t Scale(uint64_t value, uint32_t multiplier, uint32_t divisor)
{
    unsigned __int128 scaled = (unsigned __int128)value * multiplier / divisor;
    return scaled < UINT64_MAX ? (uint64_t)scaled : UINT64_MAX;
}

uint64_t ClockTicks(uint64_t nanoseconds)
{
    return Scale(nanoseconds, denominator, numerator);
}

uint64_t ClockNanosecondsOf(uint64_t ticks)
{
    return Scale(ticks, numerator, denominator);
}

} // namespace shim

kern_return_t mach_timebase_info(mach_timebase_info_t info)
{
    info->numer = shim::numerator;
    info->denom = shim::denominator;
    return KERN_SUCCESS;
}

/* Stands still in a sleep that this model does not have. */
uint64_t mach_absolute_time(void)
{
    return mach_continuous_time();
}

uint64_t mach_continuous_time(void)
{
    return shim::ClockTicks(shim::ClockNanoseconds());
}

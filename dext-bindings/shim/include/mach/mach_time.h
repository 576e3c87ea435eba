/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The clocks of mach: ticks, and what a tick is worth. */

#ifndef SHIM_MACH_MACH_TIME_H
#define SHIM_MACH_MACH_TIME_H

#include <stdint.h>

#include <DriverKit/IOReturn.h>

/* A tick is numer/denom nanoseconds. */
struct mach_timebase_info {
    uint32_t numer;
    uint32_t denom;
};
typedef struct mach_timebase_info *mach_timebase_info_t;
typedef struct mach_timebase_info mach_timebase_info_data_t;

extern "C" {

kern_return_t mach_timebase_info(mach_timebase_info_t info);

/* Stands still while the machine sleeps. */
uint64_t mach_absolute_time(void);
/* Goes on while the machine sleeps. */
uint64_t mach_continuous_time(void);
}

#endif /* SHIM_MACH_MACH_TIME_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The clock of the region, and the writer over it. Every source includes this and not testimony/ itself.
 *
 * mach_continuous_time goes on while the machine sleeps, needs no system call, and counts the same in the
 * reader.
 */

#ifndef TESTIMONY_DEXT_TICKS_H
#define TESTIMONY_DEXT_TICKS_H

#include <DriverKit/IOLib.h>

#define TSM_TICKS() mach_continuous_time()
#define TSM_TICKS_KIND TSM_CLOCK_KIND_MACH_CONTINUOUS
#define TSM_TELLS_TIME 1

#include <testimony/writer.h>

#endif /* TESTIMONY_DEXT_TICKS_H */

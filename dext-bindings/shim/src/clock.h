/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Ticks of a length that can be chosen, over the clock that goes on in sleep. */

#ifndef SHIM_CLOCK_H
#define SHIM_CLOCK_H

#include <stdint.h>

namespace shim
{

/* A tick is numer/denom nanoseconds: 1/1 on Intel, 125/3 on Apple silicon. */
void ClockSetTimebase(uint32_t numer, uint32_t denom);

/* Nanoseconds of CLOCK_BOOTTIME, which is what all of the modelled clocks but the wall's show. */
uint64_t ClockNanoseconds();

uint64_t ClockTicks(uint64_t nanoseconds);
uint64_t ClockNanosecondsOf(uint64_t ticks);

} // namespace shim

#endif /* SHIM_CLOCK_H */

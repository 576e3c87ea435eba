/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Where ticks come from. Spec: spec/region.md, REG-6 and REG-20.
 *
 * A source that needs another clock than the processor's counter defines two macros before its first include
 * of a testimony header, and every source that uses the writer defines the same two:
 *
 *     #define TSM_TICKS() my_ticks()                        (of type uint64_t; makes no system call)
 *     #define TSM_TICKS_KIND TSM_CLOCK_KIND_MONOTONIC       (which clock of REG-6 my_ticks() reads)
 */

#ifndef TESTIMONY_TICKS_H
#define TESTIMONY_TICKS_H

#include "word.h"

/* Which clock the ticks are of, a TSM_CLOCK_KIND_*. tsm_lane_open compares it with the region header. */
#if defined(TSM_TICKS)
#  if !defined(TSM_TICKS_KIND)
#    error "TSM_TICKS() without TSM_TICKS_KIND: define which clock it reads (REG-6), a TSM_CLOCK_KIND_*"
#  endif
#elif defined(TSM_TICKS_KIND)
#  error "TSM_TICKS_KIND without TSM_TICKS(): define the expression that reads this clock too"
#elif defined(__x86_64__) || defined(__i386__)
#  define TSM_TICKS_KIND TSM_CLOCK_KIND_TSC
#elif defined(__aarch64__)
#  define TSM_TICKS_KIND TSM_CLOCK_KIND_CNTVCT
#endif

/* 1 if the ticks are those of a clock that goes by itself: then the writer times one attempt of each
 * block, and a reader can say what observing costs. Who defines TSM_TICKS() may define this too.
 */
#if !defined(TSM_TELLS_TIME)
#  if defined(TSM_TICKS)
#    define TSM_TELLS_TIME 0
#  else
#    define TSM_TELLS_TIME 1
#  endif
#endif

/* Returns the ticks of now, of the clock that the region header names. Should not run backwards on
 * one thread; where it does, the reader says so and changes nothing.
 *
 * TSM_TICKS() if it is defined; else the time-stamp counter on x86 (TSM_CLOCK_KIND_TSC) and the
 * virtual counter on aarch64 (TSM_CLOCK_KIND_CNTVCT).
 */
TSM_HOT uint64_t tsm_ticks(void)
{
#if defined(TSM_TICKS)
    return TSM_TICKS();
#elif defined(__x86_64__) || defined(__i386__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
#  error "no counter of this processor is known here: define TSM_TICKS() as the clock to read"
#endif
}

#endif

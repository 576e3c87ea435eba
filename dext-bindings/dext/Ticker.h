/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A timer that says by an action whose it is. */

#ifndef TESTIMONY_DEXT_TICKER_H
#define TESTIMONY_DEXT_TICKER_H

#include <DriverKit/IOTimerDispatchSource.h>

class TestimonyDriver;

namespace testimony
{

struct Ticker {
    IOTimerDispatchSource *timer;
    OSAction *action;
    /* When it is to go off next, in ticks of mach_continuous_time. */
    uint64_t deadline;

    /* Makes the timer, not armed, on `queue`; what `driver` hears of it carries `number`. On failure
     * nothing is left.
     */
    kern_return_t Create(TestimonyDriver *driver, IODispatchQueue *queue, uint64_t number);

    /* Goes off once, at `when`. */
    kern_return_t Arm(uint64_t when);

    /* Goes off no more. */
    void Cancel();

    /* Returns the number that was given to Create. */
    static uint64_t NumberOf(OSAction *action);
};

} // namespace testimony

#endif /* TESTIMONY_DEXT_TICKER_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "Ticker.h"

#include <DriverKit/IOLib.h>

#include "TestimonyDriver.h"

kern_return_t testimony::Ticker::Create(TestimonyDriver *driver, IODispatchQueue *queue, uint64_t number)
{
    kern_return_t result = IOTimerDispatchSource::Create(queue, &timer);
    if (result != kIOReturnSuccess) {
        timer = NULL;
        return result;
    }
    result = driver->CreateActionTimerOccurred(sizeof number, &action);
    if (result == kIOReturnSuccess) {
        *(uint64_t *)action->GetReference() = number;
        result = timer->SetHandler(action);
    } else {
        action = NULL;
    }
    if (result != kIOReturnSuccess) {
        Cancel();
    }
    return result;
}

kern_return_t testimony::Ticker::Arm(uint64_t when)
{
    deadline = when;
    return timer->WakeAtTime(kIOTimerClockMachContinuousTime, when, 0);
}

void testimony::Ticker::Cancel()
{
    /* A source that is only let go of would still hold its action, and that one the driver. */
    if (timer != NULL) {
        (void)timer->Cancel(NULL);
    }
    OSSafeReleaseNULL(timer);
    OSSafeReleaseNULL(action);
}

uint64_t testimony::Ticker::NumberOf(OSAction *action)
{
    return *(const uint64_t *)action->GetReference();
}

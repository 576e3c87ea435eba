/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A timer of one shot at a time. */

#ifndef SHIM_DRIVERKIT_IOTIMERDISPATCHSOURCE_H
#define SHIM_DRIVERKIT_IOTIMERDISPATCHSOURCE_H

#include <DriverKit/IODispatchQueue.h>

OSDeclareMetaClass(IOTimerDispatchSource);

struct IOTimerDispatchSource_IVars;

/* Clocks of WakeAtTime: the raw ones count nanoseconds, the mach ones ticks. */
enum {
    kIOTimerClockRealTime = 0x80ull,
    kIOTimerClockWallTime = 0x80ull,
    kIOTimerClockMonotonicRaw = 0x84ull,
    kIOTimerClockUptimeRaw = 0x88ull,
    kIOTimerClockMachContinuousTime = 0xC4ull,
    kIOTimerClockMachAbsoluteTime = 0xC8ull,
};

#define IOTimerDispatchSource_TimerOccurred_ID IORPC_METHOD(0x10, 1)

#define IOTimerDispatchSource_TimerOccurred_Args OSAction *action, uint64_t time

struct IOTimerDispatchSource_TimerOccurred_Arguments {
    OSAction *action;
    uint64_t time;
};

class IOTimerDispatchSource : public IODispatchSource
{
    friend class IOTimerDispatchSourceMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gIOTimerDispatchSourceMetaClass; }
    static kern_return_t _Dispatch(IOTimerDispatchSource *self, const IORPC rpc);
    using super = IODispatchSource;

    IOTimerDispatchSource_IVars *ivars;

    /* A source that is enabled and calls on the queue, which it retains. */
    static kern_return_t Create(IODispatchQueue *queue, IOTimerDispatchSource **source);

    void free() override;

    /* The action, which is retained, is of `TYPE(IOTimerDispatchSource::TimerOccurred)`. */
    kern_return_t SetHandler(OSAction *action, OSDispatchMethod supermethod = NULL);

    /* Fires once, at the deadline or as soon as can be. Replaces the deadline before. */
    kern_return_t WakeAtTime(uint64_t options, uint64_t deadline, uint64_t leeway,
                             OSDispatchMethod supermethod = NULL);

    kern_return_t SetEnable(bool enable, OSDispatchMethod supermethod = NULL);

#if __BLOCKS__
    /* Fires no more, and lets go of its handler. Blocks are not modelled: the handler of the
     * cancellation must be null.
     */
    kern_return_t Cancel(IODispatchSourceCancelHandler handler,
                         OSDispatchMethod supermethod = NULL);
#endif
};

#endif /* SHIM_DRIVERKIT_IOTIMERDISPATCHSOURCE_H */

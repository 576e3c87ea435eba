/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* IOTimerDispatchSource: one thread waits for the earliest deadline of all timers. */

#include "timer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <DriverKit/IOLib.h>
#include <DriverKit/IOTimerDispatchSource.h>

#include "action.h"
#include "clock.h"
#include "context.h"
#include "dispatch_queue.h"
#include "violation.h"

OSDefineMetaClass(IOTimerDispatchSource, IODispatchSource);

struct IOTimerDispatchSource_IVars {
    std::mutex lock;
    IODispatchQueue *queue = nullptr;
    OSAction *handler = nullptr;
    bool enabled = true;
    bool cancelled = false;
    /* The clock of the deadline that waits. */
    uint64_t clock = 0;
    /* Counts WakeAtTime: an old deadline that fires meanwhile is not the present one. */
    uint64_t shot = 0;
};

namespace shim
{

struct Deadline {
    IOTimerDispatchSource *source;
    uint64_t shot;
};

static std::mutex timersLock;
/* By nanoseconds of ClockNanoseconds. The sources are retained. */
static std::multimap<uint64_t, Deadline> deadlines;
static int timer = -1;
static bool quit;
static std::thread *timerThread;

static void Arm(uint64_t nanoseconds)
{
    itimerspec when = {};
    when.it_value.tv_sec = (time_t)(nanoseconds / 1000000000);
    when.it_value.tv_nsec = (long)(nanoseconds % 1000000000);
    if (nanoseconds == 0) {
        when.it_value.tv_nsec = 1;
    }
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, nullptr);
}

static void Fire(const Deadline &deadline)
{
    IOTimerDispatchSource_IVars *ivars = deadline.source->ivars;
    IODispatchQueue *queue;
    OSAction *handler;
    uint64_t now = ClockNanoseconds();
    {
        std::unique_lock guard(ivars->lock);
        if (ivars->cancelled || !ivars->enabled || ivars->shot != deadline.shot ||
            ivars->handler == nullptr) {
            /* The lock goes with the source, if this was the last to hold it. */
            guard.unlock();
            deadline.source->release();
            return;
        }
        queue = ivars->queue;
        handler = ivars->handler;
        queue->retain();
        handler->retain();
        bool ticks = ivars->clock == kIOTimerClockMachContinuousTime ||
                     ivars->clock == kIOTimerClockMachAbsoluteTime;
        now = ticks ? ClockTicks(now) : now;
    }
    IOTimerDispatchSource *source = deadline.source;
    auto letGo = [source, handler, queue] {
        handler->release();
        source->release();
        queue->release();
    };
    QueuePost(
        queue->ivars->queue,
        [source, handler, now, letGo] {
            bool cancelled;
            {
                std::lock_guard guard(source->ivars->lock);
                cancelled = source->ivars->cancelled;
            }
            if (!cancelled) {
                Doing doing("IOTimerDispatchSource", "TimerOccurred", false);
                IOTimerDispatchSource_TimerOccurred_Arguments arguments = {handler, now};
                ActionCall(handler, IOTimerDispatchSource_TimerOccurred_ID, &arguments);
            }
            letGo();
        },
        letGo);
}

static void ServeTimers()
{
    while (true) {
        uint64_t expirations;
        if (read(timer, &expirations, sizeof expirations) < 0) {
            continue;
        }
        std::vector<Deadline> due;
        {
            std::lock_guard guard(timersLock);
            if (quit) {
                return;
            }
            auto end = deadlines.upper_bound(ClockNanoseconds());
            for (auto at = deadlines.begin(); at != end; at++) {
                due.push_back(at->second);
            }
            deadlines.erase(deadlines.begin(), end);
            if (!deadlines.empty()) {
                Arm(deadlines.begin()->first);
            }
        }
        for (const Deadline &deadline : due) {
            Fire(deadline);
        }
    }
}

/* The source is retained until the deadline has come. */
static void Wait(uint64_t nanoseconds, const Deadline &deadline)
{
    std::lock_guard guard(timersLock);
    if (quit) {
        return;
    }
    if (timer < 0) {
        timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);
        timerThread = new std::thread(ServeTimers);
    }
    deadline.source->retain();
    auto at = deadlines.emplace(nanoseconds, deadline);
    if (at == deadlines.begin()) {
        Arm(nanoseconds);
    }
}

/* Forgets what a source waits for: a cancelled timer keeps nothing alive. */
static void Forget(const IOTimerDispatchSource *source)
{
    std::vector<Deadline> forgotten;
    {
        std::lock_guard guard(timersLock);
        for (auto at = deadlines.begin(); at != deadlines.end();) {
            if (at->second.source == source) {
                forgotten.push_back(at->second);
                at = deadlines.erase(at);
            } else {
                at++;
            }
        }
    }
    for (const Deadline &deadline : forgotten) {
        deadline.source->release();
    }
}

void TimersStop()
{
    {
        std::lock_guard guard(timersLock);
        quit = true;
        if (timer < 0) {
            return;
        }
        Arm(0);
    }
    timerThread->join();
    delete timerThread;
    close(timer);
}

} // namespace shim

kern_return_t IOTimerDispatchSource::_Dispatch(IOTimerDispatchSource *self, const IORPC rpc)
{
    return IODispatchSource::_Dispatch(self, rpc);
}

kern_return_t IOTimerDispatchSource::Create(IODispatchQueue *queue, IOTimerDispatchSource **source)
{
    if (queue == nullptr || source == nullptr) {
        return kIOReturnBadArgument;
    }
    IOTimerDispatchSource *made = OSTypeAlloc(IOTimerDispatchSource);
    *source = made;
    if (made == nullptr) {
        return kIOReturnNoMemory;
    }
    made->ivars = new IOTimerDispatchSource_IVars;
    queue->retain();
    made->ivars->queue = queue;
    return kIOReturnSuccess;
}

void IOTimerDispatchSource::free()
{
    OSSafeReleaseNULL(ivars->handler);
    OSSafeReleaseNULL(ivars->queue);
    delete ivars;
    super::free();
}

kern_return_t IOTimerDispatchSource::SetHandler(OSAction *action, OSDispatchMethod)
{
    if (action != nullptr) {
        action->retain();
    }
    OSAction *before;
    {
        std::lock_guard guard(ivars->lock);
        before = ivars->handler;
        ivars->handler = action;
    }
    OSSafeReleaseNULL(before);
    return kIOReturnSuccess;
}

kern_return_t IOTimerDispatchSource::WakeAtTime(uint64_t options, uint64_t deadline, uint64_t,
                                                OSDispatchMethod)
{
    uint64_t nanoseconds;
    switch (options) {
    case kIOTimerClockMachContinuousTime:
    case kIOTimerClockMachAbsoluteTime:
        nanoseconds = shim::ClockNanosecondsOf(deadline);
        break;
    case kIOTimerClockMonotonicRaw:
    case kIOTimerClockUptimeRaw:
        nanoseconds = deadline;
        break;
    default:
        return kIOReturnBadArgument;
    }
    shim::Forget(this);
    uint64_t shot;
    {
        std::lock_guard guard(ivars->lock);
        if (ivars->cancelled) {
            return kIOReturnAborted;
        }
        ivars->clock = options;
        shot = ++ivars->shot;
    }
    shim::Wait(nanoseconds, {this, shot});
    return kIOReturnSuccess;
}

kern_return_t IOTimerDispatchSource::SetEnable(bool enable, OSDispatchMethod)
{
    std::lock_guard guard(ivars->lock);
    ivars->enabled = enable;
    return kIOReturnSuccess;
}

kern_return_t IOTimerDispatchSource::Cancel(IODispatchSourceCancelHandler handler,
                                            OSDispatchMethod)
{
    if (handler != nullptr) {
        shim::Violation("Cancel of a timer with a block: the portable subset has none");
    }
    shim::Forget(this);
    OSAction *before;
    {
        std::lock_guard guard(ivars->lock);
        ivars->cancelled = true;
        before = ivars->handler;
        ivars->handler = nullptr;
    }
    OSSafeReleaseNULL(before);
    return kIOReturnSuccess;
}

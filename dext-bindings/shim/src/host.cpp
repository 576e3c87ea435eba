/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "host.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include <DriverKit/IOLib.h>
#include <DriverKit/IOUserClient.h>

#include "census.h"
#include "class_list.h"
#include "connections.h"
#include "context.h"
#include "personality.h"
#include "registry.h"
#include "scheduler.h"
#include "service.h"
#include "terminator.h"
#include "timer.h"
#include "violation.h"

#if defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    include <sanitizer/lsan_interface.h>
#    define SHIM_HAS_LEAK_CHECK 1
#  endif
#endif
#ifndef SHIM_HAS_LEAK_CHECK
#  define SHIM_HAS_LEAK_CHECK 0
#endif

namespace shim
{

static std::mutex lock;
static std::condition_variable ordered;
static bool stopOrdered;
static HostOptions options;
static IOService *driver;
/* What the driver is matched on: IOUserResources. */
static IOService *provider;

static IOService *Make(OSMetaClass *meta)
{
    Doing doing(meta->name, "init", true);
    OSObject *object;
    if (OSObjectAllocate(meta, &object) != kIOReturnSuccess) {
        Violation("no memory for a %s", meta->name);
    }
    IOService *service = OSRequiredCast(IOService, object);
    if (!service->init()) {
        Note("%s::init failed", meta->name);
        service->release();
        return nullptr;
    }
    return service;
}

bool HostStart(const HostOptions &wanted)
{
    options = wanted;
    OSMetaClass *meta = ClassNamed(options.driver.c_str());
    if (meta == nullptr || !IsKindOf(meta, gIOServiceMetaClass)) {
        Note("%s is no service that is linked in", options.driver.c_str());
        return false;
    }
    PersonalityLoad(options.driver.c_str(), options.plist.empty() ? nullptr : options.plist.c_str());
    ServiceSetGeneration(options.generation);
    ServiceOnRegister([](IOService *service) {
        RegistryPublish(options.registry, options.driver,
                        [service](int socket) { ConnectionsAccept(service, socket); });
    });
    provider = Make(gIOServiceMetaClass);
    driver = Make(meta);
    if (driver == nullptr) {
        return false;
    }
    kern_return_t result = ServiceStart(driver, provider);
    if (result != kIOReturnSuccess) {
        Note("%s::Start failed with %#x", options.driver.c_str(), (unsigned)result);
        return false;
    }
    {
        std::lock_guard guard(driver->ivars->lock);
        driver->ivars->terminate = HostOrderStop;
    }
    CensusDriverStarted();
    return true;
}

void HostOrderStop()
{
    std::lock_guard guard(lock);
    stopOrdered = true;
    ordered.notify_all();
}

/* Clients first, or the driver first: IOService::terminatePhase1 and its workers promise neither, so
 * a seed chooses.
 */
static void StopAll()
{
    bool driverFirst = SchedulerChoice(2) == 1;
    if (driverFirst) {
        ServiceStop(driver);
    }
    ConnectionsTerminate();
    ServiceStop(driver);
}

/* What the census does not count: the process ends without the sanitizer's own check at exit. */
static bool LeaksMemory()
{
#if SHIM_HAS_LEAK_CHECK
    return __lsan_do_recoverable_leak_check() != 0;
#else
    return false;
#endif
}

int HostRun()
{
    {
        std::unique_lock guard(lock);
        ordered.wait(guard, [] { return stopOrdered; });
    }
    RegistryWithdraw();
    StopAll();
    ConnectionsEnd();
    TerminatorStop();
    TimersStop();
    OSSafeReleaseNULL(driver);
    OSSafeReleaseNULL(provider);
    bool drained = SchedulerDrain();
    if (!drained) {
        Note("a queue has not ended within five seconds");
    }
    if (!CensusIsZero() || !drained) {
        Note("alive after the stop: %s", CensusReport().c_str());
        return EXIT_NOT_ZERO;
    }
    return LeaksMemory() ? EXIT_NOT_ZERO : EXIT_ORDERLY;
}

} // namespace shim

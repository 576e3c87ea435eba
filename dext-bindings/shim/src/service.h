/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What the kernel keeps of a service, and the rules of its life. */

#ifndef SHIM_SERVICE_H
#define SHIM_SERVICE_H

#include <stdint.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include <DriverKit/IOService.h>

namespace shim
{

enum class ServiceState {
    /* Allocated, or init has run. */
    Made,
    Starting,
    Started,
    Stopping,
    Stopped,
};

} // namespace shim

struct IOService_IVars {
    std::mutex lock;
    shim::ServiceState state = shim::ServiceState::Made;
    /* How often the base class heard of the start and of the stop. */
    int superStarts = 0;
    int superStops = 0;
    bool registered = false;
    uint64_t registryID = 0;
    std::string name;
    /* Retained from Start to the end of Stop. */
    IOService *provider = nullptr;
    /* Retained. */
    std::map<std::string, IODispatchQueue *> queues;
    /* What Terminate asks the kernel for; empty when there is nobody to ask. */
    std::function<void()> terminate;
};

namespace shim
{

/* The first incarnation of the driver is 1; registry ids of a later one are larger. */
void ServiceSetGeneration(uint64_t generation);

/* What RegisterService does once the service has started. */
void ServiceOnRegister(std::function<void(IOService *)> publish);

/* Gives a new object its id and calls Start on its queue. What it returns is what Start returned;
 * a Start that succeeded without its super call is a violation.
 */
kern_return_t ServiceStart(IOService *service, IOService *provider);

/* Calls Stop on the service's queue, once, and lets go of its queues and its provider. */
void ServiceStop(IOService *service);

/* True until Stop has begun. */
bool ServiceIsActive(IOService *service);

/* The queue of a method of the service, retained; null when it has none any more. */
IODispatchQueue *ServiceCopyQueue(IOService *service, uint64_t message);

/* Runs `work` on the queue of a method and waits; false when the service has stopped. */
bool ServiceRun(IOService *service, uint64_t message, const std::function<void()> &work);

} // namespace shim

#endif /* SHIM_SERVICE_H */

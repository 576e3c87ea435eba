/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#ifndef SHIM_ACTION_H
#define SHIM_ACTION_H

#include <functional>
#include <mutex>
#include <vector>

#include <DriverKit/OSAction.h>

struct OSAction_IVars {
    std::mutex lock;
    /* Retained; null once cancelled, and for an action whose target is in the kernel. */
    OSObject *target = nullptr;
    uint64_t targetMessage = 0;
    uint64_t message = 0;
    std::vector<uint64_t> reference;
    /* A target in the kernel: what a completion calls. */
    std::function<void(IOReturn, const uint64_t *, uint32_t)> kernelTarget;
};

namespace shim
{

/* An action that the kernel makes for an asynchronous call of a client. */
OSAction *ActionForKernel(std::function<void(IOReturn, const uint64_t *, uint32_t)> target);

/* Calls the action's method, if it is one of type `message` and still has a target. */
kern_return_t ActionCall(OSAction *action, uint64_t message, void *arguments);

} // namespace shim

#endif /* SHIM_ACTION_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#ifndef SHIM_DISPATCH_QUEUE_H
#define SHIM_DISPATCH_QUEUE_H

#include <string>

#include <DriverKit/IODispatchQueue.h>
#include <DriverKit/IODispatchSource.h>

#include "context.h"
#include "scheduler.h"

struct IODispatchQueue_IVars {
    std::string name;
    shim::QueuePointer queue;
};

#endif /* SHIM_DISPATCH_QUEUE_H */

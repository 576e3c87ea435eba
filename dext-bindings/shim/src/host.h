/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The life of the driver: matched, started, published, stopped. */

#ifndef SHIM_HOST_H
#define SHIM_HOST_H

#include <stdint.h>

#include <string>

namespace shim
{

struct HostOptions {
    /* The driver's class, and its name in the registry. */
    std::string driver;
    std::string registry;
    std::string plist;
    uint64_t generation = 1;
};

/* What the process ends with. */
enum : int {
    EXIT_ORDERLY = 0,
    EXIT_MISUSE = 2,
    EXIT_NOT_ZERO = 3,
    EXIT_NOT_STARTED = 4,
};

/* Starts the driver; false when it would not start. */
bool HostStart(const HostOptions &options);

/* Waits until somebody orders the end, then stops everything; returns what the process ends with. */
int HostRun();

/* Orders the end. */
void HostOrderStop();



} // namespace shim

#endif /* SHIM_HOST_H */

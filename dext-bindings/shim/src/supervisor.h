/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#ifndef SHIM_SUPERVISOR_H
#define SHIM_SUPERVISOR_H

#include <stdint.h>

namespace shim
{

/* Forks a process for the driver and starts another one, of the next generation, when it is killed,
 * as the kernel's rematch does (IOUserServer::exit terminates with kIOServiceTerminateWithRematch).
 * Returns in the driver's process only, with its generation. The supervisor ends with the driver's
 * orderly end; and with an abort, which is a violation and must not be hidden by a new start.
 */
uint64_t Supervise(uint64_t generation);

} // namespace shim

#endif /* SHIM_SUPERVISOR_H */

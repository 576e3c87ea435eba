/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Commands, a line each, answered with a line each. README.md, "Commands". */

#ifndef SHIM_CONTROL_H
#define SHIM_CONTROL_H

#include <string>

namespace shim
{

/* Opens where commands come from: a number is a descriptor (0 answers on 1), else a socket's path.
 * False when it cannot. Before any thread and before the supervisor forks.
 */
bool ControlOpen(const std::string &where);

/* Serves commands on a thread, if something was opened. */
void ControlStart();

} // namespace shim

#endif /* SHIM_CONTROL_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The kernel's termination thread: what a dext asks to end, ends behind its back. */

#ifndef SHIM_TERMINATOR_H
#define SHIM_TERMINATOR_H

#include <functional>

namespace shim
{

void TerminateLater(std::function<void()> work);

/* Runs what is asked for already, and ends the thread. */
void TerminatorStop();

} // namespace shim

#endif /* SHIM_TERMINATOR_H */

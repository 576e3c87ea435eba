/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#ifndef SHIM_TIMER_H
#define SHIM_TIMER_H

namespace shim
{

/* Ends the thread of the timers, if there is one. */
void TimersStop();

} // namespace shim

#endif /* SHIM_TIMER_H */

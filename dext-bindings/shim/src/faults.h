/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What goes wrong on command. */

#ifndef SHIM_FAULTS_H
#define SHIM_FAULTS_H

#include <stdint.h>

namespace shim
{

/* Kills the process at the n-th work from now on; 0 never. */
void FaultsKillAt(uint64_t count);

/* Every queue calls it before a work. */
void FaultsOnDispatch();

/* The next map is refused, without a question to the dext. */
void FaultsRefuseMap();

/* The next map takes so long. */
void FaultsDelayMap(uint64_t milliseconds);

/* Applies what was ordered for a map; true if it is refused. */
bool FaultsOnMap();

} // namespace shim

#endif /* SHIM_FAULTS_H */

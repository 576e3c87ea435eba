/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What lives, and what was allocated when nothing should be. */

#ifndef SHIM_CENSUS_H
#define SHIM_CENSUS_H

#include <stddef.h>
#include <stdint.h>

#include <string>

namespace shim
{

/* From now on an allocation outside of a life-cycle method is late. */
void CensusDriverStarted();

/* An allocation of the dext: an object's class, or `IOMalloc`. */
void CensusAllocated(const char *what);

/* Blocks and bytes of IOMalloc. */
void CensusBlocks(int64_t blocks, int64_t bytes);

/* Is nothing alive? */
bool CensusIsZero();

/* `TestimonyDriver=1 ... IOMalloc=3 late=0`, classes without objects left out. */
std::string CensusReport();

} // namespace shim

#endif /* SHIM_CENSUS_H */

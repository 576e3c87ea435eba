/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Records of known content, for tests: only in a build with TESTIMONY_EMIT. */

#ifndef TESTIMONY_DEXT_EMIT_H
#define TESTIMONY_DEXT_EMIT_H

#include <testimony/boundary.h>

#include "Lane.h"

namespace testimony
{

/* Most records of one call: a call keeps the others waiting. */
inline constexpr uint64_t MOST_EMITTED = 1 << 20;

/* Writes records 0 to `count` - 1 of `seed` on the lane's own queue, and waits for them. */
tsm_emit_out EmitRecords(Lane *lane, uint64_t count, uint64_t seed);

} // namespace testimony

#endif /* TESTIMONY_DEXT_EMIT_H */

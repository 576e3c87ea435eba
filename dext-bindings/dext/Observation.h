/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Which classes of records are written: what some reader wants (ATT-22). */

#ifndef TESTIMONY_DEXT_OBSERVATION_H
#define TESTIMONY_DEXT_OBSERVATION_H

#include <testimony/boundary.h>

#include "Ticks.h"

namespace testimony
{

inline constexpr uint64_t EVERY_CLASS =
    TSM_CLASSES_VITAL_MASK | TSM_CLASSES_NORMAL_MASK | TSM_CLASSES_BULK_MASK;

struct Observation {
    /* TSM_CLASSES_*: stored on the queue of calls, loaded on every lane's. Nothing hangs on when a lane sees
     * a change, so no ordering is needed.
     */
    tsm_word classes;

    bool Wants(int record_class) const
    {
        return (tsm_load(&classes) >> record_class & 1) != 0;
    }
};

} // namespace testimony

#endif /* TESTIMONY_DEXT_OBSERVATION_H */

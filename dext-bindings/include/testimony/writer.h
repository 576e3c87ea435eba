/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The writer of a lane, for C and C++. Spec: spec/region.md, "Writing".
 *
 *     tsm_writer writer;
 *     const tsm_lane_config config = tsm_lane_config_of("queue 0", TSM_POLICY_OVERWRITE);
 *     if (tsm_lane_open(&region, 0, &config, &writer) == TSM_OK) {
 *         my_event_emit_v1(&writer, &event);           (record.h)
 *         tsm_writer_close(&writer);
 *     }
 *
 * A lane has one writer and a writer has one thread. An attempt allocates nothing, locks nothing,
 * makes no system call and loads nothing that a reader could have stored. When a lane is full its
 * policy decides; a refused attempt is counted by cause and costs no more than a record. A signal
 * handler or a callback that uses a writer while an attempt is in progress is refused and counted.
 */

#ifndef TESTIMONY_WRITER_H
#define TESTIMONY_WRITER_H

#include "record.h"

/* Attempts so far, without looking at the lane: offered = published + the sum of dropped. */
typedef struct tsm_writer_account {
    /* Attempts whose fate is settled. */
    uint64_t offered;
    /* Those that became records. */
    uint64_t published;
    /* Those that were refused, by cause. */
    uint64_t dropped[TSM_CAUSES];
} tsm_writer_account;

/* Closes the lane: says that this was all (REG-25). Later attempts are refused and counted.
 *
 * Returns TSM_OK, also if it was closed already; TSM_BAD_MOMENT while an attempt is in progress;
 * TSM_BAD_WRITER if no lane was opened for the writer.
 */
TSM_API tsm_result tsm_writer_close(tsm_writer *writer)
{
    if (writer == NULL || writer->control == NULL) {
        return TSM_BAD_WRITER;
    }
    if (tsm_load(&writer->busy) != 0) {
        return TSM_BAD_MOMENT;
    }
    if (tsm_load(&writer->closed) != 0) {
        return TSM_OK;
    }
    /* A signal handler's attempt in the middle of this is a nested one. */
    tsm_store(&writer->busy, 1);
    tsm_fence_signal();
    tsm_join_nested(writer);
    (void)tsm_store_used(writer);
    tsm_store(&writer->closed, 1);
    tsm_set_limits(writer);
    tsm_store(&writer->control[TSM_LANE_OFFERED], tsm_next_sequence(writer));
    /* PAIRS WITH: LaneReader::is_closed (relaxed load of state, acquire fence), REG-25: who sees the
     * lane closed sees everything that was published in it.
     */
    tsm_store_release(&writer->control[TSM_LANE_STATE], TSM_LANE_STATE_CLOSED);
    tsm_join_nested(writer);
    tsm_fence_signal();
    tsm_store(&writer->busy, 0);
    return TSM_OK;
}

/* Returns how full the lane is, a TSM_PRESSURE_*, after a look at what was drained: for whoever chooses to
 * observe less rather than to be refused. Not on the path of any attempt.
 */
TSM_API tsm_pressure tsm_writer_pressure(tsm_writer *writer)
{
    if (writer->control != NULL && tsm_load(&writer->busy) == 0) {
        tsm_store(&writer->busy, 1);
        tsm_fence_signal();
        (void)tsm_may_hold(writer, 0, TSM_CLASS_VITAL);
        tsm_fence_signal();
        tsm_store(&writer->busy, 0);
    }
    return (tsm_pressure)tsm_load(&writer->pressure);
}

/* Returns the writer's own account. An attempt in progress is in none of its numbers. */
TSM_API tsm_writer_account tsm_writer_account_of(const tsm_writer *writer)
{
    tsm_writer_account account;
    account.offered =
        tsm_next_sequence(writer) + tsm_load(&writer->nested.count) - writer->start_sequence;
    account.published = account.offered;
    for (size_t cause = 0; cause < TSM_CAUSES; ++cause) {
        const tsm_word *dropped = cause == tsm_cause(TSM_REFUSED_REENTERED)
                                      ? &writer->reentered
                                      : &writer->drops.settled[cause];
        account.dropped[cause] = tsm_load(dropped);
        account.published -= account.dropped[cause];
    }
    return account;
}

#endif

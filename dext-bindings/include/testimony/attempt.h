/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* One attempt to store a record, step by step. Spec: spec/region.md, "Writing".
 *
 * The same steps in the same order as the writer in Rust, `abi_runtime::Writer`; a test compares the
 * bytes. writer.h is what drivers call.
 */

#ifndef TESTIMONY_ATTEMPT_H
#define TESTIMONY_ATTEMPT_H

#include "block.h"
#include "ticks.h"

/* Classes of records: what a full lane refuses first is bulk, and last is vital (REG-30). */
#define TSM_CLASS_VITAL 0
#define TSM_CLASS_NORMAL 1
#define TSM_CLASS_BULK 2

/* Smallest id of a record of a catalog; those below are the instrument's own. */
#define TSM_FIRST_ID 0x0100

/* Where an attempt gets its ticks from: step 2 of REG-20. */
typedef struct tsm_moment {
    /* 1 to read the clock, 0 to take `ticks`. */
    uint64_t read;
    /* Ticks that the caller has read. */
    uint64_t ticks;
} tsm_moment;

/* Returns the ticks of the attempt. */
TSM_HOT uint64_t tsm_moment_ticks(tsm_moment moment)
{
    return moment.read != 0 ? tsm_ticks() : moment.ticks;
}

/* Returns the cause of a refusal as an index into the drop counters (REG-11). */
TSM_HOT size_t tsm_cause(tsm_result refused)
{
    return (size_t)refused - (size_t)TSM_REFUSED_TOO_BIG;
}

/* REG-23: counts the attempt in progress as refused, and ends it. Returns `refused`. */
TSM_API tsm_result tsm_refuse(tsm_writer *writer, tsm_result refused, uint64_t sequence,
                              uint64_t ticks)
{
    const size_t cause = tsm_cause(refused);
    tsm_run_add(&writer->pending, cause, sequence, 1, ticks, ticks);
    tsm_store(&writer->control[TSM_LANE_OFFERED], sequence + 1);
    const uint64_t count = tsm_load(&writer->dropped[cause]) + 1;
    tsm_store(&writer->dropped[cause], count);
    /* PAIRS WITH: LaneReader::tail_drops (relaxed loads of the counters, acquire fence), REG-37:
     * who sees this count sees every `publish` before it.
     */
    tsm_store_release(&writer->control[TSM_LANE_DROPPED + cause], count);
    tsm_fence_signal();
    tsm_store(&writer->busy, 0);
    return refused;
}

/* REG-23: counts an attempt made inside the one in progress. */
TSM_COLD tsm_result tsm_refuse_nested(tsm_writer *writer, tsm_moment moment)
{
    const size_t cause = tsm_cause(TSM_REFUSED_REENTERED);
    tsm_nested_add(&writer->nested, tsm_moment_ticks(moment));
    uint64_t count = tsm_count_up(&writer->dropped[cause]);
    for (;;) {
        /* PAIRS WITH: LaneReader::tail_drops, as in tsm_refuse. */
        tsm_store_release(&writer->control[TSM_LANE_DROPPED + cause], count);
        /* An attempt nested in this one may have stored a larger count before that store. */
        const uint64_t now = tsm_load(&writer->dropped[cause]);
        if (now == count) {
            return TSM_REFUSED_REENTERED;
        }
        count = now;
    }
}

/* REG-23: gives nested attempts their numbers, behind the attempt that they interrupted. */
TSM_COLD void tsm_join_nested(tsm_writer *writer)
{
    const uint64_t first_ticks = tsm_load(&writer->nested.first_ticks);
    const uint64_t last_ticks = tsm_load(&writer->nested.last_ticks);
    const uint64_t count = tsm_nested_take(&writer->nested);
    if (count == 0) {
        return;
    }
    const uint64_t sequence = tsm_load(&writer->sequence);
    const size_t cause = tsm_cause(TSM_REFUSED_REENTERED);
    tsm_run_add(&writer->pending, cause, sequence, count, first_ticks, last_ticks);
    tsm_store(&writer->sequence, sequence + count);
    tsm_store(&writer->control[TSM_LANE_OFFERED], sequence + count);
}

/* REG-20, steps 1 and 2: takes the lane, the number and the ticks. Returns TSM_OK and fills
 * `place.sequence` and `place.ticks`, or TSM_REFUSED_REENTERED.
 */
TSM_HOT tsm_result tsm_enter(tsm_writer *writer, tsm_moment moment, tsm_place *place)
{
    if (TSM_UNLIKELY(tsm_load(&writer->busy) != 0)) {
        return tsm_refuse_nested(writer, moment);
    }
    tsm_store(&writer->busy, 1);
    tsm_fence_signal();
    if (TSM_UNLIKELY(tsm_load(&writer->nested.count) != 0)) {
        tsm_join_nested(writer);
    }
    place->sequence = tsm_load(&writer->sequence);
    tsm_store(&writer->sequence, place->sequence + 1);
    place->ticks = tsm_moment_ticks(moment);
    return TSM_OK;
}

/* REG-20, steps 3 and 4 for most attempts: returns whether a record of `size` bytes fits where the
 * writer stands, with nothing pending. If not, tsm_find_place decides.
 */
TSM_HOT int tsm_fits_here(const tsm_writer *writer, uint64_t size, tsm_place *place)
{
    place->position = tsm_load(&writer->position);
    place->after_loss = 0;
    return TSM_LIKELY(size <= writer->max_record) &&
           TSM_LIKELY(size <= tsm_load(&writer->block_end) - place->position) &&
           TSM_LIKELY(tsm_load(&writer->pending.count) == 0);
}

/* REG-20, steps 3 and 4, and the Loss record of step 5. Returns TSM_OK and fills `place`, or why the
 * attempt was refused.
 */
TSM_API tsm_result tsm_find_place(tsm_writer *writer, uint64_t size, int record_class,
                                  tsm_place *place)
{
    if (tsm_load(&writer->closed) != 0) {
        return tsm_refuse(writer, TSM_REFUSED_CLOSED, place->sequence, place->ticks);
    }
    if (size > writer->max_record) {
        return tsm_refuse(writer, TSM_REFUSED_TOO_BIG, place->sequence, place->ticks);
    }
    place->after_loss = tsm_load(&writer->pending.count) != 0;
    const uint64_t need = size + (place->after_loss != 0 ? TSM_LOSS_RECORD_SIZE : 0);
    const uint64_t next = tsm_load(&writer->block_end);
    if (need > next - tsm_load(&writer->position)) {
        const uint64_t blocks_end = next + writer->block_size - writer->start_position;
        if (writer->policy == TSM_POLICY_FILL && blocks_end > writer->mask + 1) {
            const tsm_result full = (tsm_result)((int)TSM_REFUSED_FULL_VITAL + record_class);
            return tsm_refuse(writer, full, place->sequence, place->ticks);
        }
        tsm_open_block(writer, next, place->sequence, place->ticks);
    }
    place->position = tsm_load(&writer->position);
    if (place->after_loss != 0) {
        tsm_store_loss(writer, place->position, place->ticks);
        place->position += TSM_LOSS_RECORD_SIZE;
    }
    return TSM_OK;
}

/* REG-20, step 5: stores a record of `size` bytes; its payload is not shared memory. */
TSM_HOT void tsm_store_record(const tsm_writer *writer, const tsm_place *place, uint64_t header,
                              const void *payload, size_t payload_bytes)
{
    tsm_word *slot = tsm_slot(writer, place->position);
    tsm_store(&slot[0], header);
    tsm_store(&slot[1], place->ticks);
    tsm_copy_in(&slot[TSM_RECORD_HEADER_WORDS], payload, payload_bytes / TSM_WORD_SIZE);
}

/* REG-20, step 6: makes what was stored at `place` visible, and ends the attempt. */
TSM_HOT void tsm_publish(tsm_writer *writer, const tsm_place *place, uint64_t size)
{
    const uint64_t end = place->position + size;
    tsm_store(&writer->position, end);
    /* PAIRS WITH: LaneReader::refill (relaxed load of publish, acquire fence), REG-31: who sees this
     * position sees every word stored below it.
     */
    tsm_store_release(&writer->control[TSM_LANE_PUBLISH], end);
    if (place->after_loss != 0) {
        tsm_store(&writer->told, tsm_load(&writer->told) + tsm_load(&writer->pending.count));
        tsm_run_clear(&writer->pending);
    }
    tsm_fence_signal();
    tsm_store(&writer->busy, 0);
}

#endif

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

/* Bytes of the largest payload of any record (REC-2). */
#define TSM_MAX_PAYLOAD ((size_t)65512)

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

/* Sends every attempt the slow way. */
TSM_HOT void tsm_think_again(tsm_writer *writer)
{
    for (size_t at = 0; at < 3; ++at) {
        tsm_store(&writer->limits[at], 0);
    }
}

/* REG-23: counts the attempt in progress as refused, and ends it. Returns `refused`. */
TSM_API tsm_result tsm_refuse(tsm_writer *writer, tsm_result refused, uint64_t ticks)
{
    const size_t cause = tsm_cause(refused);
    const uint64_t sequence = tsm_next_sequence(writer);
    const int begins_run = tsm_drops_all_told(&writer->drops);
    const uint64_t count = tsm_drops_add(&writer->drops, cause, sequence, 1, ticks, ticks);
    tsm_store(&writer->base, tsm_load(&writer->base) + 1);
    tsm_store(&writer->control[TSM_LANE_OFFERED], sequence + 1);
    /* PAIRS WITH: LaneReader::load_tail (relaxed loads of the counters, acquire fence), REG-37:
     * who sees this count sees every `publish` before it.
     */
    tsm_store_release(&writer->control[TSM_LANE_DROPPED + cause], count);
    if (begins_run) {
        tsm_think_again(writer);
    }
    tsm_fence_signal();
    tsm_store(&writer->busy, 0);
    return refused;
}

/* Refuses a record that no block of the lane holds. To a writer without a lane, which is zero, every record
 * is one: it has nothing to count in, and says so.
 */
TSM_API tsm_result tsm_refuse_too_big(tsm_writer *writer, uint64_t ticks)
{
    if (writer->control == NULL) {
        tsm_store(&writer->busy, 0);
        return TSM_BAD_WRITER;
    }
    return tsm_refuse(writer, TSM_REFUSED_TOO_BIG, ticks);
}

/* REG-23: counts an attempt made inside the one in progress. */
TSM_COLD tsm_result tsm_refuse_nested(tsm_writer *writer, tsm_moment moment)
{
    const size_t cause = tsm_cause(TSM_REFUSED_REENTERED);
    tsm_nested_add(&writer->nested, tsm_moment_ticks(moment));
    uint64_t count = tsm_count_up(&writer->reentered);
    for (;;) {
        /* PAIRS WITH: LaneReader::load_tail, as in tsm_refuse. */
        tsm_store_release(&writer->control[TSM_LANE_DROPPED + cause], count);
        /* An attempt nested in this one may have stored a larger count before that store. */
        const uint64_t now = tsm_load(&writer->reentered);
        if (now == count) {
            break;
        }
        count = now;
    }
    tsm_think_again(writer);
    return TSM_REFUSED_REENTERED;
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
    const uint64_t sequence = tsm_next_sequence(writer);
    const size_t cause = tsm_cause(TSM_REFUSED_REENTERED);
    (void)tsm_drops_add(&writer->drops, cause, sequence, count, first_ticks, last_ticks);
    tsm_store(&writer->base, tsm_load(&writer->base) + count);
    tsm_store(&writer->control[TSM_LANE_OFFERED], sequence + count);
}

/* Says how full the lane is that holds so many blocks. */
TSM_HOT void tsm_set_pressure(tsm_writer *writer, uint64_t held)
{
    const uint64_t blocks = writer->allowed[TSM_CLASS_VITAL];
    const uint64_t level = held >= blocks           ? TSM_PRESSURE_FULL
                           : held * 4 >= blocks * 3 ? TSM_PRESSURE_HIGH
                           : held * 2 >= blocks     ? TSM_PRESSURE_RISING
                                                    : TSM_PRESSURE_CALM;
    if (level != tsm_load(&writer->pressure)) {
        tsm_store(&writer->pressure, level);
        tsm_store(&writer->control[TSM_LANE_PRESSURE], level);
    }
}

/* Returns how many blocks the lane holds, the open one included. */
TSM_HOT uint64_t tsm_held(const tsm_writer *writer)
{
    const uint64_t bytes = tsm_load(&writer->block) + writer->block_size - tsm_load(&writer->released);
    /* A block is a power of two. */
    return bytes >> __builtin_ctz(writer->block_size);
}

/* Policy drain: takes note of what readers have released (REG-48). */
TSM_COLD void tsm_look_at_drain(tsm_writer *writer)
{
    const uint64_t publish = tsm_load(&writer->block) + (tsm_load(&writer->cursor) & TSM_OFFSET);
    const uint64_t before = tsm_load(&writer->released);
    /* A block is reused as a whole. */
    const uint64_t released = tsm_drain_look(&writer->drain, &writer->control[TSM_LANE_DRAIN], before,
                                             publish, writer->mask + 1) &
                              ~(uint64_t)(writer->block_size - 1);
    if (released != before) {
        tsm_store(&writer->released, released);
        tsm_store(&writer->control[TSM_LANE_RELEASED], released);
    }
}

/* Returns whether the lane may hold `more` blocks than up to the open one, for a record of this class.
 * Looks at what was drained, and says how full the lane is.
 */
TSM_HOT int tsm_may_hold(tsm_writer *writer, uint64_t more, int record_class)
{
    if (writer->policy == TSM_POLICY_OVERWRITE) {
        return 1;
    }
    if (writer->policy == TSM_POLICY_DRAIN) {
        tsm_look_at_drain(writer);
    }
    const uint64_t held = tsm_held(writer);
    const int may = held + more <= writer->allowed[record_class];
    tsm_set_pressure(writer, may ? held + more : held);
    return may;
}

/* Says of each class whether the open block takes its records without further thought. */
TSM_API void tsm_set_limits(tsm_writer *writer)
{
    const uint64_t held = tsm_held(writer);
    const int think = tsm_load(&writer->closed) != 0 || !tsm_drops_all_told(&writer->drops) ||
                      tsm_load(&writer->sample_due) != 0;
    for (size_t at = 0; at < 3; ++at) {
        const int fits = writer->policy == TSM_POLICY_OVERWRITE || held <= writer->allowed[at];
        tsm_store(&writer->limits[at], think || !fits ? 0 : writer->block_size);
    }
    tsm_fence_signal();
    /* A nested attempt sets the limits to 0 itself; one before these stores was undone by them. */
    if (tsm_load(&writer->nested.count) != 0) {
        tsm_think_again(writer);
    }
}

/* REG-20, step 1: takes the lane. Returns TSM_OK, or TSM_REFUSED_REENTERED. */
TSM_HOT tsm_result tsm_enter(tsm_writer *writer, tsm_moment moment)
{
    if (TSM_UNLIKELY(tsm_load(&writer->busy) != 0)) {
        return tsm_refuse_nested(writer, moment);
    }
    tsm_store(&writer->busy, 1);
    tsm_fence_signal();
    return TSM_OK;
}

/* Opens a block if the attempt `opens` one, and stores the pending Loss record. Returns the attempt's
 * cursor.
 */
TSM_COLD uint64_t tsm_make_way(tsm_writer *writer, int opens, uint64_t ticks, int timed)
{
    const int time = tsm_load(&writer->sample_due) != 0;
    if (opens) {
        tsm_open_block(writer, ticks, timed);
    }
    uint64_t cursor = tsm_load(&writer->cursor) | TSM_SLOWLY;
    if (!tsm_drops_all_told(&writer->drops)) {
        tsm_store_loss(writer, tsm_slot(writer, cursor), ticks);
        cursor = (cursor + TSM_LOSS_RECORD_SIZE) | TSM_TELL;
    }
    return time && timed ? cursor | TSM_TIME : cursor;
}

/* REG-20, steps 3 and 4, and the Loss record of step 5, for an attempt that its limit has stopped.
 * Returns TSM_OK and fills `cursor`, or why the attempt was refused. `timed` says whether it reads a
 * clock that goes by itself.
 *
 * A lane that is full refuses attempt after attempt here: what is rarer stands in functions of its own.
 */
TSM_COLD tsm_result tsm_find_place(tsm_writer *writer, uint64_t size, int record_class, uint64_t ticks,
                                   int timed, uint64_t *cursor)
{
    if (tsm_load(&writer->nested.count) != 0) {
        tsm_join_nested(writer);
    }
    if (tsm_load(&writer->closed) != 0) {
        return tsm_refuse(writer, TSM_REFUSED_CLOSED, ticks);
    }
    if (size > writer->max_record) {
        return tsm_refuse_too_big(writer, ticks);
    }
    const uint64_t need = tsm_drops_all_told(&writer->drops) ? size : size + TSM_LOSS_RECORD_SIZE;
    const int opens = need > writer->block_size - (tsm_load(&writer->cursor) & TSM_OFFSET);
    if (!tsm_may_hold(writer, (uint64_t)opens, record_class)) {
        const tsm_result full = (tsm_result)((int)TSM_REFUSED_FULL_VITAL + record_class);
        return tsm_refuse(writer, full, ticks);
    }
    *cursor = tsm_make_way(writer, opens, ticks, timed);
    return TSM_OK;
}

/* REG-20, steps 1 to 4, and the Loss record of step 5. Returns TSM_OK and fills `place`, or why the
 * attempt was refused.
 */
TSM_HOT tsm_result tsm_begin(tsm_writer *writer, tsm_moment moment, uint64_t size, int record_class,
                             tsm_place *place)
{
    if (TSM_UNLIKELY(tsm_enter(writer, moment) != TSM_OK)) {
        return TSM_REFUSED_REENTERED;
    }
    const uint64_t ticks = tsm_moment_ticks(moment);
    uint64_t cursor = tsm_load(&writer->cursor);
    if (TSM_UNLIKELY(size > TSM_LEAST_MAX_RECORD && size > writer->max_record) ||
        TSM_UNLIKELY((cursor & TSM_OFFSET) + size > tsm_load(&writer->limits[record_class]))) {
        uint64_t found = 0;
        const int timed = TSM_TELLS_TIME && moment.read != 0;
        const tsm_result result = tsm_find_place(writer, size, record_class, ticks, timed, &found);
        if (result != TSM_OK) {
            return result;
        }
        cursor = found;
    }
    place->cursor = cursor;
    place->ticks = ticks;
    return TSM_OK;
}

/* REG-20, step 5: stores a record of `size` bytes; its payload is not shared memory. */
TSM_HOT void tsm_store_record(const tsm_writer *writer, const tsm_place *place, uint64_t header,
                              const void *payload, size_t payload_bytes)
{
    tsm_word *slot = tsm_slot(writer, place->cursor);
    tsm_store(&slot[0], header);
    tsm_store(&slot[1], place->ticks);
    tsm_copy_in(&slot[TSM_RECORD_HEADER_WORDS], payload, payload_bytes / TSM_WORD_SIZE);
}

/* What an attempt leaves to do that took more than the usual steps, once its record is published. */
TSM_COLD void tsm_publish_slowly(tsm_writer *writer, uint64_t cursor, uint64_t ticks)
{
    tsm_store(&writer->cursor, tsm_load(&writer->cursor) & (TSM_COUNT | TSM_OFFSET));
    if ((cursor & TSM_TELL) != 0) {
        tsm_drops_tell(&writer->drops);
    }
    if ((cursor & TSM_TIME) != 0) {
        tsm_store(&writer->sample_due, 0);
        tsm_store(&writer->sample_ticks, tsm_load(&writer->sample_ticks) + (tsm_ticks() - ticks));
        tsm_store(&writer->samples, tsm_load(&writer->samples) + 1);
    }
    tsm_set_limits(writer);
}

/* REG-20, step 6: makes what was stored at `place` visible, and ends the attempt. */
TSM_HOT void tsm_publish(tsm_writer *writer, const tsm_place *place, uint64_t size)
{
    const uint64_t end = tsm_load(&writer->block) + (place->cursor & TSM_OFFSET) + size;
    tsm_store(&writer->cursor, place->cursor + size + TSM_ONE);
    /* PAIRS WITH: LaneReader::load_publish (relaxed load, acquire fence), REG-31: who sees this
     * position sees every word stored below it.
     */
    tsm_store_release(&writer->control[TSM_LANE_PUBLISH], end);
    if (TSM_UNLIKELY((place->cursor & TSM_SLOWLY) != 0)) {
        tsm_publish_slowly(writer, place->cursor, place->ticks);
    }
    tsm_fence_signal();
    tsm_store(&writer->busy, 0);
}

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A lane that gets its next writer. Spec: spec/region.md, REG-52.
 *
 *     tsm_lane_take_back(&writer);                      (its owner is gone without a word)
 *     const uint64_t incarnation = tsm_lane_reopen(&writer, owner, "queue 1");
 *
 * The same steps in the same order as in Rust, `abi_runtime::pool`; a test compares the bytes. Nothing here
 * is on the path of an attempt. Who calls it answers for there being no other thread that writes the lane.
 */

#ifndef TESTIMONY_REOPEN_H
#define TESTIMONY_REOPEN_H

#include "writer.h"

/* In a lane's first word: the lane is between two owners (REG-52). */
#define TSM_BETWEEN_OWNERS (UINT64_C(1) << 63)
/* Bytes of a LaneOpened record. */
#define TSM_LANE_OPENED_RECORD_SIZE (sizeof(tsm_record_header) + sizeof(tsm_lane_opened_v1))

/* What a lane's own bytes say of its last writer. */
typedef struct tsm_settled {
    /* Position of the block that was published to last, and the offset up to which it is published. */
    uint64_t block;
    uint64_t offset;
    /* The number that is due behind its last record. */
    uint64_t due;
    /* Drops that Loss records up to there tell of. */
    uint64_t told;
    /* Whether nothing was published yet: no block is open, and the one before the first would end here. */
    uint64_t is_first;
} tsm_settled;

/* Reads the block that was published to last, as a reader would. One that was opened behind it has nothing
 * that anybody has seen: it is opened again, by whoever needs it.
 */
TSM_API tsm_settled tsm_settled_of(const tsm_writer *writer)
{
    tsm_settled settled;
    __builtin_memset(&settled, 0, sizeof settled);
    const uint64_t publish = tsm_load(&writer->control[TSM_LANE_PUBLISH]);
    if (publish == tsm_load(&writer->control[TSM_LANE_WORD(fixed.start_position)])) {
        settled.block = publish - writer->block_size;
        settled.offset = writer->block_size;
        settled.due = writer->start_sequence;
        settled.is_first = 1;
        return settled;
    }
    settled.block = (publish - 1) & ~(uint64_t)(writer->block_size - 1);
    const tsm_word *words = &writer->blocks[(size_t)((settled.block & writer->mask) / TSM_WORD_SIZE)];
    settled.due = tsm_load(&words[offsetof(tsm_block_header, first_sequence) / TSM_WORD_SIZE]);
    settled.told = tsm_load(&words[offsetof(tsm_block_header, dropped) / TSM_WORD_SIZE]);
    size_t at = sizeof(tsm_block_header) / TSM_WORD_SIZE;
    const size_t end = (size_t)(publish - settled.block) / TSM_WORD_SIZE;
    while (at < end) {
        const uint64_t header = tsm_load(&words[at]);
        if ((header & TSM_UNSEQUENCED_WORD) == 0) {
            ++settled.due;
        } else if ((uint16_t)(header >> 16) == TSM_LOSS_ID) {
            const uint64_t count =
                tsm_load(&words[at + TSM_RECORD_HEADER_WORDS + offsetof(tsm_loss_v1, count) / TSM_WORD_SIZE]);
            settled.due += count;
            settled.told += count;
        }
        const size_t size = (uint16_t)header;
        at += (size > sizeof(tsm_record_header) ? size : sizeof(tsm_record_header)) / TSM_WORD_SIZE;
    }
    settled.offset = at * TSM_WORD_SIZE;
    return settled;
}

/* Makes the writer's own words those that what readers can see leads to: records that are published, drops
 * that are counted.
 */
TSM_API void tsm_settle(tsm_writer *writer)
{
    const tsm_settled settled = tsm_settled_of(writer);
    tsm_drops *drops = &writer->drops;
    if (settled.told != tsm_load(&drops->told_total)) {
        tsm_drops_tell(drops);
    }
    (void)tsm_nested_take(&writer->nested);
    uint64_t counts[TSM_CAUSES];
    uint64_t total = 0;
    for (size_t cause = 0; cause < TSM_CAUSES; ++cause) {
        counts[cause] = tsm_load(&writer->control[TSM_LANE_DROPPED + cause]);
        total += counts[cause];
    }
    uint64_t next = settled.due + (total - settled.told);
    if (tsm_load(&writer->control[TSM_LANE_OFFERED]) - next == 1) {
        /* It took its number, and died before its cause was counted. */
        const size_t cause = tsm_cause(TSM_REFUSED_ABANDONED);
        ++counts[cause];
        ++total;
        ++next;
        /* PAIRS WITH: LaneReader::load_tail, as in tsm_refuse. */
        tsm_store_release(&writer->control[TSM_LANE_DROPPED + cause], counts[cause]);
    }
    for (size_t cause = 0; cause < TSM_CAUSES; ++cause) {
        tsm_store(&drops->settled[cause], counts[cause]);
    }
    tsm_store(&drops->total, total);
    tsm_store(&drops->first_sequence, settled.due);
    tsm_store(&writer->reentered, counts[tsm_cause(TSM_REFUSED_REENTERED)]);
    tsm_store(&writer->block, settled.block);
    tsm_store(&writer->at, settled.is_first ? TSM_NO_BLOCK : settled.block & writer->mask);
    tsm_store(&writer->cursor, settled.offset);
    tsm_store(&writer->base, next);
}

/* Closes the lane of an owner that is gone: it may have left an attempt half made, and the writer's own
 * words in between. What readers can see decides. Reservations of that owner cannot be used any more.
 */
TSM_API void tsm_lane_take_back(tsm_writer *writer)
{
    if (writer == NULL || writer->control == NULL) {
        return;
    }
    if (tsm_load(&writer->closed) == 0) {
        writer->previous = TSM_ENDING_OWNER_GONE;
    }
    if (tsm_load(&writer->busy) != 0) {
        tsm_settle(writer);
        tsm_fence_signal();
        tsm_store(&writer->busy, 0);
    }
    (void)tsm_writer_close(writer);
}

/* Returns the first word of a lane: its policy, and beside it how often the lane was opened again, modulo 2^31
 * (REG-52). The counter never becomes TSM_BETWEEN_OWNERS, the highest bit.
 */
TSM_API uint64_t tsm_first_word(uint32_t policy, uint64_t incarnation)
{
    return policy | ((incarnation - 1) << 32 & ~TSM_BETWEEN_OWNERS);
}

/* Stores the lane's first line anew. */
TSM_API void tsm_store_incarnation(tsm_writer *writer, const tsm_lane_opened_v1 *opened)
{
    const uint64_t first = tsm_first_word(writer->policy, opened->incarnation);
    tsm_store(&writer->control[TSM_LANE_POLICY], first | TSM_BETWEEN_OWNERS);
    /* PAIRS WITH: load_static (acquire fence behind the copy), REG-52: who sees a word of the new
     * incarnation sees that the old one has ended.
     */
    tsm_fence_release();
    tsm_store(&writer->control[TSM_LANE_WORD(fixed.incarnation)], opened->incarnation);
    tsm_store(&writer->control[TSM_LANE_WORD(fixed.owner)], opened->owner);
    tsm_copy_in(&writer->control[TSM_LANE_WORD(fixed.name)], opened->name,
                sizeof opened->name / TSM_WORD_SIZE);
    /* PAIRS WITH: load_static (relaxed load of policy, acquire fence), REG-12. */
    tsm_fence_release();
    tsm_store(&writer->control[TSM_LANE_POLICY], first);
}

/* Stores and publishes the record that says so, as the first of the block that was opened for it. */
TSM_API void tsm_store_opened(tsm_writer *writer, const tsm_lane_opened_v1 *opened, uint64_t ticks)
{
    const uint64_t cursor = tsm_load(&writer->cursor);
    tsm_word *slot = tsm_slot(writer, cursor);
    tsm_store(&slot[0], tsm_header_word(TSM_LANE_OPENED_RECORD_SIZE, TSM_LANE_OPENED_ID,
                                        1) |
                            TSM_UNSEQUENCED_WORD);
    tsm_store(&slot[1], ticks);
    tsm_copy_in(&slot[TSM_RECORD_HEADER_WORDS], opened, sizeof *opened / TSM_WORD_SIZE);
    tsm_store(&writer->closed, 0);
    tsm_store(&writer->control[TSM_LANE_STATE], TSM_LANE_STATE_OPEN);
    const uint64_t end = cursor + TSM_LANE_OPENED_RECORD_SIZE;
    tsm_store(&writer->cursor, end);
    /* PAIRS WITH: LaneReader::load_publish (relaxed load, acquire fence), REG-31. */
    tsm_store_release(&writer->control[TSM_LANE_PUBLISH],
                      tsm_load(&writer->block) + (end & TSM_OFFSET));
    tsm_set_limits(writer);
}

/* Opens the closed lane again, for an owner and under a name that its records then stand under. Its
 * positions, sequences and counters go on; `writer` is the new owner's.
 *
 * Returns which writer of the lane that is, counted from 1; or 0 if the lane is not closed, is full and
 * stays closed, or `name` is NULL.
 */
TSM_API uint64_t tsm_lane_reopen(tsm_writer *writer, uint64_t owner, const char *name)
{
    if (writer == NULL || name == NULL || tsm_load(&writer->busy) != 0 || tsm_load(&writer->closed) == 0) {
        return 0;
    }
    tsm_lane_opened_v1 opened;
    __builtin_memset(&opened, 0, sizeof opened);
    opened.incarnation = writer->incarnation + 1;
    opened.owner = owner;
    opened.previous = writer->previous;
    for (size_t at = 0; at < sizeof opened.name && name[at] != 0; ++at) {
        opened.name[at] = name[at];
    }
    tsm_store(&writer->busy, 1);
    tsm_fence_signal();
    const int may = tsm_may_hold(writer, 1, TSM_CLASS_VITAL);
    if (may) {
        tsm_store_incarnation(writer, &opened);
        const uint64_t ticks = tsm_ticks();
        tsm_open_block(writer, ticks, TSM_TELLS_TIME);
        tsm_store_opened(writer, &opened, ticks);
        writer->incarnation = opened.incarnation;
        writer->previous = TSM_ENDING_CLOSED;
    }
    tsm_fence_signal();
    tsm_store(&writer->busy, 0);
    return may ? opened.incarnation : 0;
}

#endif

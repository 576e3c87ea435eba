/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What a writer stores into the blocks of its lane. Spec: spec/region.md, REG-14 to REG-21.
 *
 * The steps of writer.h call these; nothing else does.
 */

#ifndef TESTIMONY_BLOCK_H
#define TESTIMONY_BLOCK_H

#include "lane.h"

/* Words of a record header. */
#define TSM_RECORD_HEADER_WORDS (sizeof(tsm_record_header) / sizeof(uint64_t))
/* Word of a block header that holds `used` and the checksum (REG-14). */
#define TSM_BLOCK_USED (offsetof(tsm_block_header, used) / sizeof(uint64_t))
/* The flag *unsequenced*, where the first word of a record has it (REG-17). */
#define TSM_UNSEQUENCED_WORD (UINT64_C(1) << 48)

/* Where an attempt has found its place. */
typedef struct tsm_place {
    /* The writer's cursor, moved to where the record goes, and what is to be done once it is published. */
    uint64_t cursor;
    /* When the attempt was made. */
    uint64_t ticks;
} tsm_place;

/* Returns the bytes of a record with this payload, its header included. What no header could state is
 * too big for every lane, however much it is: the sum does not wrap.
 */
TSM_HOT uint64_t tsm_record_size(size_t payload_bytes)
{
    return payload_bytes <= TSM_LARGEST_RECORD ? payload_bytes + sizeof(tsm_record_header) : UINT64_MAX;
}

/* Returns the first word of a record: size, id, version, no flags (REG-16). */
TSM_HOT uint64_t tsm_header_word(uint64_t size, uint16_t id, uint16_t version)
{
    return size | (uint64_t)id << 16 | (uint64_t)version << 32;
}

/* Returns the word at `cursor`. */
TSM_HOT tsm_word *tsm_slot(const tsm_writer *writer, uint64_t cursor)
{
    /* Cannot truncate: the lane's bytes are mapped, so they are addressable. */
    const uint64_t byte = tsm_load(&writer->at) + (cursor & TSM_OFFSET);
    return (tsm_word *)((unsigned char *)writer->blocks + (size_t)byte);
}

/* Returns the number of the next attempt, or of the one in progress. */
TSM_HOT uint64_t tsm_next_sequence(const tsm_writer *writer)
{
    return tsm_load(&writer->base) + tsm_load(&writer->cursor) / TSM_ONE;
}

/* Stores how much of the open block is used, and what sampled attempts have cost. Returns whether a block
 * is open.
 */
TSM_API int tsm_store_used(const tsm_writer *writer)
{
    if (tsm_load(&writer->at) == TSM_NO_BLOCK) {
        return 0;
    }
    tsm_store(&tsm_slot(writer, 0)[TSM_BLOCK_USED], tsm_load(&writer->cursor) & TSM_OFFSET);
    if (tsm_load(&writer->samples) != 0) {
        tsm_store(&writer->control[TSM_LANE_COST_TICKS], tsm_load(&writer->sample_ticks));
        tsm_store(&writer->control[TSM_LANE_COST_SAMPLES], tsm_load(&writer->samples));
    }
    return 1;
}

/* REG-21: opens the next block for the attempt with these ticks; `timed` asks for a sample of it. */
TSM_API void tsm_open_block(tsm_writer *writer, uint64_t ticks, int timed)
{
    const uint64_t sequence = tsm_next_sequence(writer);
    if (tsm_store_used(writer)) {
        tsm_store(&writer->control[TSM_LANE_OFFERED], sequence);
    }
    const uint64_t position = tsm_load(&writer->block) + writer->block_size;
    /* PAIRS WITH: LaneReader::is_overwritten (acquire fence, relaxed load of reserve), REG-31: a reader
     * whose copy holds a word stored behind this fence sees this `reserve`, or a later one.
     */
    tsm_store(&writer->control[TSM_LANE_RESERVE], position + writer->block_size);
    tsm_fence_release();
    tsm_block_header header;
    __builtin_memset(&header, 0, sizeof header);
    header.position = position;
    header.first_sequence =
        tsm_drops_all_told(&writer->drops) ? sequence : tsm_load(&writer->drops.first_sequence);
    header.first_ticks = ticks;
    header.dropped = tsm_load(&writer->drops.told_total);
    header.cost_ticks = tsm_load(&writer->sample_ticks);
    header.cost_samples = tsm_load(&writer->samples);
    tsm_store(&writer->at, position & writer->mask);
    tsm_store(&writer->block, position);
    tsm_store(&writer->base, sequence);
    tsm_store(&writer->cursor, sizeof header);
    tsm_copy_in(tsm_slot(writer, 0), &header, sizeof header / TSM_WORD_SIZE);
    tsm_store(&writer->sample_due, timed != 0);
}

/* REG-19: stores the Loss record that tells of the pending run. */
TSM_API void tsm_store_loss(const tsm_writer *writer, tsm_word *slot, uint64_t ticks)
{
    const tsm_drops *drops = &writer->drops;
    tsm_store(&slot[0], tsm_header_word(TSM_LOSS_RECORD_SIZE, TSM_LOSS_ID, 1) |
                            TSM_UNSEQUENCED_WORD);
    tsm_store(&slot[1], ticks);
    tsm_store(&slot[2], tsm_load(&drops->first_sequence));
    tsm_store(&slot[3], tsm_load(&drops->total) - tsm_load(&drops->told_total));
    tsm_store(&slot[4], tsm_load(&drops->first_ticks));
    tsm_store(&slot[5], tsm_load(&drops->last_ticks));
    for (size_t cause = 0; cause < TSM_CAUSES; ++cause) {
        tsm_store(&slot[6 + cause],
                  tsm_load(&drops->settled[cause]) - tsm_load(&drops->told[cause]));
    }
}

#endif

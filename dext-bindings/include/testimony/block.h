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
    /* Position of the record. */
    uint64_t position;
    /* When the attempt was made. */
    uint64_t ticks;
    /* Number of the attempt. */
    uint64_t sequence;
    /* 1 if a Loss record that tells of the pending run stands before the place, else 0. */
    uint64_t after_loss;
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

/* Returns the word at `position`. */
TSM_HOT tsm_word *tsm_slot(const tsm_writer *writer, uint64_t position)
{
    /* Cannot truncate: the lane's bytes are mapped, so they are addressable. */
    return &writer->blocks[(size_t)(position & writer->mask) / TSM_WORD_SIZE];
}

/* Stores how much of the open block is used. Returns whether one is open. */
TSM_API int tsm_store_used(const tsm_writer *writer)
{
    const uint64_t block_end = tsm_load(&writer->block_end);
    if (block_end == writer->start_position) {
        return 0;
    }
    const uint64_t block = block_end - writer->block_size;
    tsm_store(&tsm_slot(writer, block)[TSM_BLOCK_USED], tsm_load(&writer->position) - block);
    return 1;
}

/* REG-21: opens the block at `position` for the attempt with this number and these ticks. */
TSM_API void tsm_open_block(tsm_writer *writer, uint64_t position, uint64_t sequence, uint64_t ticks)
{
    if (tsm_store_used(writer)) {
        tsm_store(&writer->control[TSM_LANE_OFFERED], sequence);
    }
    /* PAIRS WITH: LaneReader::refill (acquire fence, relaxed load of reserve), REG-31: a reader
     * whose copy holds a word stored behind this fence sees this `reserve`, or a later one.
     */
    tsm_store(&writer->control[TSM_LANE_RESERVE], position + writer->block_size);
    tsm_fence_release();
    tsm_block_header header;
    __builtin_memset(&header, 0, sizeof header);
    header.position = position;
    header.first_sequence =
        tsm_load(&writer->pending.count) == 0 ? sequence : tsm_load(&writer->pending.first_sequence);
    header.first_ticks = ticks;
    header.dropped = tsm_load(&writer->told);
    tsm_copy_in(tsm_slot(writer, position), &header, sizeof header / TSM_WORD_SIZE);
    tsm_store(&writer->block_end, position + writer->block_size);
    tsm_store(&writer->position, position + sizeof header);
}

/* REG-19: stores the Loss record that tells of the pending run. */
TSM_API void tsm_store_loss(const tsm_writer *writer, uint64_t position, uint64_t ticks)
{
    const tsm_pending_run *run = &writer->pending;
    tsm_word *slot = tsm_slot(writer, position);
    tsm_store(&slot[0], tsm_header_word(TSM_LOSS_RECORD_SIZE, TSM_LOSS_ID, TSM_LOSS_VERSION) |
                            TSM_UNSEQUENCED_WORD);
    tsm_store(&slot[1], ticks);
    tsm_store(&slot[2], tsm_load(&run->first_sequence));
    tsm_store(&slot[3], tsm_load(&run->count));
    tsm_store(&slot[4], tsm_load(&run->first_ticks));
    tsm_store(&slot[5], tsm_load(&run->last_ticks));
    for (size_t cause = 0; cause < TSM_CAUSES; ++cause) {
        tsm_store(&slot[6 + cause], tsm_load(&run->by_cause[cause]));
    }
}

#endif

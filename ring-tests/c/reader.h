/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A reader of one lane, for proofs only: copies, validates, counts. Spec: spec/region.md, "Reading".
 *
 * It takes a block at a time, resumes after an overrun as REG-34 says, and takes a lane that it cannot
 * validate for a mistake of the writer. Each record's payload must be told by its first word, see
 * reader_word(); that is how a torn one would show.
 *
 * Defines for blindness tests, each of which breaks one access: READER_PLAIN loads `publish` like any
 * variable; READER_BEYOND copies one word more than the private copy has; READER_UNALIGNED loads a word of the
 * copy from between two.
 */

#ifndef RING_READER_H
#define RING_READER_H

#include <testimony/writer.h>

/* Bytes of the blocks that this reader can copy. */
#define READER_BLOCK ((uint64_t)4096)
/* How often a resumption looks for a block that holds still. */
#define READER_PATIENCE 100000000

/* Reads one lane. */
typedef struct reader {
    const tsm_word *control;
    const tsm_word *blocks;
    uint64_t capacity;
    /* A block as it was copied: READER_BLOCK bytes. */
    uint64_t *copy;
    /* Where the next record begins, its number, and the drops before it. */
    uint64_t position;
    uint64_t due;
    uint64_t drops;
    /* The books: due - the first = delivered + overwritten + drops (REG-40). */
    uint64_t delivered;
    uint64_t overwritten;
    uint64_t overruns;
    /* The rule that the lane broke; NULL while it broke none. */
    const char *broken;
} reader;

/* Returns word `at` of the payload whose first word is `seed`. */
TSM_API uint64_t reader_word(uint64_t seed, size_t at)
{
    return at == 0 ? seed : (seed + at) * UINT64_C(0x9e3779b97f4a7c15);
}

TSM_API int reader_break(reader *self, const char *rule)
{
    self->broken = rule;
    return 0;
}

TSM_API uint64_t reader_load_publish(const reader *self)
{
#if defined(READER_PLAIN)
    return *(const volatile uint64_t *)&self->control[TSM_LANE_PUBLISH];
#else
    return tsm_load(&self->control[TSM_LANE_PUBLISH]);
#endif
}

/* REG-31, steps 2 and 3: copies `bytes` bytes of the block at `block`. Returns whether they hold still. */
TSM_API int reader_copy(reader *self, uint64_t block, uint64_t bytes)
{
    const tsm_word *from = &self->blocks[(size_t)((block & (self->capacity - 1)) / TSM_WORD_SIZE)];
    size_t words = (size_t)(bytes / TSM_WORD_SIZE);
#if defined(READER_BEYOND)
    words = (size_t)(READER_BLOCK / TSM_WORD_SIZE) + 1;
#endif
    for (size_t at = 0; at < words; ++at) {
        self->copy[at] = tsm_load(&from[at]);
    }
#if defined(READER_UNALIGNED)
    self->copy[0] = *(const uint64_t *)(const void *)((const char *)self->copy + 4);
#endif
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return tsm_load(&self->control[TSM_LANE_RESERVE]) - block <= self->capacity;
}

/* REG-34: finds a block about half a lane behind, and counts what lies before it. */
TSM_API int reader_resume(reader *self)
{
    for (uint64_t patience = READER_PATIENCE; patience != 0; --patience) {
        const uint64_t publish = reader_load_publish(self);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        const uint64_t block = (publish & ~(READER_BLOCK - 1)) - self->capacity / 2;
        if ((int64_t)(block - self->position) <= 0 ||
            !reader_copy(self, block, sizeof(tsm_block_header))) {
            continue;
        }
        tsm_block_header header;
        __builtin_memcpy(&header, self->copy, sizeof header);
        if (header.position != block) {
            return reader_break(self, "REG-32: a block has another one's position");
        }
        const uint64_t missing = header.first_sequence - self->due;
        const uint64_t dropped = header.dropped - self->drops;
        if (dropped > missing) {
            return reader_break(self, "REG-34: more was dropped than is missing");
        }
        self->overwritten += missing - dropped;
        self->drops = header.dropped;
        self->due = header.first_sequence;
        self->position = block;
        ++self->overruns;
        return 1;
    }
    return reader_break(self, "REG-34: no block holds still");
}

/* Takes a Loss record (REG-19, REG-32). */
TSM_API int reader_take_loss(reader *self, const uint64_t *record, uint64_t size)
{
    uint64_t sum = 0;
    for (size_t cause = 0; cause < TSM_CAUSES; ++cause) {
        sum += record[6 + cause];
    }
    if (size != TSM_LOSS_RECORD_SIZE || record[2] != self->due || record[3] != sum || sum == 0) {
        return reader_break(self, "REG-32: a Loss record is not valid");
    }
    self->drops += sum;
    self->due += sum;
    return 1;
}

/* Takes the record at `offset` of the copy, of which `end` bytes count. Returns its size, or 0. */
TSM_API uint64_t reader_take(reader *self, uint64_t offset, uint64_t end)
{
    const uint64_t *record = &self->copy[(size_t)(offset / TSM_WORD_SIZE)];
    const uint64_t size = record[0] & 0xffff;
    if (size < sizeof(tsm_record_header) || size % TSM_WORD_SIZE != 0 || size > end - offset) {
        return (uint64_t)reader_break(self, "REG-32: a record's size cannot be");
    }
    if ((record[0] >> 16 & 0xffff) == TSM_LOSS_ID) {
        return reader_take_loss(self, record, size) ? size : 0;
    }
    for (size_t at = 2; at < size / TSM_WORD_SIZE; ++at) {
        if (record[at] != reader_word(record[2], at - 2)) {
            return (uint64_t)reader_break(self, "REG-31: a record is torn");
        }
    }
    ++self->due;
    ++self->delivered;
    return size;
}

/* Takes what is new, at most one block of it. Returns whether it took anything. */
TSM_API int reader_poll(reader *self)
{
    const uint64_t publish = reader_load_publish(self);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (self->broken != NULL || publish == self->position) {
        return 0;
    }
    const uint64_t block = self->position & ~(READER_BLOCK - 1);
    const int left = publish - block > READER_BLOCK;
    uint64_t end = left ? READER_BLOCK : publish - block;
    if (!reader_copy(self, block, end)) {
        return reader_resume(self);
    }
    tsm_block_header header;
    __builtin_memcpy(&header, self->copy, sizeof header);
    uint64_t offset = self->position - block;
    if (offset == 0) {
        if (header.position != block || header.first_sequence != self->due || header.dropped != self->drops) {
            return reader_break(self, "REG-32: a block header is not the one that is due");
        }
        offset = sizeof header;
    }
    if (left) {
        if (header.used < offset || header.used > READER_BLOCK) {
            return reader_break(self, "REG-32: a block's use cannot be");
        }
        end = header.used;
    }
    while (offset < end) {
        const uint64_t size = reader_take(self, offset, end);
        if (size == 0) {
            return 0;
        }
        offset += size;
    }
    self->position = left ? block + READER_BLOCK : block + end;
    return 1;
}

/* REG-37: adds the drops behind the last record. Returns whether the lane says that this is all. */
TSM_API int reader_finish(reader *self)
{
    uint64_t sum = 0;
    for (size_t cause = 0; cause < TSM_CAUSES; ++cause) {
        sum += tsm_load(&self->control[TSM_LANE_DROPPED + cause]);
    }
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (self->broken != NULL || reader_load_publish(self) != self->position) {
        return 0;
    }
    self->due += sum - self->drops;
    self->drops = sum;
    return self->due == tsm_load(&self->control[TSM_LANE_OFFERED]);
}

/* Begins where the lane began. `copy` has READER_BLOCK bytes. */
TSM_API reader reader_of(const tsm_region *region, uint32_t lane, uint64_t *copy)
{
    reader self;
    __builtin_memset(&self, 0, sizeof self);
    self.capacity = tsm_lane_capacity(region->shape);
    self.control = tsm_region_word(region, region->geometry.lanes_offset +
                                               lane * (uint64_t)sizeof(tsm_lane_control));
    self.blocks = tsm_region_word(region, region->geometry.blocks_offset + lane * self.capacity);
    self.copy = copy;
    self.position = tsm_load(&self.control[3]);
    self.due = tsm_load(&self.control[4]);
    return self;
}

#endif

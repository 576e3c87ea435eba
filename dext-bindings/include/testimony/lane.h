/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A lane and its one writer. Spec: spec/region.md, "Lane control". */

#ifndef TESTIMONY_LANE_H
#define TESTIMONY_LANE_H

#include "drain.h"
#include "ticks.h"

/* Which word of a lane control holds what (REG-11). */
#define TSM_LANE_WORD(field) (offsetof(tsm_lane_control, field) / sizeof(uint64_t))
#define TSM_LANE_POLICY TSM_LANE_WORD(fixed)
#define TSM_LANE_RESERVE TSM_LANE_WORD(reserve)
#define TSM_LANE_PUBLISH TSM_LANE_WORD(publish)
#define TSM_LANE_STATE TSM_LANE_WORD(account)
#define TSM_LANE_OFFERED \
    (TSM_LANE_WORD(account) + offsetof(tsm_lane_account, offered) / sizeof(uint64_t))
#define TSM_LANE_ACCOUNT_WORD(field) \
    (TSM_LANE_WORD(account) + offsetof(tsm_lane_account, field) / sizeof(uint64_t))
#define TSM_LANE_PRESSURE TSM_LANE_ACCOUNT_WORD(pressure)
#define TSM_LANE_COST_TICKS TSM_LANE_ACCOUNT_WORD(cost_ticks)
#define TSM_LANE_COST_SAMPLES TSM_LANE_ACCOUNT_WORD(cost_samples)
#define TSM_LANE_RELEASED \
    (TSM_LANE_WORD(reserve) + offsetof(tsm_lane_reserve, released) / sizeof(uint64_t))
#define TSM_LANE_DRAIN (TSM_LANE_WORD(reserve) + offsetof(tsm_lane_reserve, drain) / sizeof(uint64_t))
#define TSM_LANE_DROPPED \
    (TSM_LANE_WORD(account) + offsetof(tsm_lane_account, dropped) / sizeof(uint64_t))

/* What a driver decides when it opens a lane. */
typedef struct tsm_lane_config {
    /* Name of the lane, up to its NUL; more than 32 bytes are cut off, visibly. */
    const char *name;
    /* TSM_POLICY_OVERWRITE, _FILL or _DRAIN. A uintptr_t, so that no target pads it. */
    uintptr_t policy;
    /* Whatever the driver says of the thread, queue or CPU that writes. */
    uint64_t owner;
    /* Position at which the lane begins, a multiple of the block size; 0 unless there is a reason. */
    uint64_t start_position;
    /* Number of the lane's first attempt; 0 unless there is a reason. */
    uint64_t start_sequence;
    /* Blocks that records of class normal, and of class bulk, may fill, the open one included: for
     * policies that refuse; 0: all of them.
     */
    uint32_t normal_blocks;
    uint32_t bulk_blocks;
    /* Policy drain: the region's slots, as many as it has drain readers. Else NULL. They outlive the
     * writer.
     */
    const tsm_drain_slot *drain;
#if __SIZEOF_POINTER__ == 4
    /* Zero. */
    uint32_t reserved;
#endif
} tsm_lane_config;

/* Returns the configuration of a lane of that name and policy that begins at 0. */
TSM_API tsm_lane_config tsm_lane_config_of(const char *name, uintptr_t policy)
{
    tsm_lane_config config;
    __builtin_memset(&config, 0, sizeof config);
    config.name = name;
    config.policy = policy;
    return config;
}

/* The part of a cursor that is an offset in the open block: a block has at most 2^20 bytes. */
#define TSM_OFFSET UINT64_C(0xffffffff)
/* One record, as a cursor counts it. */
#define TSM_ONE (TSM_OFFSET + 1)
/* Of the cursor of an attempt, never of the writer's own: the attempt took more than the usual steps;
 * a Loss record stands before the record; the attempt is timed.
 */
#define TSM_SLOWLY (UINT64_C(1) << 63)
#define TSM_TELL (UINT64_C(1) << 62)
#define TSM_TIME (UINT64_C(1) << 61)
/* The part of a cursor that counts records: a block has less than 2^16. */
#define TSM_COUNT (~TSM_OFFSET & ~(TSM_SLOWLY | TSM_TELL | TSM_TIME))
/* Where the open block lies for a writer that has not opened one yet. */
#define TSM_NO_BLOCK UINT64_MAX

/* Writes the records of one lane. One thread uses it, and it is not copied; a signal handler on that
 * thread may use it too: an attempt made inside another one is refused and counted.
 *
 * Most attempts touch four words: the flag, the cursor, the limit of their class, and where the open
 * block lies. Whatever else may have to be done (a block is to be opened, a Loss record to be stored, an
 * attempt to be timed, the lane is closed) sets the limits to 0, and so is found by the one comparison
 * that every attempt makes.
 *
 * Its fields are the writer's own.
 */
typedef struct tsm_writer {
    /* The lane's control, and its blocks. */
    tsm_word *control;
    tsm_word *blocks;
    uint32_t policy;
    uint32_t block_size;
    /* Bytes of the lane's blocks, less one: what masks a position (REG-13). */
    uint64_t mask;
    uint64_t max_record;
    uint64_t start_sequence;
    /* Blocks that each class may fill. */
    uint64_t allowed[3];
    /* 1 while an attempt is in progress. */
    tsm_word busy;
    /* Of the open block: records counted since `base`, and the offset of the next one. */
    tsm_word cursor;
    /* Offset up to which the open block takes records of each class without further thought. */
    tsm_word limits[3];
    /* Position of the open block, and where it lies in the lane's bytes. */
    tsm_word block;
    tsm_word at;
    /* Number of the attempt that the cursor counts as 0. */
    tsm_word base;
    /* 1 once the lane has been closed by its writer. */
    tsm_word closed;
    /* Position up to which blocks may be reused: where the lane began, or what was drained. */
    tsm_word released;
    /* How full the lane was at the last look: a TSM_PRESSURE_*. */
    tsm_word pressure;
    tsm_drops drops;
    tsm_nested_attempts nested;
    /* What the lane's counter of re-entered attempts holds: those without a number yet are in it. */
    tsm_word reentered;
    /* 1 if the next attempt is to be timed; the samples so far, and their ticks. */
    tsm_word sample_due;
    tsm_word samples;
    tsm_word sample_ticks;
    tsm_drain_lane drain;
    /* Which writer of the lane this is, counted from 1; and how the one before has ended, or this one. */
    uint64_t incarnation;
    uint64_t previous;
} tsm_writer;

/* REG-12: everything but the first word, a release fence, the first word. */
TSM_API void tsm_lane_store_control(tsm_word *control, const tsm_lane_config *config)
{
    tsm_lane_control lane;
    __builtin_memset(&lane, 0, sizeof lane);
    lane.fixed.policy = (tsm_policy)config->policy;
    lane.fixed.incarnation = 1;
    lane.fixed.owner = config->owner;
    lane.fixed.start_position = config->start_position;
    lane.fixed.start_sequence = config->start_sequence;
    lane.fixed.normal_blocks = config->normal_blocks;
    lane.fixed.bulk_blocks = config->bulk_blocks;
    for (size_t at = 0; at < sizeof lane.fixed.name && config->name[at] != 0; ++at) {
        lane.fixed.name[at] = config->name[at];
    }
    lane.reserve.reserve = config->start_position;
    lane.reserve.released = config->start_position;
    lane.publish.publish = config->start_position;
    lane.account.state = TSM_LANE_STATE_OPEN;
    lane.account.offered = config->start_sequence;
    const unsigned char *bytes = (const unsigned char *)&lane;
    tsm_copy_in(&control[1], &bytes[TSM_WORD_SIZE], sizeof lane / TSM_WORD_SIZE - 1);
    /* PAIRS WITH: load_static (relaxed load of policy, acquire fence), REG-12: who sees a
     * policy sees the rest of the control.
     */
    tsm_fence_release();
    tsm_store(&control[TSM_LANE_POLICY], tsm_word_at(bytes));
}

/* REG-44: fills `allowed` with the blocks that each class may fill. Returns whether that can be. */
TSM_API int tsm_lane_allowed(const tsm_lane_config *config, uint32_t blocks, uint64_t allowed[3])
{
    allowed[0] = blocks;
    allowed[1] = config->normal_blocks == 0 ? blocks : config->normal_blocks;
    allowed[2] = config->bulk_blocks == 0 ? blocks : config->bulk_blocks;
    const int refuses = config->policy != TSM_POLICY_OVERWRITE ||
                        (config->normal_blocks == 0 && config->bulk_blocks == 0);
    return refuses && allowed[1] <= allowed[0] && allowed[2] <= allowed[1];
}

/* Opens lane `lane`, counted from 0, for its one writer.
 *
 * Returns TSM_OK and fills `writer`. On failure nothing has been stored in the region, and every attempt of
 * the writer returns TSM_BAD_WRITER: TSM_BAD_POINTER, TSM_BAD_CLOCK, TSM_BAD_LANE, TSM_BAD_POLICY,
 * TSM_BAD_DRAIN, TSM_BAD_THRESHOLDS, TSM_BAD_START_POSITION, TSM_BAD_LANE_TAKEN.
 */
TSM_API tsm_result tsm_lane_open(const tsm_region *region, uint32_t lane,
                                 const tsm_lane_config *config, tsm_writer *writer)
{
    if (writer == NULL) {
        return TSM_BAD_POINTER;
    }
    __builtin_memset(writer, 0, sizeof *writer);
    if (region == NULL || config == NULL || config->name == NULL) {
        return TSM_BAD_POINTER;
    }
    /* HDR-10: the ticks of another clock would be believed. */
    if (region->clock_kind != TSM_TICKS_KIND) {
        return TSM_BAD_CLOCK;
    }
    const tsm_shape shape = region->shape;
    if (lane >= shape.lanes) {
        return TSM_BAD_LANE;
    }
    const int drains = config->policy == TSM_POLICY_DRAIN;
    if (config->policy != TSM_POLICY_OVERWRITE && config->policy != TSM_POLICY_FILL && !drains) {
        return TSM_BAD_POLICY;
    }
    if (drains && (region->drain_readers == 0 || config->drain == NULL)) {
        return TSM_BAD_DRAIN;
    }
    uint64_t allowed[3];
    if (!tsm_lane_allowed(config, shape.blocks_per_lane, allowed)) {
        return TSM_BAD_THRESHOLDS;
    }
    if ((config->start_position & (shape.block_size - 1)) != 0) {
        return TSM_BAD_START_POSITION;
    }
    const uint64_t capacity = tsm_lane_capacity(shape);
    tsm_word *control =
        tsm_region_word(region, region->geometry.lanes_offset + lane * (uint64_t)sizeof(tsm_lane_control));
    if (tsm_load(&control[TSM_LANE_POLICY]) != 0) {
        return TSM_BAD_LANE_TAKEN;
    }
    tsm_lane_store_control(control, config);
    writer->control = control;
    writer->blocks = tsm_region_word(region, region->geometry.blocks_offset + lane * capacity);
    writer->policy = (uint32_t)config->policy;
    writer->block_size = shape.block_size;
    writer->mask = capacity - 1;
    writer->max_record = tsm_max_record(shape.block_size);
    writer->start_sequence = config->start_sequence;
    __builtin_memcpy(writer->allowed, allowed, sizeof allowed);
    /* No block is open: nothing fits, and the first block begins where one before it would end. */
    writer->cursor = shape.block_size;
    writer->block = config->start_position - shape.block_size;
    writer->at = TSM_NO_BLOCK;
    writer->base = config->start_sequence;
    writer->released = config->start_position;
    writer->drain.slots = config->drain;
    writer->drain.count = drains ? region->drain_readers : 0;
    writer->drain.line = lane * (uint64_t)TSM_RELEASE_LINE_WORDS;
    writer->incarnation = 1;
    writer->previous = TSM_ENDING_CLOSED;
    return TSM_OK;
}

#endif

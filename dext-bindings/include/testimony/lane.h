/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A lane and its one writer. Spec: spec/region.md, "Lane control". */

#ifndef TESTIMONY_LANE_H
#define TESTIMONY_LANE_H

#include "private.h"
#include "region.h"

/* Which word of a lane control holds what (REG-11). */
#define TSM_LANE_WORD(field) (offsetof(tsm_lane_control, field) / sizeof(uint64_t))
#define TSM_LANE_POLICY TSM_LANE_WORD(fixed)
#define TSM_LANE_RESERVE TSM_LANE_WORD(reserve)
#define TSM_LANE_PUBLISH TSM_LANE_WORD(publish)
#define TSM_LANE_STATE TSM_LANE_WORD(account)
#define TSM_LANE_OFFERED \
    (TSM_LANE_WORD(account) + offsetof(tsm_lane_account, offered) / sizeof(uint64_t))
#define TSM_LANE_DROPPED \
    (TSM_LANE_WORD(account) + offsetof(tsm_lane_account, dropped) / sizeof(uint64_t))

/* What a driver decides when it opens a lane. */
typedef struct tsm_lane_config {
    /* Name of the lane, up to its NUL; more than 32 bytes are cut off, visibly. */
    const char *name;
    /* TSM_POLICY_OVERWRITE or TSM_POLICY_FILL. A uintptr_t, so that no target pads it. */
    uintptr_t policy;
    /* Whatever the driver says of the thread, queue or CPU that writes. */
    uint64_t owner;
    /* Position at which the lane begins, a multiple of the block size; 0 unless there is a reason. */
    uint64_t start_position;
    /* Number of the lane's first attempt; 0 unless there is a reason. */
    uint64_t start_sequence;
} tsm_lane_config;

/* Writes the records of one lane. One thread uses it, and it is not copied; a signal handler on that
 * thread may use it too: an attempt made inside another one is refused and counted.
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
    uint64_t start_position;
    uint64_t start_sequence;
    /* 1 while an attempt is in progress. */
    tsm_word busy;
    /* 1 once the lane has been closed by its writer. */
    tsm_word closed;
    /* Number of the next attempt. */
    tsm_word sequence;
    /* Position of the next record. */
    tsm_word position;
    /* Position at which the open block ends; where the next one begins. */
    tsm_word block_end;
    /* Drops that published Loss records tell of. */
    tsm_word told;
    /* What the lane's drop counters hold. */
    tsm_word dropped[TSM_CAUSES];
    tsm_pending_run pending;
    tsm_nested_attempts nested;
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
    for (size_t at = 0; at < sizeof lane.fixed.name && config->name[at] != 0; ++at) {
        lane.fixed.name[at] = config->name[at];
    }
    lane.reserve.reserve = config->start_position;
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

/* Opens lane `lane`, counted from 0, for its one writer.
 *
 * Returns TSM_OK and fills `writer`; on failure nothing has been stored: TSM_BAD_LANE,
 * TSM_BAD_POLICY, TSM_BAD_START_POSITION, TSM_BAD_LANE_TAKEN.
 */
TSM_API tsm_result tsm_lane_open(const tsm_region *region, uint32_t lane,
                                 const tsm_lane_config *config, tsm_writer *writer)
{
    const tsm_shape shape = region->shape;
    if (lane >= shape.lanes) {
        return TSM_BAD_LANE;
    }
    if (config->policy != TSM_POLICY_OVERWRITE && config->policy != TSM_POLICY_FILL) {
        return TSM_BAD_POLICY;
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
    __builtin_memset(writer, 0, sizeof *writer);
    writer->control = control;
    writer->blocks = tsm_region_word(region, region->geometry.blocks_offset + lane * capacity);
    writer->policy = (uint32_t)config->policy;
    writer->block_size = shape.block_size;
    writer->mask = capacity - 1;
    writer->max_record = tsm_max_record(shape.block_size);
    writer->start_position = config->start_position;
    writer->start_sequence = config->start_sequence;
    writer->sequence = config->start_sequence;
    writer->position = config->start_position;
    /* No block is open: nothing fits, and the first block begins here. */
    writer->block_end = config->start_position;
    return TSM_OK;
}

#endif

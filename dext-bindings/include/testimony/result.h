/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What a call came to. */

#ifndef TESTIMONY_RESULT_H
#define TESTIMONY_RESULT_H

#include "word.h"

/* What a call came to. Zero is success, and nothing else is.
 *
 * TSM_REFUSED_*: an attempt that was refused (REG-23). It has taken a sequence number and has been
 * counted by cause; readers will be told. Nothing needs to be done.
 *
 * Any other: the caller is mistaken. Nothing was stored and nothing was counted.
 */
typedef enum tsm_result {
    /* Done. */
    TSM_OK = 0,

    /* The record is larger than a lane of this block size takes (REG-18). */
    TSM_REFUSED_TOO_BIG = 1,
    /* The writer had closed the lane. */
    TSM_REFUSED_CLOSED = 2,
    /* The lane was full, the record of class vital. */
    TSM_REFUSED_FULL_VITAL = 3,
    /* The lane was full, the record of class normal. */
    TSM_REFUSED_FULL_NORMAL = 4,
    /* The lane was full, the record of class bulk. */
    TSM_REFUSED_FULL_BULK = 5,
    /* The attempt was made inside another attempt on the same lane. */
    TSM_REFUSED_REENTERED = 6,
    /* The reservation was given up: what tsm_abandon returns when it did its work. */
    TSM_REFUSED_ABANDONED = 7,

    /* The number of lanes is not 1 to 4096. */
    TSM_BAD_LANES = 16,
    /* The block size is not a power of two from 4096 to 1,048,576. */
    TSM_BAD_BLOCK_SIZE = 17,
    /* The number of blocks is not a power of two from 2 to 1,048,576. */
    TSM_BAD_BLOCKS_PER_LANE = 18,
    /* The region would be larger than this machine can address. */
    TSM_BAD_TOTAL = 19,
    /* A catalog's embedded form is empty or not a multiple of 8 bytes. */
    TSM_BAD_CATALOG = 20,
    /* The memory is not aligned to 8 bytes. */
    TSM_BAD_ALIGNMENT = 21,
    /* The memory has not exactly the size that tsm_region_size states. */
    TSM_BAD_MEMORY_SIZE = 22,
    /* The numerator or denominator of the clock is 0. */
    TSM_BAD_CLOCK_RATIO = 23,
    /* The memory does not hold a region of ABI 1 that is well formed (REG-10). */
    TSM_BAD_REGION = 24,
    /* The region has no such lane. */
    TSM_BAD_LANE = 25,
    /* The lane has had its writer: a lane has one (REG-20). */
    TSM_BAD_LANE_TAKEN = 26,
    /* The policy is none that this version knows (REG-30). */
    TSM_BAD_POLICY = 27,
    /* The start position is not a multiple of the block size (REG-11). */
    TSM_BAD_START_POSITION = 28,
    /* Not a record of a catalog: its id is below 0x0100, its version 0, its class unknown, its payload
     * NULL, or its size not a multiple of 8 from 8 to 65,512 (REG-16, REC-2).
     */
    TSM_BAD_RECORD = 29,
    /* The word or the bytes lie outside the reservation's payload. */
    TSM_BAD_WORD = 30,
    /* The reservation has been committed or abandoned, or was never granted. */
    TSM_BAD_RESERVATION = 31,
    /* The lane cannot be closed while an attempt on it is in progress. */
    TSM_BAD_MOMENT = 32,
    /* More drain readers than 8, or a lane is to drain in a region that was made without any, or not
     * with these slots (REG-46).
     */
    TSM_BAD_DRAIN = 33,
    /* The thresholds are not bulk <= normal <= blocks, or the policy refuses nothing (REG-44). */
    TSM_BAD_THRESHOLDS = 34,
    /* The clock is none that this version knows, or the region header names another one than this source
     * stamps its records with (REG-6).
     */
    TSM_BAD_CLOCK = 35,
    /* A pointer is NULL. */
    TSM_BAD_POINTER = 36,
    /* The writer is zero: no lane was opened for it. */
    TSM_BAD_WRITER = 37,
    /* The state is none that a region has (REG-7). */
    TSM_BAD_STATE = 38
} tsm_result;

/* Returns what `result` says, for a person: what is wrong, the rule, and what to do. */
TSM_API const char *tsm_result_text(tsm_result result)
{
    switch (result) {
    case TSM_OK:
        return "done";
    case TSM_REFUSED_TOO_BIG:
        return "refused and counted: the record is too big for the lane's blocks (REG-18)";
    case TSM_REFUSED_CLOSED:
        return "refused and counted: the lane was closed by its writer";
    case TSM_REFUSED_FULL_VITAL:
        return "refused and counted: the lane was full (class vital)";
    case TSM_REFUSED_FULL_NORMAL:
        return "refused and counted: the lane was full (class normal)";
    case TSM_REFUSED_FULL_BULK:
        return "refused and counted: the lane was full (class bulk)";
    case TSM_REFUSED_REENTERED:
        return "refused and counted: the attempt was made inside another one";
    case TSM_REFUSED_ABANDONED:
        return "counted: the reservation was given up";
    case TSM_BAD_LANES:
        return "a region has 1 to 4096 lanes (REG-6); change `lanes`";
    case TSM_BAD_BLOCK_SIZE:
        return "the block size must be a power of two from 4096 to 1048576 (REG-6); change `block_size`";
    case TSM_BAD_BLOCKS_PER_LANE:
        return "blocks per lane must be a power of two from 2 to 1048576 (REG-6); change `blocks_per_lane`";
    case TSM_BAD_TOTAL:
        return "the region would be larger than this machine can address; use fewer or smaller blocks";
    case TSM_BAD_CATALOG:
        return "a catalog's embedded form is not whole words (REG-6); pass all of it";
    case TSM_BAD_ALIGNMENT:
        return "the memory is not aligned to 8 bytes (REG-2); map whole pages";
    case TSM_BAD_MEMORY_SIZE:
        return "the memory has not the size that the region needs; ask tsm_region_size before mapping";
    case TSM_BAD_CLOCK_RATIO:
        return "the clock's numerator or denominator is 0: no number of ticks is a time then (REG-6)";
    case TSM_BAD_REGION:
        return "the memory holds no well-formed region of ABI 1 (REG-10); format it first";
    case TSM_BAD_LANE:
        return "the region has no such lane: they are counted from 0";
    case TSM_BAD_LANE_TAKEN:
        return "the lane has its writer already: a lane has one (REG-20); open another lane";
    case TSM_BAD_POLICY:
        return "the policy is not part of region ABI 1.1 (REG-30); use overwrite, fill or drain";
    case TSM_BAD_START_POSITION:
        return "the start position is not a multiple of the block size (REG-11)";
    case TSM_BAD_RECORD:
        return "not a record: id, version, class or size break REG-16 or REC-2, or its payload is NULL; use the "
               "generated constants";
    case TSM_BAD_WORD:
        return "outside of the reservation's payload; use the size that was reserved";
    case TSM_BAD_RESERVATION:
        return "the reservation has ended, or was never granted; reserve again";
    case TSM_BAD_MOMENT:
        return "an attempt on the lane is in progress; close the lane after it";
    case TSM_BAD_DRAIN:
        return "a region has at most 8 drain readers, and one slot for each (REG-46); make it with them";
    case TSM_BAD_THRESHOLDS:
        return "thresholds are bulk <= normal <= blocks, for fill and drain only (REG-44); change them";
    case TSM_BAD_CLOCK:
        return "the region header names another clock than this source reads (REG-6); define TSM_TICKS() and "
               "TSM_TICKS_KIND as the region's clock in every source that writes it";
    case TSM_BAD_POINTER:
        return "a pointer is NULL; pass what the function's comment asks for";
    case TSM_BAD_WRITER:
        return "the writer has no lane; look at what tsm_lane_open returned";
    case TSM_BAD_STATE:
        return "a region is live, closing or closed (REG-7); use a TSM_REGION_STATE_*";
    }
    return "not a result of testimony";
}

#endif

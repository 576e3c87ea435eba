/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Where things lie in a region. Spec: spec/region.md, REG-3, REG-6 and REG-18. */

#ifndef TESTIMONY_GEOMETRY_H
#define TESTIMONY_GEOMETRY_H

#include "result.h"

/* Sections begin at multiples of this: the largest page among the targets (REG-3). */
#define TSM_SECTION_ALIGN UINT64_C(16384)
/* The region's state lies here, behind everything that the static header may grow into (REG-7). */
#define TSM_STATE_OFFSET UINT64_C(4096)
/* The largest record that its header can state, in bytes (REG-18). */
#define TSM_LARGEST_RECORD UINT64_C(65528)
/* What lanes of every shape take: most records are smaller, and the compiler knows it. */
#define TSM_LEAST_MAX_RECORD UINT64_C(3928)
/* Bytes of a Loss record, its header included (REG-19). */
#define TSM_LOSS_RECORD_SIZE (sizeof(tsm_record_header) + sizeof(tsm_loss_v1))
/* The most bytes that the catalog documents of a region take together (REG-58). */
#define TSM_MAX_CATALOGS UINT64_C(16777216)

TSM_STATIC_ASSERT(sizeof(tsm_region_header) <= TSM_STATE_OFFSET, "REG-7");
TSM_STATIC_ASSERT(TSM_LOSS_RECORD_SIZE == 104, "REG-19");

/* How many lanes a region has and how large they are. */
typedef struct tsm_shape {
    /* Number of lanes, 1 to 4096. */
    uint32_t lanes;
    /* Bytes of one block, a power of two from 4096 to 1,048,576. */
    uint32_t block_size;
    /* Blocks of each lane, a power of two from 2 to 1,048,576. */
    uint32_t blocks_per_lane;
} tsm_shape;

/* Where the sections of a region lie, in bytes from its start. */
typedef struct tsm_geometry {
    /* First byte of the catalog documents. */
    uint64_t catalog_offset;
    /* First lane control. */
    uint64_t lanes_offset;
    /* First block of lane 0. */
    uint64_t blocks_offset;
    /* Bytes of the whole region. */
    uint64_t total_size;
} tsm_geometry;

/* Returns the bytes of one lane's blocks: a power of two, at most 2^40. */
TSM_API uint64_t tsm_lane_capacity(tsm_shape shape)
{
    return (uint64_t)shape.block_size * shape.blocks_per_lane;
}

/* Returns the bytes of the largest record, its header included (REG-18). */
TSM_API uint64_t tsm_max_record(uint32_t block_size)
{
    uint64_t room = (uint64_t)block_size - sizeof(tsm_block_header) - TSM_LOSS_RECORD_SIZE;
    return room < TSM_LARGEST_RECORD ? room : TSM_LARGEST_RECORD;
}

/* Returns whether `value` is a power of two from `least` to `most`. */
TSM_API int tsm_is_power_within(uint32_t value, uint32_t least, uint32_t most)
{
    return value >= least && value <= most && (value & (value - 1)) == 0;
}

/* Checks the ranges of REG-6.
 *
 * Returns TSM_OK, TSM_BAD_LANES, TSM_BAD_BLOCK_SIZE or TSM_BAD_BLOCKS_PER_LANE.
 */
TSM_API tsm_result tsm_shape_check(tsm_shape shape)
{
    if (shape.lanes < 1 || shape.lanes > 4096) {
        return TSM_BAD_LANES;
    }
    if (!tsm_is_power_within(shape.block_size, 4096, 1048576)) {
        return TSM_BAD_BLOCK_SIZE;
    }
    if (!tsm_is_power_within(shape.blocks_per_lane, 2, 1048576)) {
        return TSM_BAD_BLOCKS_PER_LANE;
    }
    return TSM_OK;
}

/* Returns the first multiple of TSM_SECTION_ALIGN that is not below `offset`. Cannot overflow:
 * sizes of memory and 2^52 bytes of blocks are far below 2^63.
 */
TSM_API uint64_t tsm_section_after(uint64_t offset)
{
    return (offset + TSM_SECTION_ALIGN - 1) & ~(TSM_SECTION_ALIGN - 1);
}

/* Lays out a region whose catalog documents take `catalog_size` bytes.
 *
 * Returns TSM_OK and fills `geometry`; TSM_BAD_LANES, TSM_BAD_BLOCK_SIZE, TSM_BAD_BLOCKS_PER_LANE,
 * or TSM_BAD_TOTAL if the documents take more than TSM_MAX_CATALOGS, or no object of this machine can be so
 * large.
 */
TSM_API tsm_result tsm_geometry_of(tsm_shape shape, uint64_t catalog_size, tsm_geometry *geometry)
{
    const tsm_result checked = tsm_shape_check(shape);
    if (checked != TSM_OK) {
        return checked;
    }
    if (catalog_size > TSM_MAX_CATALOGS) {
        return TSM_BAD_TOTAL;
    }
    geometry->catalog_offset = TSM_SECTION_ALIGN;
    geometry->lanes_offset = tsm_section_after(geometry->catalog_offset + catalog_size);
    geometry->blocks_offset =
        tsm_section_after(geometry->lanes_offset + shape.lanes * (uint64_t)sizeof(tsm_lane_control));
    geometry->total_size =
        tsm_section_after(geometry->blocks_offset + shape.lanes * tsm_lane_capacity(shape));
    return geometry->total_size <= (uint64_t)PTRDIFF_MAX ? TSM_OK : TSM_BAD_TOTAL;
}

#endif

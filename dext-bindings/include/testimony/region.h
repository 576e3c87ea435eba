/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A region as its driver makes it. Spec: spec/region.md, "Region header".
 *
 * The driver formats fresh memory once (tsm_region_format), or takes up a region that another part
 * of the same driver has formatted (tsm_region_open), and opens lanes in it (lane.h).
 */

#ifndef TESTIMONY_REGION_H
#define TESTIMONY_REGION_H

#include "checksum.h"
#include "geometry.h"

/* What every region begins with (REG-5), as a word. */
#define TSM_MAGIC UINT64_C(0x0a1a0a0d4d535489)
/* What a little-endian driver stores as byte order (REG-5). */
#define TSM_BYTE_ORDER UINT32_C(0x01020304)
/* The region ABI that this writer stores (REG-5). */
#define TSM_ABI_MAJOR UINT16_C(1)
#define TSM_ABI_MINOR UINT16_C(1)

/* What a catalog's embedded form begins with (DOC-5), as a word. */
#define TSM_CATALOG_MAGIC UINT64_C(0x0a7461634d53547f)
/* Most readers that can drain at a time (REG-46). */
#define TSM_DRAIN_READERS 8u
/* Bytes of the frame before the document: magic, length, fingerprint. */
#define TSM_CATALOG_FRAME ((size_t)32)

/* Bytes of this process. */
typedef struct tsm_span {
    /* The first byte. */
    const void *bytes;
    /* How many there are. */
    size_t size;
} tsm_span;

/* What a driver decides when it makes a region. */
typedef struct tsm_region_config {
    /* How many lanes there are and how large. */
    tsm_shape shape;
    /* Where ticks come from. */
    tsm_clock_kind clock_kind;
    /* 128 random bits, never reused. */
    uint64_t region_id[2];
    /* The driver's incarnation: grows with every start. */
    uint64_t generation;
    /* Nanoseconds are ticks times this ... Not 0. */
    uint64_t tick_numerator;
    /* ... divided by this. Not 0. */
    uint64_t tick_denominator;
    /* One moment, in ticks ... */
    uint64_t anchor_ticks;
    /* ... and the same in nanoseconds since 1970 UTC; 0 when not known. */
    uint64_t anchor_utc;
    /* Embedded form (DOC-5) of the instrument's own catalog, `region`. */
    tsm_span instrument;
    /* Embedded form of the driver's catalog. */
    tsm_span catalog;
    /* Readers that can drain at a time, at most TSM_DRAIN_READERS; 0: none, and no lane drains. */
    uint64_t drain_readers;
    /* What one record costs while nobody reads, and while one reader reads, in 1/1024 tick; 0 where it
     * was not measured.
     */
    uint64_t record_cost;
    uint64_t record_cost_read;
} tsm_region_config;

/* A region, in the hands of its driver. Plain data: copies are the same region. */
typedef struct tsm_region {
    /* The region's first word. */
    tsm_word *base;
    /* Bytes of the region. */
    size_t size;
    /* How many lanes there are and how large. */
    tsm_shape shape;
    /* Readers that can drain at a time. */
    uint32_t drain_readers;
    /* The clock that the region header names, a TSM_CLOCK_KIND_*. A uint64_t, so that no target pads it. */
    uint64_t clock_kind;
    /* Where things lie. */
    tsm_geometry geometry;
} tsm_region;

/* Returns the word at byte `offset`, a multiple of 8 within the region. */
TSM_API tsm_word *tsm_region_word(const tsm_region *region, uint64_t offset)
{
    /* Cannot truncate: the geometry fits the memory, so its offsets are addressable. */
    return &region->base[(size_t)offset / TSM_WORD_SIZE];
}

/* Returns whether `span` is the embedded form of a catalog: whole words that begin as DOC-5 says. */
TSM_API int tsm_is_catalog(tsm_span span)
{
    return span.bytes != NULL && span.size >= TSM_CATALOG_FRAME && span.size % TSM_WORD_SIZE == 0 &&
           tsm_word_at(span.bytes) == TSM_CATALOG_MAGIC;
}

/* Checks `config` and lays the region out.
 *
 * Returns TSM_OK and fills `geometry`, or TSM_BAD_POINTER, TSM_BAD_CATALOG, TSM_BAD_CLOCK_RATIO,
 * TSM_BAD_CLOCK, TSM_BAD_LANES, TSM_BAD_BLOCK_SIZE, TSM_BAD_BLOCKS_PER_LANE, TSM_BAD_TOTAL.
 */
TSM_API tsm_result tsm_region_lay_out(const tsm_region_config *config, tsm_geometry *geometry)
{
    if (config == NULL || geometry == NULL) {
        return TSM_BAD_POINTER;
    }
    if (!tsm_is_catalog(config->instrument) || !tsm_is_catalog(config->catalog)) {
        return TSM_BAD_CATALOG;
    }
    if (config->tick_numerator == 0 || config->tick_denominator == 0) {
        return TSM_BAD_CLOCK_RATIO;
    }
    if (config->clock_kind < TSM_CLOCK_KIND_OTHER || config->clock_kind > TSM_CLOCK_KIND_MACH_CONTINUOUS) {
        return TSM_BAD_CLOCK;
    }
    const uint64_t catalog_size = (uint64_t)config->instrument.size + config->catalog.size;
    return tsm_geometry_of(config->shape, catalog_size, geometry);
}

/* Returns in `size` the bytes of memory that the region needs, a multiple of 16,384.
 *
 * Fails as tsm_region_lay_out does; `size` is then 0.
 */
TSM_API tsm_result tsm_region_size(const tsm_region_config *config, size_t *size)
{
    tsm_geometry geometry;
    if (size == NULL) {
        return TSM_BAD_POINTER;
    }
    const tsm_result result = tsm_region_lay_out(config, &geometry);
    *size = result == TSM_OK ? (size_t)geometry.total_size : 0;
    return result;
}

/* Stores what the driver does with the region from now on: a TSM_REGION_STATE_* (REG-7).
 *
 * Returns TSM_OK, or TSM_BAD_POINTER or TSM_BAD_STATE; then nothing has been stored.
 */
TSM_API tsm_result tsm_region_set_state(const tsm_region *region, tsm_region_state state)
{
    if (region == NULL) {
        return TSM_BAD_POINTER;
    }
    if (state < TSM_REGION_STATE_LIVE || state > TSM_REGION_STATE_CLOSED) {
        return TSM_BAD_STATE;
    }
    /* PAIRS WITH: load_state (relaxed load, acquire fence), REG-7: who sees the region
     * closed sees everything that its lanes were told before.
     */
    tsm_store_release(tsm_region_word(region, TSM_STATE_OFFSET), state);
    return TSM_OK;
}

/* Returns the static header of REG-5 and REG-6, its checksum included. */
TSM_API tsm_region_header tsm_region_header_of(const tsm_region_config *config,
                                               const tsm_geometry *geometry)
{
    const unsigned char *frame = (const unsigned char *)config->catalog.bytes;
    tsm_region_header header;
    __builtin_memset(&header, 0, sizeof header);
    const uint64_t magic = TSM_MAGIC;
    __builtin_memcpy(header.magic, &magic, sizeof header.magic);
    header.byte_order = TSM_BYTE_ORDER;
    header.header_size = (uint32_t)sizeof header;
    header.abi_major = TSM_ABI_MAJOR;
    header.abi_minor = TSM_ABI_MINOR;
    header.total_size = geometry->total_size;
    header.region_id[0] = config->region_id[0];
    header.region_id[1] = config->region_id[1];
    header.fingerprint[0] = tsm_word_at(&frame[16]);
    header.fingerprint[1] = tsm_word_at(&frame[24]);
    header.generation = config->generation;
    header.catalog_offset = geometry->catalog_offset;
    header.catalog_size = (uint64_t)config->instrument.size + config->catalog.size;
    header.lanes_offset = geometry->lanes_offset;
    header.blocks_offset = geometry->blocks_offset;
    header.lane_count = config->shape.lanes;
    header.lane_stride = (uint32_t)sizeof(tsm_lane_control);
    header.block_size = config->shape.block_size;
    header.blocks_per_lane = config->shape.blocks_per_lane;
    header.clock_kind = config->clock_kind;
    header.drain_readers = (uint32_t)config->drain_readers;
    header.tick_numerator = config->tick_numerator;
    header.tick_denominator = config->tick_denominator;
    header.anchor_ticks = config->anchor_ticks;
    header.anchor_utc = config->anchor_utc;
    header.record_cost = config->record_cost;
    header.record_cost_read = config->record_cost_read;
    header.checksum = tsm_header_checksum(&header);
    return header;
}

/* Makes a region, live, in fresh, zeroed memory that only this driver stores to.
 *
 * `base` is aligned to 8 bytes, `size` what tsm_region_size states. Nobody else may see the memory
 * before this returns.
 *
 * Returns TSM_OK and fills `region`; on failure nothing has been stored: as tsm_region_lay_out, or
 * TSM_BAD_ALIGNMENT, TSM_BAD_MEMORY_SIZE, TSM_BAD_DRAIN.
 */
TSM_API tsm_result tsm_region_format(void *base, size_t size, const tsm_region_config *config,
                                     tsm_region *region)
{
    tsm_geometry geometry;
    const tsm_result laid_out = tsm_region_lay_out(config, &geometry);
    if (laid_out != TSM_OK) {
        return laid_out;
    }
    if (base == NULL || region == NULL) {
        return TSM_BAD_POINTER;
    }
    if ((uintptr_t)base % TSM_WORD_SIZE != 0) {
        return TSM_BAD_ALIGNMENT;
    }
    if (config->drain_readers > TSM_DRAIN_READERS) {
        return TSM_BAD_DRAIN;
    }
    if (size != geometry.total_size) {
        return TSM_BAD_MEMORY_SIZE;
    }
    region->base = (tsm_word *)base;
    region->size = size;
    region->shape = config->shape;
    region->drain_readers = (uint32_t)config->drain_readers;
    region->clock_kind = config->clock_kind;
    region->geometry = geometry;
    tsm_word *documents = tsm_region_word(region, geometry.catalog_offset);
    tsm_copy_in(documents, config->instrument.bytes, config->instrument.size / TSM_WORD_SIZE);
    documents += config->instrument.size / TSM_WORD_SIZE;
    tsm_copy_in(documents, config->catalog.bytes, config->catalog.size / TSM_WORD_SIZE);
    (void)tsm_region_set_state(region, TSM_REGION_STATE_LIVE);
    const tsm_region_header header = tsm_region_header_of(config, &geometry);
    tsm_copy_in(region->base, &header, sizeof header / TSM_WORD_SIZE);
    return TSM_OK;
}

/* Takes up a region that this driver has formatted, in C or in Rust: the `size` bytes at `base`.
 *
 * Returns TSM_OK and fills `region`, or TSM_BAD_POINTER, TSM_BAD_ALIGNMENT, TSM_BAD_MEMORY_SIZE,
 * TSM_BAD_REGION.
 * Not for readers: it trusts whoever formatted the region, which is the driver itself.
 */
TSM_API tsm_result tsm_region_open(void *base, size_t size, tsm_region *region)
{
    if (base == NULL || region == NULL) {
        return TSM_BAD_POINTER;
    }
    if ((uintptr_t)base % TSM_WORD_SIZE != 0) {
        return TSM_BAD_ALIGNMENT;
    }
    if (size < TSM_SECTION_ALIGN) {
        return TSM_BAD_MEMORY_SIZE;
    }
    tsm_word *words = (tsm_word *)base;
    tsm_word copy[sizeof(tsm_region_header) / 8];
    for (size_t at = 0; at < sizeof copy / TSM_WORD_SIZE; ++at) {
        copy[at] = tsm_load(&words[at]);
    }
    tsm_region_header header;
    __builtin_memcpy(&header, copy, sizeof header);
    const tsm_shape shape = {header.lane_count, header.block_size, header.blocks_per_lane};
    tsm_geometry geometry;
    if (copy[0] != TSM_MAGIC || header.byte_order != TSM_BYTE_ORDER ||
        header.abi_major != TSM_ABI_MAJOR || header.header_size != sizeof header ||
        header.lane_stride != sizeof(tsm_lane_control) || header.drain_readers > TSM_DRAIN_READERS ||
        header.checksum != tsm_header_checksum(&header) ||
        tsm_geometry_of(shape, header.catalog_size, &geometry) != TSM_OK ||
        header.lanes_offset != geometry.lanes_offset || header.blocks_offset != geometry.blocks_offset ||
        header.catalog_offset != geometry.catalog_offset ||
        header.total_size != geometry.total_size) {
        return TSM_BAD_REGION;
    }
    if (size != geometry.total_size) {
        return TSM_BAD_MEMORY_SIZE;
    }
    region->base = words;
    region->size = size;
    region->shape = shape;
    region->drain_readers = header.drain_readers;
    region->clock_kind = header.clock_kind;
    region->geometry = geometry;
    return TSM_OK;
}

#endif

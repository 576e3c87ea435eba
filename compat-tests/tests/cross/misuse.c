/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Misuses the writer in every way that has a result of its own, and checks that nothing was stored.
 *
 *     misuse INSTRUMENT CATALOG
 *
 * Exit status: 0, or 1 with a line for each call that came to something else.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <testimony/reopen.h>

#include "cross.h"

TSM_RECORD(cross_tag, CROSS_TAG, 1);

static int failures;

static void expect(const char *call, tsm_result found, tsm_result expected)
{
    if (found != expected) {
        fprintf(stderr, "%s: found \"%s\", expected \"%s\"\n", call, tsm_result_text(found),
                tsm_result_text(expected));
        failures += 1;
    }
}

static tsm_span load(const char *path)
{
    static unsigned char bytes[2][1 << 18];
    static int loaded;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "misuse: %s cannot be opened\n", path);
        exit(1);
    }
    unsigned char *own = bytes[loaded++ & 1];
    const tsm_span span = {own, fread(own, 1, sizeof bytes[0], file)};
    fclose(file);
    return span;
}

static void misuse_config(const tsm_region_config *good)
{
    size_t size;
    tsm_region_config config = *good;
    config.shape.lanes = 0;
    expect("no lane", tsm_region_size(&config, &size), TSM_BAD_LANES);
    config.shape.lanes = 4097;
    expect("4097 lanes", tsm_region_size(&config, &size), TSM_BAD_LANES);
    config = *good;
    config.shape.block_size = 2048;
    expect("small blocks", tsm_region_size(&config, &size), TSM_BAD_BLOCK_SIZE);
    config.shape.block_size = 5000;
    expect("odd blocks", tsm_region_size(&config, &size), TSM_BAD_BLOCK_SIZE);
    config = *good;
    config.shape.blocks_per_lane = 1;
    expect("one block", tsm_region_size(&config, &size), TSM_BAD_BLOCKS_PER_LANE);
    config.shape.lanes = 4096;
    config.shape.block_size = 1048576;
    config.shape.blocks_per_lane = 1048576;
    expect("4096 lanes of a terabyte", tsm_region_size(&config, &size),
           sizeof(size_t) < 8 ? TSM_BAD_TOTAL : TSM_OK);
    config = *good;
    config.tick_denominator = 0;
    expect("denominator 0", tsm_region_size(&config, &size), TSM_BAD_CLOCK_RATIO);
    config = *good;
    config.clock_kind = 0;
    expect("no clock", tsm_region_size(&config, &size), TSM_BAD_CLOCK);
    config.clock_kind = TSM_CLOCK_KIND_MACH_CONTINUOUS + 1;
    expect("no such clock", tsm_region_size(&config, &size), TSM_BAD_CLOCK);
    expect("no config", tsm_region_size(NULL, &size), TSM_BAD_POINTER);
    expect("no size", tsm_region_size(good, NULL), TSM_BAD_POINTER);
    config = *good;
    config.catalog.size -= 1;
    expect("half a word", tsm_region_size(&config, &size), TSM_BAD_CATALOG);
    config.catalog.size = 0;
    expect("no catalog", tsm_region_size(&config, &size), TSM_BAD_CATALOG);
    config = *good;
    config.instrument.bytes = (const unsigned char *)good->instrument.bytes + 8;
    expect("not a catalog", tsm_region_size(&config, &size), TSM_BAD_CATALOG);
    config.instrument.bytes = NULL;
    expect("no bytes", tsm_region_size(&config, &size), TSM_BAD_CATALOG);
}

static void misuse_memory(unsigned char *memory, size_t size, const tsm_region_config *config)
{
    tsm_region region;
    expect("half a word off", tsm_region_format(&memory[4], size, config, &region), TSM_BAD_ALIGNMENT);
    expect("too small", tsm_region_format(memory, size - 8, config, &region), TSM_BAD_MEMORY_SIZE);
    expect("no memory", tsm_region_format(NULL, size, config, &region), TSM_BAD_POINTER);
    expect("no place for it", tsm_region_format(memory, size, config, NULL), TSM_BAD_POINTER);
    expect("no config", tsm_region_format(memory, size, NULL, &region), TSM_BAD_POINTER);
    expect("no memory to open", tsm_region_open(NULL, size, &region), TSM_BAD_POINTER);
    expect("no region to fill", tsm_region_open(memory, size, NULL), TSM_BAD_POINTER);
    expect("no region", tsm_region_open(memory, size, &region), TSM_BAD_REGION);
    expect("not even a page", tsm_region_open(memory, 64, &region), TSM_BAD_MEMORY_SIZE);
    for (size_t at = 0; at < size; ++at) {
        if (memory[at] != 0) {
            expect("something was stored", TSM_OK, TSM_BAD_REGION);
            return;
        }
    }
}

static void misuse_header(unsigned char *memory, size_t size)
{
    tsm_region region;
    expect("a good region", tsm_region_open(memory, size, &region), TSM_OK);
    expect("another size", tsm_region_open(memory, size - 16384, &region), TSM_BAD_MEMORY_SIZE);
    for (size_t at = 0; at < sizeof(tsm_region_header); ++at) {
        memory[at] ^= 0x10;
        expect("a flipped bit", tsm_region_open(memory, size, &region), TSM_BAD_REGION);
        memory[at] ^= 0x10;
    }
}

/* A writer that has no lane stores nothing and counts nothing, whatever is asked of it. */
static void misuse_unopened(tsm_writer *writer)
{
    const uint64_t payload[2] = {1, 2};
    tsm_reservation place;
    for (int record_class = TSM_CLASS_VITAL; record_class <= TSM_CLASS_BULK; ++record_class) {
        expect("emit without a lane", tsm_emit(writer, 0x0100, 1, record_class, payload, 8), TSM_BAD_WRITER);
        expect("emit much without a lane", tsm_emit_at(writer, 0x0100, 1, record_class, payload, 16, 1),
               TSM_BAD_WRITER);
        expect("reserve without a lane", tsm_reserve(writer, 0x0100, 1, record_class, 65512, &place),
               TSM_BAD_WRITER);
        expect("commit what was not granted", tsm_commit(&place), TSM_BAD_RESERVATION);
    }
    expect("close without a lane", tsm_writer_close(writer), TSM_BAD_WRITER);
    tsm_lane_take_back(writer);
    expect("reopen without a lane", tsm_lane_reopen(writer, 1, "again") == 0 ? TSM_OK : TSM_BAD_LANE, TSM_OK);
    expect("pressure without a lane",
           tsm_writer_pressure(writer) == TSM_PRESSURE_CALM ? TSM_OK : TSM_BAD_LANE, TSM_OK);
    expect("an account without a lane", tsm_writer_account_of(writer).offered == 0 ? TSM_OK : TSM_BAD_LANE,
           TSM_OK);
}

static void misuse_lanes(const tsm_region *region, tsm_writer *writer)
{
    static tsm_writer zero;
    misuse_unopened(&zero);
    expect("no state", tsm_region_set_state(region, 0), TSM_BAD_STATE);
    expect("no such state", tsm_region_set_state(region, TSM_REGION_STATE_CLOSED + 1), TSM_BAD_STATE);
    expect("no region", tsm_region_set_state(NULL, TSM_REGION_STATE_LIVE), TSM_BAD_POINTER);
    tsm_lane_config config = tsm_lane_config_of("misused", TSM_POLICY_DRAIN);
    expect("no region", tsm_lane_open(NULL, 0, &config, writer), TSM_BAD_POINTER);
    expect("no config", tsm_lane_open(region, 0, NULL, writer), TSM_BAD_POINTER);
    expect("no writer", tsm_lane_open(region, 0, &config, NULL), TSM_BAD_POINTER);
    config.name = NULL;
    expect("no name", tsm_lane_open(region, 0, &config, writer), TSM_BAD_POINTER);
    config.name = "misused";
    tsm_region other = *region;
    other.clock_kind = TSM_CLOCK_KIND_MONOTONIC;
    expect("another clock", tsm_lane_open(&other, 0, &config, writer), TSM_BAD_CLOCK);
    /* As it may be when it was never set. */
    memset(writer, 0x5a, sizeof *writer);
    expect("nobody drains", tsm_lane_open(region, 0, &config, writer), TSM_BAD_DRAIN);
    config.policy = TSM_POLICY_DRAIN + 1;
    expect("no such policy", tsm_lane_open(region, 0, &config, writer), TSM_BAD_POLICY);
    config.policy = 0;
    expect("no policy", tsm_lane_open(region, 0, &config, writer), TSM_BAD_POLICY);
    config.policy = TSM_POLICY_FILL;
    config.normal_blocks = 1;
    config.bulk_blocks = 2;
    expect("bulk above normal", tsm_lane_open(region, 0, &config, writer), TSM_BAD_THRESHOLDS);
    config.policy = TSM_POLICY_OVERWRITE;
    config.bulk_blocks = 1;
    expect("what refuses nothing", tsm_lane_open(region, 0, &config, writer), TSM_BAD_THRESHOLDS);
    config.policy = TSM_POLICY_FILL;
    config.normal_blocks = config.bulk_blocks = 0;
    config.start_position = 64;
    expect("start position", tsm_lane_open(region, 0, &config, writer), TSM_BAD_START_POSITION);
    config.start_position = 0;
    expect("lane 1 of 1", tsm_lane_open(region, 1, &config, writer), TSM_BAD_LANE);
    misuse_unopened(writer);
    expect("a good lane", tsm_lane_open(region, 0, &config, writer), TSM_OK);
    tsm_writer second;
    expect("a second writer", tsm_lane_open(region, 0, &config, &second), TSM_BAD_LANE_TAKEN);
}

static void misuse_writer(tsm_writer *writer)
{
    const uint64_t payload[2] = {1, 2};
    expect("id of the instrument", tsm_emit(writer, 0x00ff, 1, TSM_CLASS_BULK, payload, 8), TSM_BAD_RECORD);
    expect("version 0", tsm_emit(writer, 0x0100, 0, TSM_CLASS_BULK, payload, 8), TSM_BAD_RECORD);
    expect("class 3", tsm_emit(writer, 0x0100, 1, 3, payload, 8), TSM_BAD_RECORD);
    expect("class -1", tsm_emit(writer, 0x0100, 1, -1, payload, 8), TSM_BAD_RECORD);
    expect("half a word", tsm_emit(writer, 0x0100, 1, TSM_CLASS_BULK, payload, 12), TSM_BAD_RECORD);
    expect("an empty record", tsm_emit(writer, 0x0100, 1, TSM_CLASS_BULK, NULL, 0), TSM_BAD_RECORD);
    expect("no bytes", tsm_emit(writer, 0x0100, 1, TSM_CLASS_BULK, payload, 0), TSM_BAD_RECORD);
    expect("bytes of nothing", tsm_emit(writer, 0x0100, 1, TSM_CLASS_BULK, NULL, 8), TSM_BAD_RECORD);
    expect("bytes of nothing, later", tsm_emit_at(writer, 0x0100, 1, TSM_CLASS_BULK, NULL, 8, 1),
           TSM_BAD_RECORD);
    expect("more than any record has", tsm_emit(writer, 0x0100, 1, TSM_CLASS_BULK, payload, 65520),
           TSM_BAD_RECORD);
    expect("a record beyond all sizes",
           tsm_emit(writer, 0x0100, 1, TSM_CLASS_BULK, payload, (size_t)-1 & ~(size_t)7), TSM_BAD_RECORD);
    tsm_reservation place;
    expect("reserve nothing", tsm_reserve(writer, 0x0100, 1, TSM_CLASS_BULK, 0, &place), TSM_BAD_RECORD);
    expect("reserve too much", tsm_reserve(writer, 0x0100, 1, TSM_CLASS_BULK, 65520, &place), TSM_BAD_RECORD);
    expect("reserve nowhere", tsm_reserve(writer, 0x0100, 1, TSM_CLASS_BULK, 8, NULL), TSM_BAD_POINTER);
    expect("commit no reservation", tsm_commit(NULL), TSM_BAD_RESERVATION);
    expect("abandon no reservation", tsm_abandon(NULL), TSM_BAD_RESERVATION);
    expect("fill no reservation", tsm_slot_fill(NULL, payload, 8), TSM_BAD_RESERVATION);
    expect("store into no reservation", tsm_slot_store(NULL, 0, 1), TSM_BAD_RESERVATION);
    expect("reserve half a word", tsm_reserve(writer, 0x0100, 1, TSM_CLASS_BULK, 12, &place), TSM_BAD_RECORD);
    expect("commit nothing", tsm_commit(&place), TSM_BAD_RESERVATION);
    expect("the writer is as new", tsm_writer_account_of(writer).offered == 0 ? TSM_OK : TSM_BAD_RECORD, TSM_OK);
    expect("reserve", cross_tag_reserve_v1(writer, &place), TSM_OK);
    expect("word 1 of 1", tsm_slot_store(&place, 1, 0), TSM_BAD_WORD);
    expect("word 0 of 1", tsm_slot_store(&place, 0, 5), TSM_OK);
    expect("another size", tsm_slot_fill(&place, payload, 16), TSM_BAD_WORD);
    expect("fill with nothing", tsm_slot_fill(&place, NULL, 8), TSM_BAD_POINTER);
    expect("close in an attempt", tsm_writer_close(writer), TSM_BAD_MOMENT);
    expect("commit", tsm_commit(&place), TSM_OK);
    const uint64_t stored = tsm_load(&tsm_slot(writer, place.place.cursor)[TSM_RECORD_HEADER_WORDS]);
    expect("the word that was stored", stored == 5 ? TSM_OK : TSM_BAD_WORD, TSM_OK);
    expect("commit twice", tsm_commit(&place), TSM_BAD_RESERVATION);
    expect("abandon what is committed", tsm_abandon(&place), TSM_BAD_RESERVATION);
    expect("store into what is committed", tsm_slot_store(&place, 0, 0), TSM_BAD_RESERVATION);
    expect("fill what is committed", tsm_slot_fill(&place, payload, 8), TSM_BAD_RESERVATION);
    expect("a record beyond the lane's sizes", tsm_reserve(writer, 0x0100, 1, TSM_CLASS_BULK, 65512, &place),
           TSM_REFUSED_TOO_BIG);
    expect("close", tsm_writer_close(writer), TSM_OK);
    expect("close twice", tsm_writer_close(writer), TSM_OK);
    const cross_tag_v1 tag = {1};
    expect("emit after close", cross_tag_emit_v1(writer, &tag), TSM_REFUSED_CLOSED);
}

/* The counter beside the policy never becomes the flag above it (REG-52). */
static void misuse_incarnations(tsm_writer *writer)
{
    const uint64_t before[] = {UINT64_C(1) << 31, (UINT64_C(1) << 31) + 1, UINT64_C(3) << 31, UINT64_C(1) << 32};
    for (size_t at = 0; at < sizeof before / sizeof before[0]; ++at) {
        writer->incarnation = before[at];
        /* As if all of it had been drained. */
        tsm_store(&writer->released, tsm_load(&writer->block) + writer->block_size);
        expect("reopen without a name", tsm_lane_reopen(writer, 3, NULL) == 0 ? TSM_OK : TSM_BAD_LANE, TSM_OK);
        const uint64_t incarnation = tsm_lane_reopen(writer, 3, "again");
        const uint64_t first = tsm_load(&writer->control[TSM_LANE_POLICY]);
        expect("an incarnation", incarnation == before[at] + 1 ? TSM_OK : TSM_BAD_LANE, TSM_OK);
        expect("not between two owners", (first & TSM_BETWEEN_OWNERS) == 0 ? TSM_OK : TSM_BAD_LANE, TSM_OK);
        expect("the policy", (uint32_t)first == writer->policy ? TSM_OK : TSM_BAD_POLICY, TSM_OK);
        expect("close again", tsm_writer_close(writer), TSM_OK);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: misuse INSTRUMENT CATALOG\n");
        return 1;
    }
    tsm_region_config config;
    memset(&config, 0, sizeof config);
    config.shape.lanes = 1;
    config.shape.block_size = 4096;
    config.shape.blocks_per_lane = 2;
    config.clock_kind = TSM_TICKS_KIND;
    config.tick_numerator = 1;
    config.tick_denominator = 1;
    config.instrument = load(argv[1]);
    config.catalog = load(argv[2]);
    size_t size = 0;
    expect("a good shape", tsm_region_size(&config, &size), TSM_OK);
    unsigned char *memory = (unsigned char *)calloc(1, size);
    if (memory == NULL) {
        fprintf(stderr, "misuse: no memory\n");
        return 1;
    }
    tsm_region region;
    tsm_writer writer;
    misuse_config(&config);
    misuse_memory(memory, size, &config);
    expect("a good format", tsm_region_format(memory, size, &config, &region), TSM_OK);
    misuse_header(memory, size);
    misuse_lanes(&region, &writer);
    misuse_writer(&writer);
    misuse_incarnations(&writer);
    free(memory);
    return failures == 0 ? 0 : 1;
}

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

#include <testimony/writer.h>

#include "cross.h"

TSM_RECORD(cross_tag, CROSS_TAG);

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

static void misuse_lanes(const tsm_region *region, tsm_writer *writer)
{
    tsm_lane_config config = tsm_lane_config_of("misused", TSM_POLICY_DRAIN);
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
    tsm_reservation place;
    expect("reserve half a word", tsm_reserve(writer, 0x0100, 1, TSM_CLASS_BULK, 12, &place), TSM_BAD_RECORD);
    expect("commit nothing", tsm_commit(&place), TSM_BAD_RESERVATION);
    expect("the writer is as new", tsm_writer_account_of(writer).offered == 0 ? TSM_OK : TSM_BAD_RECORD, TSM_OK);
    expect("reserve", cross_tag_reserve(writer, &place), TSM_OK);
    expect("word 1 of 1", tsm_slot_store(&place, 1, 0), TSM_BAD_WORD);
    expect("word 0 of 1", tsm_slot_store(&place, 0, 5), TSM_OK);
    expect("another size", tsm_slot_fill(&place, payload, 16), TSM_BAD_WORD);
    expect("close in an attempt", tsm_writer_close(writer), TSM_BAD_MOMENT);
    expect("commit", tsm_commit(&place), TSM_OK);
    const uint64_t stored = tsm_load(&tsm_slot(writer, place.place.cursor)[TSM_RECORD_HEADER_WORDS]);
    expect("the word that was stored", stored == 5 ? TSM_OK : TSM_BAD_WORD, TSM_OK);
    expect("commit twice", tsm_commit(&place), TSM_BAD_RESERVATION);
    expect("abandon what is committed", tsm_abandon(&place), TSM_BAD_RESERVATION);
    expect("store into what is committed", tsm_slot_store(&place, 0, 0), TSM_BAD_RESERVATION);
    expect("fill what is committed", tsm_slot_fill(&place, payload, 8), TSM_BAD_RESERVATION);
    expect("an empty record", tsm_emit(writer, 0x0100, 1, TSM_CLASS_BULK, NULL, 0), TSM_OK);
    expect("a record beyond all sizes",
           tsm_emit(writer, 0x0100, 1, TSM_CLASS_BULK, payload, (size_t)-1 & ~(size_t)7),
           TSM_REFUSED_TOO_BIG);
    expect("close", tsm_writer_close(writer), TSM_OK);
    expect("close twice", tsm_writer_close(writer), TSM_OK);
    const cross_tag tag = {1};
    expect("emit after close", cross_tag_emit(writer, &tag), TSM_REFUSED_CLOSED);
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
    config.clock_kind = TSM_CLOCK_KIND_OTHER;
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
    free(memory);
    return failures == 0 ? 0 : 1;
}

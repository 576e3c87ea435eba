/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Runs scripts (see script.rs) with the writer in C or C++, which this file compiles as.
 *
 *     script INSTRUMENT CATALOG < scripts > outcomes
 *
 * INSTRUMENT and CATALOG are files with the embedded forms of the two catalogs. For each script it
 * writes the region's bytes, then one byte for each operation's result, then nine numbers for each
 * lane's account. Exit status: 0, or 2 with a line that says what is wrong with the input.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t script_ticks(void);
#define TSM_TICKS() script_ticks()
#define TSM_TICKS_KIND TSM_CLOCK_KIND_TSC

#include <testimony/reopen.h>

#include "cross.h"

TSM_RECORD(cross_tag, CROSS_TAG, 1);
TSM_RECORD(cross_holes, CROSS_HOLES, 3);
TSM_RECORD(cross_line, CROSS_LINE, 1);
TSM_RECORD(cross_quarter, CROSS_QUARTER, 1);
TSM_RECORD(cross_largest, CROSS_LARGEST, 1);
TSM_RECORD(cross_excess, CROSS_EXCESS, 1);

enum { MAX_LANES = 16, MAX_READERS = 8, MAX_OPERATIONS = 65536 };

/* Any of the records. */
typedef union any_record {
    cross_tag_v1 tag;
    cross_holes_v3 holes;
    cross_line_v1 line;
    cross_quarter_v1 quarter;
    cross_largest_v1 largest;
    cross_excess_v1 excess;
    uint64_t words[sizeof(cross_excess_v1) / 8];
} any_record;

/* A lane of the script. */
typedef struct script_lane {
    tsm_writer writer;
    tsm_reservation held;
    /* The record of the reservation. */
    uint64_t record;
    /* 1 once the lane has been opened. */
    uint64_t open;
} script_lane;

static script_lane lanes[MAX_LANES];
/* The drain readers' places, and their pages. */
static tsm_drain_slot slots[MAX_READERS];
static tsm_word pages[MAX_READERS][MAX_LANES * TSM_RELEASE_LINE_WORDS];
static unsigned char results[MAX_OPERATIONS];
static size_t result_count;

static uint64_t clock_ticks;
static script_lane *nest_lane;
static uint64_t nest_count;

static void fail(const char *what, const char *rule)
{
    fprintf(stderr, "script: %s: %s\n", what, rule);
    exit(2);
}

static void check(const char *what, tsm_result result)
{
    if (result != TSM_OK) {
        fail(what, tsm_result_text(result));
    }
}

/* SplitMix64. */
static uint64_t next_number(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t word = *state;
    word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
    return word ^ (word >> 31);
}

/* Fills a record, its reserved bytes too, with what follows from `seed`. */
static void fill_record(any_record *record, uint64_t seed)
{
    for (size_t at = 0; at < sizeof record->words / sizeof record->words[0]; ++at) {
        record->words[at] = next_number(&seed);
    }
}

/* Says what the script says, and makes nested attempts while it is read. */
static uint64_t script_ticks(void)
{
    const uint64_t ticks = clock_ticks;
    script_lane *lane = nest_lane;
    nest_lane = NULL;
    for (uint64_t at = 1; lane != NULL && at <= nest_count; ++at) {
        any_record record;
        fill_record(&record, at);
        clock_ticks = ticks + at;
        if (cross_tag_emit_v1(&lane->writer, &record.tag) != TSM_REFUSED_REENTERED) {
            fail("nest", "an attempt inside another one was not refused as re-entered");
        }
    }
    return ticks;
}

/* One attempt: by the clock if `ticks` is NULL, else at these ticks. */
static tsm_result emit(tsm_writer *writer, uint64_t number, const any_record *record,
                       const uint64_t *ticks)
{
    switch (number) {
    case 0:
        return ticks ? cross_tag_emit_at_v1(writer, &record->tag, *ticks) : cross_tag_emit_v1(writer, &record->tag);
    case 1:
        return ticks ? cross_holes_emit_at_v3(writer, &record->holes, *ticks)
                     : cross_holes_emit_v3(writer, &record->holes);
    case 2:
        return ticks ? cross_line_emit_at_v1(writer, &record->line, *ticks)
                     : cross_line_emit_v1(writer, &record->line);
    case 3:
        return ticks ? cross_quarter_emit_at_v1(writer, &record->quarter, *ticks)
                     : cross_quarter_emit_v1(writer, &record->quarter);
    case 4:
        return ticks ? cross_largest_emit_at_v1(writer, &record->largest, *ticks)
                     : cross_largest_emit_v1(writer, &record->largest);
    case 5:
        return ticks ? cross_excess_emit_at_v1(writer, &record->excess, *ticks)
                     : cross_excess_emit_v1(writer, &record->excess);
    default:
        fail("emit", "there is no such record");
        return TSM_BAD_RECORD;
    }
}

static tsm_result reserve(tsm_writer *writer, uint64_t number, tsm_reservation *reservation)
{
    switch (number) {
    case 0:
        return cross_tag_reserve_v1(writer, reservation);
    case 1:
        return cross_holes_reserve_v3(writer, reservation);
    case 2:
        return cross_line_reserve_v1(writer, reservation);
    case 3:
        return cross_quarter_reserve_v1(writer, reservation);
    case 4:
        return cross_largest_reserve_v1(writer, reservation);
    case 5:
        return cross_excess_reserve_v1(writer, reservation);
    default:
        fail("reserve", "there is no such record");
        return TSM_BAD_RECORD;
    }
}

static tsm_result fill(const tsm_reservation *reservation, uint64_t number, const any_record *record)
{
    switch (number) {
    case 0:
        return cross_tag_fill_v1(reservation, &record->tag);
    case 1:
        return cross_holes_fill_v3(reservation, &record->holes);
    case 2:
        return cross_line_fill_v1(reservation, &record->line);
    case 3:
        return cross_quarter_fill_v1(reservation, &record->quarter);
    case 4:
        return cross_largest_fill_v1(reservation, &record->largest);
    default:
        return cross_excess_fill_v1(reservation, &record->excess);
    }
}

/* Returns the next word of the line that is being read. */
static char *word(void)
{
    char *found = strtok(NULL, " \n");
    if (found == NULL) {
        fail("script", "a line lacks a word");
    }
    return found;
}

static uint64_t number(void)
{
    return strtoull(word(), NULL, 10);
}

static script_lane *lane_of(void)
{
    const uint64_t at = number();
    if (at >= MAX_LANES) {
        fail("script", "a lane is out of range");
    }
    return &lanes[at];
}

static tsm_span load(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail(path, "cannot be opened");
    }
    unsigned char *bytes = (unsigned char *)malloc(1 << 20);
    if (bytes == NULL) {
        fail(path, "no memory for it");
    }
    const tsm_span span = {bytes, fread(bytes, 1, 1 << 20, file)};
    fclose(file);
    return span;
}

static void format(tsm_span instrument, tsm_span catalog, tsm_region *region)
{
    tsm_region_config config;
    memset(&config, 0, sizeof config);
    config.shape.lanes = (uint32_t)number();
    config.shape.block_size = (uint32_t)number();
    config.shape.blocks_per_lane = (uint32_t)number();
    config.drain_readers = number();
    config.clock_kind = TSM_CLOCK_KIND_TSC;
    config.region_id[0] = UINT64_C(0x0123456789abcdef);
    config.region_id[1] = UINT64_C(0xfedcba9876543210);
    config.generation = 7;
    config.tick_numerator = 1000;
    config.tick_denominator = 2994;
    config.anchor_ticks = 11;
    config.anchor_utc = UINT64_C(1700000000000000000);
    config.instrument = instrument;
    config.catalog = catalog;
    size_t size;
    check("size", tsm_region_size(&config, &size));
    /* Exactly as large as the region, so that a sanitizer sees the first byte too many. */
    void *memory = aligned_alloc(16384, size);
    if (memory == NULL) {
        fail("region", "no memory for it");
    }
    memset(memory, 0, size);
    tsm_region formatted;
    check("format", tsm_region_format(memory, size, &config, &formatted));
    check("open", tsm_region_open(memory, size, region));
    if (memcmp(&formatted, region, sizeof formatted) != 0) {
        fail("open", "the region that was opened is not the one that was formatted");
    }
    memset(lanes, 0, sizeof lanes);
    memset(slots, 0, sizeof slots);
    memset(pages, 0, sizeof pages);
    for (size_t at = 0; at < MAX_READERS; ++at) {
        slots[at].page = pages[at];
        slots[at].lag = UINT64_MAX;
    }
    result_count = 0;
}

static tsm_result open_lane(const tsm_region *region)
{
    script_lane *lane = lane_of();
    tsm_lane_config config;
    memset(&config, 0, sizeof config);
    const char *policy = word();
    config.policy = strcmp(policy, "fill") == 0    ? TSM_POLICY_FILL
                    : strcmp(policy, "drain") == 0 ? TSM_POLICY_DRAIN
                                                   : TSM_POLICY_OVERWRITE;
    config.drain = config.policy == TSM_POLICY_DRAIN ? slots : NULL;
    config.owner = number();
    config.start_position = number();
    config.start_sequence = number();
    config.normal_blocks = (uint32_t)number();
    config.bulk_blocks = (uint32_t)number();
    config.name = word();
    lane->open = 1;
    return tsm_lane_open(region, (uint32_t)(lane - lanes), &config, &lane->writer);
}

/* What a drain reader does, or the driver with it. Returns whether `verb` is such an operation. */
static int step_reader(const char *verb)
{
    const int serves = strcmp(verb, "serve") == 0;
    const int releases = strcmp(verb, "release") == 0;
    if (!serves && !releases && strcmp(verb, "dismiss") != 0) {
        return 0;
    }
    const uint64_t reader = number();
    if (reader >= MAX_READERS) {
        fail("script", "a reader is out of range");
    }
    if (serves) {
        const uint64_t ticket = number();
        tsm_drain_serve(&slots[reader], ticket, number());
    } else if (releases) {
        const script_lane *lane = lane_of();
        const uint64_t publish = tsm_load(&lane->writer.control[TSM_LANE_PUBLISH]);
        tsm_store(&pages[reader][(size_t)(lane - lanes) * TSM_RELEASE_LINE_WORDS], publish - number());
    } else {
        tsm_drain_dismiss(&slots[reader], number() == 3 ? TSM_STANDING_EVICTED : TSM_STANDING_LEFT);
    }
    return 1;
}

static tsm_result step(const tsm_region *region, const char *verb)
{
    if (step_reader(verb)) {
        return TSM_OK;
    }
    if (strcmp(verb, "open") == 0) {
        return open_lane(region);
    }
    if (strcmp(verb, "state") == 0) {
        check("state", tsm_region_set_state(region, number()));
        return TSM_OK;
    }
    script_lane *lane = lane_of();
    any_record record;
    if (strcmp(verb, "emit") == 0) {
        const uint64_t kind = number();
        const uint64_t ticks = number();
        fill_record(&record, number());
        return emit(&lane->writer, kind, &record, &ticks);
    }
    if (strcmp(verb, "nest") == 0) {
        const uint64_t kind = number();
        clock_ticks = number();
        fill_record(&record, number());
        nest_count = number();
        nest_lane = lane;
        return emit(&lane->writer, kind, &record, NULL);
    }
    if (strcmp(verb, "reserve") == 0) {
        const uint64_t kind = number();
        clock_ticks = number();
        tsm_reservation reservation;
        const tsm_result result = reserve(&lane->writer, kind, &reservation);
        if (result == TSM_OK) {
            lane->held = reservation;
            lane->record = kind;
        }
        return result;
    }
    if (strcmp(verb, "fill") == 0) {
        fill_record(&record, number());
        return fill(&lane->held, lane->record, &record);
    }
    if (strcmp(verb, "commit") == 0) {
        return tsm_commit(&lane->held);
    }
    if (strcmp(verb, "abandon") == 0) {
        return tsm_abandon(&lane->held);
    }
    if (strcmp(verb, "pressure") == 0) {
        return (tsm_result)tsm_writer_pressure(&lane->writer);
    }
    if (strcmp(verb, "close") == 0) {
        return tsm_writer_close(&lane->writer);
    }
    if (strcmp(verb, "gone") == 0) {
        lane->held.writer = NULL;
        tsm_lane_take_back(&lane->writer);
        return TSM_OK;
    }
    if (strcmp(verb, "reopen") == 0) {
        const uint64_t owner = number();
        clock_ticks = number();
        return (tsm_result)(unsigned char)tsm_lane_reopen(&lane->writer, owner, word());
    }
    fail(verb, "is not an operation");
    return TSM_OK;
}

/* Writes what the script left behind, and forgets it. */
static void finish(tsm_region *region)
{
    fwrite(region->base, 1, region->size, stdout);
    fwrite(results, 1, result_count, stdout);
    for (uint32_t at = 0; at < region->shape.lanes; ++at) {
        tsm_writer_account account;
        memset(&account, 0, sizeof account);
        if (lanes[at].open) {
            account = tsm_writer_account_of(&lanes[at].writer);
        }
        fwrite(&account, 1, sizeof account, stdout);
    }
    free(region->base);
    region->base = NULL;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fail("usage", "script INSTRUMENT CATALOG < scripts > outcomes");
    }
    const tsm_span instrument = load(argv[1]);
    const tsm_span catalog = load(argv[2]);
    tsm_region region;
    memset(&region, 0, sizeof region);
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL) {
        const char *verb = strtok(line, " \n");
        if (verb == NULL) {
            continue;
        }
        if (strcmp(verb, "region") == 0) {
            format(instrument, catalog, &region);
        } else if (strcmp(verb, "end") == 0) {
            finish(&region);
        } else if (result_count < MAX_OPERATIONS && region.base != NULL) {
            results[result_count++] = (unsigned char)step(&region, verb);
        } else {
            fail(verb, "has no region, or is an operation too many");
        }
    }
    free((void *)(uintptr_t)instrument.bytes);
    free((void *)(uintptr_t)catalog.bytes);
    return fflush(stdout) == 0 ? 0 : 2;
}

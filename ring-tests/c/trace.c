/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Plays every operation of a writer and tells of its accesses to shared memory, one a line.
 *
 *     trace > accesses
 *
 * With UNTRACED defined it plays the same in plain memory, and tells where that lies: the address and the
 * size of the lanes, controls and blocks, then of the release pages, then of a word that is stored to right
 * before the first lane opens and right behind the end. The clock counts its readings. Exit status: 0, or 2 with a line that says what went wrong.
 */

#define _GNU_SOURCE
#if defined(UNTRACED)
#  include "untraced.h"
#else
#  include "trace.h"
#endif

static uint64_t count_ticks(void);
#define TSM_TICKS() count_ticks()
#define TSM_TICKS_KIND TSM_CLOCK_KIND_OTHER
#define TSM_TELLS_TIME 1

#include <testimony/reopen.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 4, BLOCK_SIZE = 4096, BLOCKS = 4, PAGE_WORDS = 16 };
enum { SMALL = 2, LARGE = 489, EXCESS = 490 };
enum { PAGE_AREA, REGION_AREA, SLOT_AREA };

static tsm_region region;
static tsm_writer writer;
/* What the next reading of the clock does besides. */
static void (*interrupt)(void);
static uint64_t ticks = 1000;

static uint64_t count_ticks(void)
{
    if (interrupt != NULL) {
        void (*now)(void) = interrupt;
        interrupt = NULL;
        now();
    }
    return ticks++;
}

static int trace_is_bulk(size_t area, size_t offset)
{
    /* The header and the catalogs: the bytes of these are held elsewhere. */
    return area == REGION_AREA && offset != TSM_STATE_OFFSET &&
           (region.base == NULL || offset < region.geometry.lanes_offset);
}

/* Names the word of a lane's control, by REG-11. */
static int name_control(size_t lane, size_t word, char *name)
{
    static const struct {
        size_t word;
        const char *name;
    } names[] = {
        {0, "policy"},       {1, "incarnation"},  {2, "owner"},         {3, "start_position"},
        {4, "start_sequence"}, {5, "thresholds"}, {16, "reserve"},      {17, "released"},
        {18, "drain[0]"},    {19, "drain[1]"},    {32, "publish"},      {48, "state"},
        {49, "offered"},     {50, "too_big"},     {51, "closed"},       {52, "full_vital"},
        {53, "full_normal"}, {54, "full_bulk"},   {55, "reentered"},    {56, "abandoned"},
        {57, "pressure"},    {58, "cost_ticks"},  {59, "cost_samples"},
    };
    for (size_t at = 0; at < sizeof names / sizeof names[0]; ++at) {
        if (names[at].word == word) {
            snprintf(name, TRACE_NAME, "lane %zu %s", lane, names[at].name);
            return 1;
        }
    }
    snprintf(name, TRACE_NAME, "lane %zu +%zu", lane, word * 8);
    return 0;
}

/* Names the word of a block, by REG-14. */
static int name_block(size_t lane, size_t block, size_t offset, char *name)
{
    static const char *const header[] = {"position", "first_sequence", "first_ticks", "dropped",
                                         "used",     "cost_ticks",     "cost_samples"};
    const size_t word = offset / sizeof(uint64_t);
    if (word < sizeof header / sizeof header[0]) {
        snprintf(name, TRACE_NAME, "lane %zu block %zu %s", lane, block, header[word]);
        return 1;
    }
    snprintf(name, TRACE_NAME, "lane %zu block %zu +%zu", lane, block, offset);
    return 0;
}

static int trace_name(size_t area, size_t offset, char *name)
{
    if (area == PAGE_AREA) {
        snprintf(name, TRACE_NAME, "page +%zu", offset);
        return 1;
    }
    if (area == SLOT_AREA) {
        const size_t at = offset % sizeof(tsm_drain_slot);
        snprintf(name, TRACE_NAME, "slot %zu %s", offset / sizeof(tsm_drain_slot),
                 at == offsetof(tsm_drain_slot, word) ? "word" : "lag");
        return 1;
    }
    const tsm_geometry *at = &region.geometry;
    if (region.base == NULL || offset < at->lanes_offset) {
        snprintf(name, TRACE_NAME, offset == TSM_STATE_OFFSET ? "region state" : "region +%zu", offset);
        return offset == TSM_STATE_OFFSET;
    }
    if (offset < at->blocks_offset) {
        const size_t byte = offset - (size_t)at->lanes_offset;
        return name_control(byte / sizeof(tsm_lane_control), byte % sizeof(tsm_lane_control) / 8, name);
    }
    const size_t byte = offset - (size_t)at->blocks_offset;
    return name_block(byte / (BLOCK_SIZE * BLOCKS), byte / BLOCK_SIZE % BLOCKS, byte % BLOCK_SIZE, name);
}

static void check(const char *what, tsm_result result, tsm_result expected)
{
    if (result != expected) {
        fprintf(stderr, "trace: %s: %s\n", what, tsm_result_text(result));
        exit(2);
    }
}

/* Tells of one attempt with a record of `words` words, each `value`. */
static void emit(const char *title, int record_class, size_t words, uint64_t value, tsm_result expected)
{
    static uint64_t payload[EXCESS];
    for (size_t at = 0; at < words; ++at) {
        payload[at] = value;
    }
    trace_say(title);
    const size_t bytes = words * sizeof payload[0];
    check(title, tsm_emit(&writer, TSM_FIRST_ID, 1, record_class, payload, bytes), expected);
}

static void open_lane(const char *title, uint32_t lane, tsm_lane_config config)
{
    trace_say(title);
    config.owner = 7;
    config.start_sequence = 100;
    check(title, tsm_lane_open(&region, lane, &config, &writer), TSM_OK);
}

static void nest(void)
{
    const uint64_t value = 0;
    check("nest", tsm_emit(&writer, TSM_FIRST_ID, 1, TSM_CLASS_BULK, &value, sizeof value),
          TSM_REFUSED_REENTERED);
}

static void make_pages(void)
{
    (void)trace_memory(2 * LANES * PAGE_WORDS * sizeof(uint64_t));
}

static void format(void)
{
    static uint64_t frame[4] = {TSM_CATALOG_MAGIC, 0, 1, 2};
    const tsm_span catalog = {frame, sizeof frame};
    tsm_region_config config;
    memset(&config, 0, sizeof config);
    config.shape = (tsm_shape){LANES, BLOCK_SIZE, BLOCKS};
    config.clock_kind = TSM_CLOCK_KIND_OTHER;
    config.tick_numerator = 1;
    config.tick_denominator = 1;
    config.instrument = catalog;
    config.catalog = catalog;
    config.drain_readers = 2;
    size_t size;
    check("size", tsm_region_size(&config, &size), TSM_OK);
    void *memory = trace_memory(size);
    trace_say("== a region is made");
    tsm_region made;
    check("format", tsm_region_format(memory, size, &config, &made), TSM_OK);
    trace_flush();
    region = made;
    trace_say("== a region closes");
    (void)tsm_region_set_state(&region, TSM_REGION_STATE_CLOSING);
}

/* A lane that overwrites meets every step of REG-20 to REG-25. */
static void overwrite(void)
{
    tsm_reservation reservation;
    open_lane("== a lane opens", 0, tsm_lane_config_of("over", TSM_POLICY_OVERWRITE));
    emit("== the first record opens a block", TSM_CLASS_NORMAL, SMALL, 1, TSM_OK);
    emit("== a record is timed", TSM_CLASS_NORMAL, SMALL, 2, TSM_OK);
    emit("== a record", TSM_CLASS_NORMAL, SMALL, 3, TSM_OK);
    emit("== a record is too big", TSM_CLASS_NORMAL, EXCESS, 4, TSM_REFUSED_TOO_BIG);
    emit("== a record behind a drop", TSM_CLASS_NORMAL, SMALL, 5, TSM_OK);
    interrupt = nest;
    emit("== a record with an attempt inside", TSM_CLASS_NORMAL, SMALL, 6, TSM_OK);
    emit("== a record behind that", TSM_CLASS_NORMAL, SMALL, 7, TSM_OK);
    trace_say("== a place is reserved");
    check("reserve", tsm_reserve(&writer, TSM_FIRST_ID, 1, TSM_CLASS_VITAL, 8 * SMALL, &reservation), TSM_OK);
    trace_say("== it is filled");
    const uint64_t filled[SMALL] = {8, 8};
    check("fill", tsm_slot_fill(&reservation, filled, sizeof filled), TSM_OK);
    trace_say("== it is committed");
    check("commit", tsm_commit(&reservation), TSM_OK);
    trace_say("== a place is reserved once more");
    check("reserve", tsm_reserve(&writer, TSM_FIRST_ID, 1, TSM_CLASS_VITAL, 8 * SMALL, &reservation), TSM_OK);
    trace_say("== it is abandoned");
    check("abandon", tsm_abandon(&reservation), TSM_REFUSED_ABANDONED);
    emit("== a record opens a block behind a drop", TSM_CLASS_BULK, LARGE, 9, TSM_OK);
    emit("== a record opens the third block", TSM_CLASS_BULK, LARGE, 10, TSM_OK);
    emit("== a record opens the fourth block", TSM_CLASS_BULK, LARGE, 11, TSM_OK);
    emit("== a record opens the first block again", TSM_CLASS_BULK, LARGE, 12, TSM_OK);
    trace_say("== the writer is asked for its account and its pressure");
    (void)tsm_writer_account_of(&writer);
    (void)tsm_writer_pressure(&writer);
    trace_say("== the lane closes");
    check("close", tsm_writer_close(&writer), TSM_OK);
    emit("== a record behind the end", TSM_CLASS_NORMAL, SMALL, 13, TSM_REFUSED_CLOSED);
}

/* A lane that fills tells classes apart and says how full it is. */
static void fill(void)
{
    tsm_lane_config config = tsm_lane_config_of("fill", TSM_POLICY_FILL);
    config.normal_blocks = 3;
    config.bulk_blocks = 2;
    open_lane("== a lane that fills opens", 1, config);
    emit("== its first block", TSM_CLASS_BULK, LARGE, 1, TSM_OK);
    emit("== its second block", TSM_CLASS_BULK, LARGE, 2, TSM_OK);
    emit("== no third block for class bulk", TSM_CLASS_BULK, LARGE, 3, TSM_REFUSED_FULL_BULK);
    emit("== its third block for class normal", TSM_CLASS_NORMAL, SMALL, 4, TSM_OK);
    emit("== its fourth block for class vital", TSM_CLASS_VITAL, LARGE, 5, TSM_OK);
    emit("== no fifth block for class normal", TSM_CLASS_NORMAL, LARGE, 6, TSM_REFUSED_FULL_NORMAL);
    emit("== no fifth block for class vital", TSM_CLASS_VITAL, LARGE, 7, TSM_REFUSED_FULL_VITAL);
    trace_say("== the lane that fills is asked for its pressure");
    (void)tsm_writer_pressure(&writer);
    trace_say("== the lane that fills closes");
    check("close", tsm_writer_close(&writer), TSM_OK);
}

/* Says that the reader of `slot` has released up to `position` of lane 2. */
static void release(size_t slot, uint64_t position)
{
    uint64_t *page = (uint64_t *)(void *)trace_areas[PAGE_AREA].back;
    page[(slot * LANES + 2) * PAGE_WORDS] = position;
}

/* A lane that drains looks at each page once, and at nothing else that a reader stores. */
static void drain(void)
{
    const tsm_word *page = (const tsm_word *)(const void *)trace_areas[PAGE_AREA].face;
    tsm_drain_slot *slots = (tsm_drain_slot *)trace_memory(2 * sizeof(tsm_drain_slot));
    tsm_drain_slot *own = (tsm_drain_slot *)(void *)trace_areas[SLOT_AREA].back;
    own[0].page = page;
    own[1].page = &page[LANES * PAGE_WORDS];
    /* The field `page` is the driver's own and never changes: it may be loaded plainly. */
    trace_let_read(SLOT_AREA);
    tsm_lane_config config = tsm_lane_config_of("drain", TSM_POLICY_DRAIN);
    config.drain = slots;
    open_lane("== a lane that drains opens", 2, config);
    trace_say("== two readers come");
    tsm_drain_serve(&slots[0], 1, UINT64_MAX);
    tsm_drain_serve(&slots[1], 2, 2 * BLOCK_SIZE);
    emit("== its first block is opened", TSM_CLASS_NORMAL, LARGE, 1, TSM_OK);
    release(1, 3 * BLOCK_SIZE);
    emit("== one reader releases what it cannot have read", TSM_CLASS_NORMAL, LARGE, 2, TSM_OK);
    emit("== its third block is opened", TSM_CLASS_NORMAL, LARGE, 3, TSM_OK);
    emit("== its fourth block is opened", TSM_CLASS_NORMAL, LARGE, 4, TSM_OK);
    emit("== its first block is not free", TSM_CLASS_NORMAL, LARGE, 5, TSM_REFUSED_FULL_NORMAL);
    release(0, BLOCK_SIZE + 72);
    emit("== its first block is free", TSM_CLASS_NORMAL, LARGE, 6, TSM_OK);
    trace_say("== the first reader is dismissed, another one comes and is too slow");
    tsm_drain_dismiss(&slots[0], TSM_STANDING_LEFT);
    release(1, BLOCK_SIZE);
    tsm_drain_serve(&slots[1], 3, BLOCK_SIZE);
    trace_say("== the lane that drains is asked for its pressure");
    (void)tsm_writer_pressure(&writer);
    trace_say("== the lane that drains closes");
    check("close", tsm_writer_close(&writer), TSM_OK);
}

/* A lane gets its next owners: one that was closed, and one whose owner is gone (REG-52). */
static void reopen(void)
{
    static uint64_t payload[SMALL];
    const size_t bytes = sizeof payload;
    open_lane("== a lane for several owners opens", 3, tsm_lane_config_of("pool", TSM_POLICY_OVERWRITE));
    emit("== its first owner writes", TSM_CLASS_NORMAL, SMALL, 1, TSM_OK);
    trace_say("== its first owner closes it");
    check("close", tsm_writer_close(&writer), TSM_OK);
    trace_say("== its second owner opens it");
    check("reopen", tsm_lane_reopen(&writer, 8, "second") == 2 ? TSM_OK : TSM_BAD_LANE, TSM_OK);
    emit("== its second owner writes", TSM_CLASS_NORMAL, SMALL, 2, TSM_OK);
    emit("== a record of its second owner is too big", TSM_CLASS_NORMAL, EXCESS, 3, TSM_REFUSED_TOO_BIG);
    emit("== its second owner writes behind a drop", TSM_CLASS_NORMAL, SMALL, 4, TSM_OK);
    /* Gone between the two stores of a drop: it had its number, and its cause was not counted. */
    trace_say("== its second owner is gone in the middle of an attempt");
    tsm_reservation reservation;
    check("reserve", tsm_reserve(&writer, TSM_FIRST_ID, 1, TSM_CLASS_VITAL, bytes, &reservation), TSM_OK);
    tsm_store(&writer.control[TSM_LANE_OFFERED], tsm_next_sequence(&writer) + 1);
    trace_say("== the lane is taken back");
    tsm_lane_take_back(&writer);
    trace_say("== its third owner opens it");
    check("reopen", tsm_lane_reopen(&writer, 9, "third") == 3 ? TSM_OK : TSM_BAD_LANE, TSM_OK);
}

/* Stored to where what is watched begins and ends. */
static volatile uint64_t mark;

int main(void)
{
    make_pages();
    format();
    ++mark;
    overwrite();
    fill();
    drain();
    ++mark;
    reopen();
    trace_flush();
#if defined(UNTRACED)
    const size_t before = (size_t)region.geometry.lanes_offset;
    printf("%p %zu\n", (void *)&trace_areas[REGION_AREA].face[before], trace_areas[REGION_AREA].size - before);
    printf("%p %zu\n", (void *)trace_areas[PAGE_AREA].face, trace_areas[PAGE_AREA].size);
    printf("%p %zu\n", (void *)(uintptr_t)&mark, sizeof mark);
#endif
    return fflush(stdout) == 0 ? 0 : 2;
}

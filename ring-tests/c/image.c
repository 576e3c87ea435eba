/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Writes a small region with the writer in C, to standard output.
 *
 *     image INSTRUMENT CATALOG > region
 *
 * INSTRUMENT and CATALOG are files with the embedded forms of the two catalogs. The clock is a counter.
 * Exit status: 0, or 2 with a line that says what went wrong.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t count_ticks(void);
#define TSM_TICKS() count_ticks()
#define TSM_TICKS_KIND TSM_CLOCK_KIND_OTHER

#include <testimony/writer.h>

/* Mark, Sheet and Excess of the catalog "truth". */
enum { MARK = 0x0101, SHEET = 0x0102, EXCESS = 0x0103 };
enum { MARK_WORDS = 2, SHEET_WORDS = 122, EXCESS_WORDS = 512 };

static uint64_t ticks = 100;

static uint64_t count_ticks(void)
{
    return ticks++;
}

static void check(const char *what, tsm_result result)
{
    if (result != TSM_OK) {
        fprintf(stderr, "image: %s: %s\n", what, tsm_result_text(result));
        exit(2);
    }
}

static tsm_span load(const char *path)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = (unsigned char *)malloc(1 << 20);
    if (file == NULL || bytes == NULL) {
        fprintf(stderr, "image: %s cannot be read\n", path);
        exit(2);
    }
    const tsm_span span = {bytes, fread(bytes, 1, 1 << 20, file)};
    fclose(file);
    return span;
}

/* One attempt, whose words follow from its number as in truth.rs; a refused one is counted by the lane. */
static void attempt(tsm_writer *writer, uint16_t id, size_t count)
{
    static uint64_t words[EXCESS_WORDS];
    const uint64_t sequence = tsm_writer_account_of(writer).offered;
    words[0] = sequence;
    for (size_t at = 1; at < count; ++at) {
        const uint64_t word = (sequence + at) * UINT64_C(0x9e3779b97f4a7c15);
        words[at] = word ^ word >> 29;
    }
    (void)tsm_emit(writer, id, 1, TSM_CLASS_NORMAL, words, count * sizeof words[0]);
}

static void attempts(tsm_writer *writer, int count)
{
    for (int at = 0; at < count; ++at) {
        const int small = tsm_writer_account_of(writer).offered % 3 == 0;
        attempt(writer, small ? MARK : SHEET, small ? MARK_WORDS : SHEET_WORDS);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "image: usage: image INSTRUMENT CATALOG > region\n");
        return 2;
    }
    tsm_region_config config;
    memset(&config, 0, sizeof config);
    config.shape.lanes = 2;
    config.shape.block_size = 4096;
    config.shape.blocks_per_lane = 4;
    config.clock_kind = TSM_CLOCK_KIND_OTHER;
    config.region_id[0] = UINT64_C(0x0123456789abcdef);
    config.region_id[1] = UINT64_C(0xfedcba9876543210);
    config.generation = 3;
    config.tick_numerator = 1000;
    config.tick_denominator = 24;
    config.anchor_ticks = 100;
    config.anchor_utc = UINT64_C(1700000000000000000);
    config.instrument = load(argv[1]);
    config.catalog = load(argv[2]);
    size_t size;
    check("size", tsm_region_size(&config, &size));
    void *memory = aligned_alloc(16384, size);
    if (memory == NULL) {
        return 2;
    }
    memset(memory, 0, size);
    tsm_region region;
    check("format", tsm_region_format(memory, size, &config, &region));

    tsm_lane_config lane;
    memset(&lane, 0, sizeof lane);
    tsm_writer writer;
    lane.name = "C laps";
    lane.policy = TSM_POLICY_OVERWRITE;
    check("lane 0", tsm_lane_open(&region, 0, &lane, &writer));
    attempts(&writer, 40);
    attempt(&writer, EXCESS, EXCESS_WORDS);
    tsm_reservation given_up;
    check("reserve", tsm_reserve(&writer, MARK, 1, TSM_CLASS_NORMAL, MARK_WORDS * 8, &given_up));
    attempt(&writer, MARK, MARK_WORDS);
    (void)tsm_abandon(&given_up);
    attempts(&writer, 5);
    attempt(&writer, EXCESS, EXCESS_WORDS);
    check("close", tsm_writer_close(&writer));

    tsm_writer full;
    lane.name = "C fills";
    lane.policy = TSM_POLICY_FILL;
    check("lane 1", tsm_lane_open(&region, 1, &lane, &full));
    attempts(&full, 30);
    (void)tsm_region_set_state(&region, TSM_REGION_STATE_CLOSING);

    return fwrite(memory, 1, size, stdout) == size && fflush(stdout) == 0 ? 0 : 2;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Interrupts attempts by real signals whose handler uses the same writer (REG-23).
 *
 *     signals INSTRUMENT CATALOG > region-and-account
 *
 * Goes on until many attempts were made inside others, closes the lane, and writes the region and the
 * nine numbers of the lane's account. Exit status: 0, or 1 with a line that says which account does not close.
 */

#define _GNU_SOURCE 1

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <testimony/writer.h>

#include "cross.h"

TSM_RECORD(cross_tag, CROSS_TAG, 1);
TSM_RECORD(cross_line, CROSS_LINE, 1);

/* Attempts inside others that must have been seen, and signals after which none will come. */
enum { ENOUGH = 200, TOO_MANY = 2000000 };

static tsm_writer writer;
static volatile sig_atomic_t handled;
static uint64_t handler_published;
static uint64_t handler_refused;

static void handle(int number)
{
    (void)number;
    const cross_tag_v1 tag = {UINT64_C(0x5151515151515151)};
    const tsm_result result = cross_tag_emit_v1(&writer, &tag);
    handler_published += result == TSM_OK;
    handler_refused += result == TSM_REFUSED_REENTERED;
    handled = handled + 1;
}

static tsm_span load(const char *path)
{
    static unsigned char bytes[2][1 << 18];
    static int loaded;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "signals: %s cannot be opened\n", path);
        exit(1);
    }
    unsigned char *own = bytes[loaded++ & 1];
    const tsm_span span = {own, fread(own, 1, sizeof bytes[0], file)};
    fclose(file);
    return span;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: signals INSTRUMENT CATALOG > region\n");
        return 1;
    }
    tsm_region_config config;
    memset(&config, 0, sizeof config);
    config.shape.lanes = 1;
    config.shape.block_size = 1048576;
    config.shape.blocks_per_lane = 16;
    config.clock_kind = TSM_TICKS_KIND;
    config.tick_numerator = 1;
    config.tick_denominator = 1;
    config.instrument = load(argv[1]);
    config.catalog = load(argv[2]);
    size_t size = 0;
    tsm_region region;
    const tsm_lane_config lane = tsm_lane_config_of("signals", TSM_POLICY_OVERWRITE);
    void *memory = tsm_region_size(&config, &size) == TSM_OK ? calloc(1, size) : NULL;
    if (memory == NULL || tsm_region_format(memory, size, &config, &region) != TSM_OK ||
        tsm_lane_open(&region, 0, &lane, &writer) != TSM_OK) {
        fprintf(stderr, "signals: no region\n");
        return 1;
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    const struct itimerval interval = {{0, 50}, {0, 50}};
    const struct itimerval never = {{0, 0}, {0, 0}};
    if (sigaction(SIGALRM, &action, NULL) != 0 || setitimer(ITIMER_REAL, &interval, NULL) != 0) {
        perror("signals");
        return 1;
    }
    uint64_t main_published = 0;
    uint64_t main_attempts = 0;
    const cross_line_v1 line = {{1, 2, 3, 4, 5, 6}};
    while (tsm_load(&writer.reentered) < ENOUGH && handled < TOO_MANY) {
        for (int at = 0; at < 1000; ++at) {
            main_attempts += 1;
            main_published += cross_line_emit_v1(&writer, &line) == TSM_OK;
        }
    }
    setitimer(ITIMER_REAL, &never, NULL);
    const tsm_result closed = tsm_writer_close(&writer);
    const tsm_writer_account account = tsm_writer_account_of(&writer);
    const uint64_t attempts = main_attempts + handler_published + handler_refused;
    if (closed != TSM_OK || account.offered != attempts || handler_refused < ENOUGH ||
        account.published != main_published + handler_published || main_published != main_attempts ||
        account.dropped[5] != handler_refused) {
        fprintf(stderr,
                "signals: offered %llu of %llu, published %llu of %llu, reentered %llu of %llu\n",
                (unsigned long long)account.offered, (unsigned long long)attempts,
                (unsigned long long)account.published,
                (unsigned long long)(main_published + handler_published),
                (unsigned long long)account.dropped[5], (unsigned long long)handler_refused);
        return 1;
    }
    fwrite(memory, 1, size, stdout);
    fwrite(&account, 1, sizeof account, stdout);
    free(memory);
    return fflush(stdout) == 0 ? 0 : 1;
}

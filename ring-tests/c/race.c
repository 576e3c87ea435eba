/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Writers and readers in C on threads of one process, for sanitizers and other machines.
 *
 *     race ATTEMPTS
 *
 * Three lanes (one overwrites, one fills, one drains), each with one writer that makes so many attempts of
 * every kind, some of them from signal handlers, and with two readers. In the end the books of every reader
 * are compared with the writer's account. Exit status: 0, 1 with what does not agree, or 2.
 */

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t race_ticks(void);
#define TSM_TICKS() race_ticks()
#define TSM_TICKS_KIND TSM_CLOCK_KIND_OTHER
#define TSM_TELLS_TIME 1

#include <testimony/writer.h>

#include "reader.h"

enum { LANES = 3, READERS = 2, BLOCKS = 8, MOST_WORDS = 400 };
enum { SMALL_WORDS = 2, LARGE_WORDS = 200, EXCESS_WORDS = 500 };
enum { DRAIN_LANE = 2 };

/* One lane, its writer's thread, and what that has come to. */
typedef struct race_lane {
    pthread_t thread;
    tsm_writer writer;
    uint64_t start_sequence;
    uint64_t attempts;
    /* How many readers look; 1 once the writer has made its last attempt. */
    uint64_t looking;
    uint64_t done;
} race_lane;

/* One reader and its thread. */
typedef struct race_reader {
    pthread_t thread;
    race_lane *lane;
    /* Where it says what it needs no more; NULL if nobody waits for it. */
    tsm_word *released;
    reader reader;
    int read_to_end;
} race_reader;

static tsm_region region;
static race_lane lanes[LANES];
static race_reader readers[LANES][READERS];
static tsm_drain_slot slots[READERS];
static uint64_t failures;

/* The writer of this thread, and what makes its numbers. */
static _Thread_local tsm_writer *own_writer;
static _Thread_local uint64_t own_number;
static _Thread_local uint64_t own_ticks;
static _Thread_local uint64_t own_attempts;

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "race: %s: %s\n", what, why);
    exit(2);
}

static void check(const char *what, tsm_result result)
{
    if (result != TSM_OK) {
        fail(what, tsm_result_text(result));
    }
}

/* SplitMix64. */
static uint64_t next_number(void)
{
    own_number += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t word = own_number;
    word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
    return word ^ (word >> 31);
}

/* One attempt from a signal handler, within another one or not. */
static void interrupt(int signal)
{
    (void)signal;
    if (own_writer == NULL) {
        return;
    }
    const uint64_t seed = own_ticks + own_number;
    const uint64_t words[SMALL_WORDS] = {seed, reader_word(seed, 1)};
    ++own_attempts;
    (void)tsm_emit(own_writer, TSM_FIRST_ID, 1, TSM_CLASS_NORMAL, words, sizeof words);
}

/* A clock that at times lets a signal in, right within the attempt that reads it. */
static uint64_t race_ticks(void)
{
    const uint64_t ticks = ++own_ticks;
    if (ticks % 97 == 0) {
        (void)raise(SIGUSR1);
    }
    return ticks;
}

/* A reservation that is filled word by word, and committed or not. */
static void reserve(tsm_writer *writer, int record_class, size_t words, uint64_t seed, int commit)
{
    tsm_reservation reservation;
    if (tsm_reserve(writer, TSM_FIRST_ID, 1, record_class, words * 8, &reservation) != TSM_OK) {
        return;
    }
    for (size_t at = 0; at < words; ++at) {
        check("word", tsm_slot_store(&reservation, at, reader_word(seed, at)));
    }
    if (commit) {
        check("commit", tsm_commit(&reservation));
    } else {
        (void)tsm_abandon(&reservation);
    }
}

static void attempt(tsm_writer *writer)
{
    const uint64_t dice = next_number() % 64;
    const uint64_t seed = next_number();
    const int record_class = (int)(seed % 3);
    ++own_attempts;
    if (dice < 4) {
        reserve(writer, record_class, LARGE_WORDS, seed, dice != 0);
        return;
    }
    static _Thread_local uint64_t payload[EXCESS_WORDS];
    const size_t words = dice == 63 ? EXCESS_WORDS : dice < 12 ? LARGE_WORDS : SMALL_WORDS;
    for (size_t at = 0; at < words; ++at) {
        payload[at] = reader_word(seed, at);
    }
    (void)tsm_emit(writer, TSM_FIRST_ID, 1, record_class, payload, words * sizeof payload[0]);
}

static uint64_t attempts_wanted;

static void *write_lane(void *context)
{
    race_lane *lane = (race_lane *)context;
    own_number = (uint64_t)(lane - lanes);
    own_writer = &lane->writer;
    /* Each reader has looked once: none begins when all is over. */
    while (__atomic_load_n(&lane->looking, __ATOMIC_RELAXED) < READERS) {
        sched_yield();
    }
    for (uint64_t at = 0; at < attempts_wanted; ++at) {
        attempt(own_writer);
        if (at % 256 == 0) {
            (void)tsm_writer_pressure(own_writer);
            sched_yield();
        }
    }
    check("close", tsm_writer_close(own_writer));
    /* The last attempt has none inside: that one would wait for a next one to be offered (REG-23). */
    sigset_t none;
    sigemptyset(&none);
    sigaddset(&none, SIGUSR1);
    if (pthread_sigmask(SIG_BLOCK, &none, NULL) != 0) {
        fail("signal", "it cannot be blocked");
    }
    attempt(own_writer);
    own_writer = NULL;
    lane->attempts = own_attempts;
    __atomic_store_n(&lane->done, 1, __ATOMIC_RELEASE);
    return NULL;
}

static void *read_lane(void *context)
{
    race_reader *self = (race_reader *)context;
    int is_first = 1;
    for (;;) {
        /* Before the look: what was there when it was all over is then taken. */
        const int took = reader_poll(&self->reader);
        if (is_first) {
            __atomic_add_fetch(&self->lane->looking, 1, __ATOMIC_RELAXED);
            is_first = 0;
        }
        if (self->released != NULL) {
            tsm_store(self->released, self->reader.position);
        }
        if (took) {
            continue;
        }
        if (self->reader.broken != NULL) {
            return NULL;
        }
        if (__atomic_load_n(&self->lane->done, __ATOMIC_ACQUIRE) != 0 && !reader_poll(&self->reader)) {
            break;
        }
        sched_yield();
    }
    self->read_to_end = reader_finish(&self->reader);
    return NULL;
}

static void *memory_of(size_t size)
{
    void *memory = aligned_alloc(16384, (size + 16383) & ~(size_t)16383);
    if (memory == NULL) {
        fail("memory", "there is none");
    }
    memset(memory, 0, size);
    return memory;
}

static void format(void)
{
    static uint64_t frame[4] = {TSM_CATALOG_MAGIC, 0, 1, 2};
    tsm_region_config config;
    memset(&config, 0, sizeof config);
    config.shape = (tsm_shape){LANES, (uint32_t)READER_BLOCK, BLOCKS};
    config.clock_kind = TSM_CLOCK_KIND_OTHER;
    config.tick_numerator = 1;
    config.tick_denominator = 1;
    config.instrument = (tsm_span){frame, sizeof frame};
    config.catalog = config.instrument;
    config.drain_readers = READERS;
    size_t size;
    check("size", tsm_region_size(&config, &size));
    check("format", tsm_region_format(memory_of(size), size, &config, &region));
}

/* Opens every lane; the last waits for its first reader, and for a while for its second. */
static void open_lanes(void)
{
    for (uint32_t at = 0; at < READERS; ++at) {
        tsm_word *page = (tsm_word *)memory_of((size_t)tsm_release_page_size(LANES));
        slots[at].page = page;
        readers[DRAIN_LANE][at].released = at == 0 ? &page[DRAIN_LANE * TSM_RELEASE_LINE_WORDS] : NULL;
        tsm_drain_serve(&slots[at], at + 1, at == 0 ? UINT64_MAX : READER_BLOCK);
    }
    static const uintptr_t policies[LANES] = {TSM_POLICY_OVERWRITE, TSM_POLICY_FILL, TSM_POLICY_DRAIN};
    for (uint32_t at = 0; at < LANES; ++at) {
        tsm_lane_config config = tsm_lane_config_of("race", policies[at]);
        if (policies[at] == TSM_POLICY_OVERWRITE) {
            /* Both numbers pass 2^64 on the way. */
            config.start_position = UINT64_MAX - 3 * READER_BLOCK + 1;
            config.start_sequence = UINT64_MAX - 20;
        } else {
            config.normal_blocks = BLOCKS - 1;
            config.bulk_blocks = BLOCKS - 3;
        }
        config.drain = policies[at] == TSM_POLICY_DRAIN ? slots : NULL;
        check("open", tsm_lane_open(&region, at, &config, &lanes[at].writer));
        lanes[at].start_sequence = config.start_sequence;
    }
}

static void expect(uint32_t lane, int reader, const char *what, int holds)
{
    if (!holds) {
        fprintf(stderr, "race: lane %u, reader %d: %s\n", lane, reader, what);
        ++failures;
    }
}

/* REG-40: what the reader counted is what the writer counted. */
static void compare(uint32_t at, int which)
{
    const race_lane *lane = &lanes[at];
    const race_reader *self = &readers[at][which];
    const reader *books = &self->reader;
    const tsm_writer_account account = tsm_writer_account_of(&lane->writer);
    uint64_t dropped = 0;
    for (size_t cause = 0; cause < TSM_CAUSES; ++cause) {
        dropped += account.dropped[cause];
    }
    expect(at, which, books->broken == NULL ? "" : books->broken, books->broken == NULL);
    expect(at, which, "it did not read to the end", self->read_to_end);
    expect(at, which, "attempts made are not those offered", account.offered == lane->attempts);
    expect(at, which, "offered is not what was due", books->due - lane->start_sequence == account.offered);
    expect(at, which, "drops differ", books->drops == dropped);
    expect(at, which, "records differ", books->delivered + books->overwritten == account.published);
    expect(at, which, "nothing was delivered", books->delivered != 0);
    expect(at, which, "nothing was re-entered", account.dropped[5] != 0);
    expect(at, which, "nothing was abandoned", account.dropped[6] != 0 || at != 0);
    const int waits = at == 1 || self->released != NULL;
    expect(at, which, "a record was overwritten that the lane was to hold", !waits || books->overwritten == 0);
    printf("lane %u, reader %d: offered %llu = delivered %llu + overwritten %llu + dropped %llu, overruns %llu\n",
           at, which, (unsigned long long)account.offered, (unsigned long long)books->delivered,
           (unsigned long long)books->overwritten, (unsigned long long)books->drops,
           (unsigned long long)books->overruns);
}

static void start(pthread_t *thread, void *(*run)(void *), void *context)
{
    if (pthread_create(thread, NULL, run, context) != 0) {
        fail("thread", "it does not start");
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fail("usage", "race ATTEMPTS");
    }
    attempts_wanted = strtoull(argv[1], NULL, 10);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = interrupt;
    action.sa_flags = SA_RESTART;
    if (sigaction(SIGUSR1, &action, NULL) != 0) {
        fail("signal", "it has no handler");
    }
    format();
    open_lanes();
    for (uint32_t at = 0; at < LANES; ++at) {
        for (int which = 0; which < READERS; ++which) {
            race_reader *self = &readers[at][which];
            self->lane = &lanes[at];
            self->reader = reader_of(&region, at, (uint64_t *)malloc((size_t)READER_BLOCK));
            start(&self->thread, read_lane, self);
        }
        start(&lanes[at].thread, write_lane, &lanes[at]);
    }
    /* Signals at any moment, besides those within an attempt. */
    uint64_t at_work = 1;
    while (at_work != 0) {
        at_work = 0;
        for (uint32_t at = 0; at < LANES; ++at) {
            if (__atomic_load_n(&lanes[at].done, __ATOMIC_ACQUIRE) == 0) {
                (void)pthread_kill(lanes[at].thread, SIGUSR1);
                at_work = 1;
            }
        }
        sched_yield();
    }
    for (uint32_t at = 0; at < LANES; ++at) {
        pthread_join(lanes[at].thread, NULL);
        for (int which = 0; which < READERS; ++which) {
            pthread_join(readers[at][which].thread, NULL);
            compare(at, which);
            free(readers[at][which].reader.copy);
        }
    }
    const tsm_word *told = &lanes[DRAIN_LANE].writer.control[TSM_LANE_DRAIN];
    expect(DRAIN_LANE, 0, "it is not served", (tsm_load(&told[0]) & 0xff) == TSM_STANDING_SERVING);
    expect(DRAIN_LANE, 1, "it is not evicted", (tsm_load(&told[1]) & 0xff) == TSM_STANDING_EVICTED);
    for (int at = 0; at < READERS; ++at) {
        free((void *)(uintptr_t)slots[at].page);
    }
    free(region.base);
    return failures == 0 ? 0 : 1;
}

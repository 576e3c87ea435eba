/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Tells of every access that the headers make to shared memory. Included before any of them.
 *
 * The headers touch shared words through the builtins of the compiler alone. Here these are functions:
 * whoever gives the headers memory from trace_memory() gets a line for every load, store and fence, in
 * the order of the program. The memory itself cannot be touched: a plain access ends the program.
 */

#ifndef RING_TRACE_H
#define RING_TRACE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Memory that the headers can name and not touch, and the same bytes where the trace touches them. */
typedef struct trace_area {
    unsigned char *face;
    unsigned char *back;
    size_t size;
} trace_area;

enum { TRACE_AREAS = 4, TRACE_NAME = 48 };

static trace_area trace_areas[TRACE_AREAS];
static size_t trace_area_count;

/* Writes the name of the word at `offset` of area `area`. Returns 1 if its neighbours are told of apart. */
static int trace_name(size_t area, size_t offset, char *name);

/* A run of stores of one value to words that follow each other. */
static struct trace_run {
    size_t area;
    size_t offset;
    size_t words;
    uint64_t value;
    int order;
} trace_run;

/* Returns whether a store of whatever value belongs to the run: of these areas only the order is told. */
static int trace_is_bulk(size_t area, size_t offset);

static const char *trace_order(int order)
{
    switch (order) {
    case __ATOMIC_RELAXED:
        return "relaxed";
    case __ATOMIC_ACQUIRE:
        return "acquire";
    case __ATOMIC_RELEASE:
        return "release";
    case __ATOMIC_ACQ_REL:
        return "acquire and release";
    default:
        return "seq_cst";
    }
}

/* Ends the run and tells of it. */
static void trace_flush(void)
{
    if (trace_run.words == 0) {
        return;
    }
    char name[TRACE_NAME];
    (void)trace_name(trace_run.area, trace_run.offset, name);
    printf("store %s", name);
    if (trace_run.words > 1) {
        printf(" and %zu words behind", trace_run.words - 1);
    }
    if (!trace_is_bulk(trace_run.area, trace_run.offset)) {
        printf(" = %llu", (unsigned long long)trace_run.value);
    }
    printf(" %s\n", trace_order(trace_run.order));
    trace_run.words = 0;
}

/* Says something between the accesses. */
static void trace_say(const char *text)
{
    trace_flush();
    printf("%s\n", text);
}

/* Returns zeroed memory for the headers, as the next area. */
static void *trace_memory(size_t size)
{
    trace_area *area = &trace_areas[trace_area_count++];
    const int file = memfd_create("trace", 0);
    if (file < 0 || ftruncate(file, (off_t)size) != 0) {
        perror("trace: memory");
        exit(2);
    }
    area->size = size;
    area->face = (unsigned char *)mmap(NULL, size, PROT_NONE, MAP_SHARED, file, 0);
    area->back = (unsigned char *)mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (area->face == MAP_FAILED || area->back == MAP_FAILED) {
        perror("trace: memory");
        exit(2);
    }
    return area->face;
}

/* Lets the headers load plainly from an area that no other thread stores to. */
static void trace_let_read(size_t area)
{
    if (mprotect(trace_areas[area].face, trace_areas[area].size, PROT_READ) != 0) {
        perror("trace: memory");
        exit(2);
    }
}

/* Returns the word where it can be touched. Shared words have an area and an offset, the others are the
 * writer's own and have none.
 */
static uint64_t *trace_find(const void *word, size_t *area, size_t *offset)
{
    *offset = 0;
    for (*area = 0; *area < trace_area_count; ++*area) {
        *offset = (size_t)((uintptr_t)word - (uintptr_t)trace_areas[*area].face);
        if (*offset < trace_areas[*area].size) {
            return (uint64_t *)(void *)&trace_areas[*area].back[*offset];
        }
    }
    return (uint64_t *)(uintptr_t)word;
}

static uint64_t trace_load(const void *word, int order)
{
    size_t area;
    size_t offset;
    const uint64_t value = *trace_find(word, &area, &offset);
    if (area < trace_area_count) {
        char name[TRACE_NAME];
        (void)trace_name(area, offset, name);
        trace_flush();
        printf("load %s = %llu %s\n", name, (unsigned long long)value, trace_order(order));
    }
    return value;
}

static void trace_store(void *word, uint64_t value, int order)
{
    size_t area;
    size_t offset;
    *trace_find(word, &area, &offset) = value;
    if (area == trace_area_count) {
        return;
    }
    struct trace_run *run = &trace_run;
    char name[TRACE_NAME];
    const int alone = trace_name(area, offset, name);
    const int follows = run->words != 0 && area == run->area && order == run->order &&
                        offset == run->offset + run->words * sizeof(uint64_t);
    const int alike = value == run->value || (trace_is_bulk(area, offset) && trace_is_bulk(area, run->offset));
    char first[TRACE_NAME];
    if (follows && alike && !alone && !trace_name(run->area, run->offset, first)) {
        ++run->words;
        return;
    }
    trace_flush();
    *run = (struct trace_run){area, offset, 1, value, order};
}

/* A step that is never taken on shared memory: REG-20 knows no read-modify-write. The word becomes `value`,
 * or that much more. Returns what it was.
 */
static uint64_t trace_modify(void *word, uint64_t value, int adds, int order)
{
    size_t area;
    size_t offset;
    uint64_t *found = trace_find(word, &area, &offset);
    const uint64_t before = *found;
    *found = adds ? before + value : value;
    if (area < trace_area_count) {
        char name[TRACE_NAME];
        (void)trace_name(area, offset, name);
        trace_flush();
        printf("%s %s %s\n", adds ? "add to" : "exchange", name, trace_order(order));
    }
    return before;
}

static void trace_fence(int order)
{
    trace_flush();
    printf("fence %s\n", trace_order(order));
}

/* Where a release page lies is a word of the driver's own, which no reader sees: it is not traced. */
static const uint64_t *trace_load_page(const uint64_t *const *page, int order)
{
    (void)order;
    return *(const uint64_t *const volatile *)page;
}

static __attribute__((unused)) void trace_store_page(const uint64_t **page, const uint64_t *value, int order)
{
    (void)order;
    *(const uint64_t *volatile *)page = value;
}

#define __atomic_load_n(word, order) \
    _Generic((word), const uint64_t *const *: trace_load_page, default: trace_load)((word), (order))
#define __atomic_store_n(word, value, order) \
    _Generic((word), const uint64_t **: trace_store_page, default: trace_store)((word), (value), (order))
#define __atomic_thread_fence(order) trace_fence(order)
#define __atomic_add_fetch(word, more, order) (trace_modify((word), (more), 1, (order)) + (more))
#define __atomic_exchange_n(word, value, order) trace_modify((word), (value), 0, (order))

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What trace.h gives, without the trace: plain memory, whose addresses are told in the end. For whoever
 * watches the instructions themselves.
 */

#ifndef RING_UNTRACED_H
#define RING_UNTRACED_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

typedef struct trace_area {
    unsigned char *back;
    unsigned char *face;
    size_t size;
} trace_area;

enum { TRACE_AREAS = 4, TRACE_NAME = 48 };

static trace_area trace_areas[TRACE_AREAS];
static size_t trace_area_count;

__attribute__((unused)) static int trace_name(size_t area, size_t offset, char *name);
__attribute__((unused)) static int trace_is_bulk(size_t area, size_t offset);

static void trace_flush(void)
{
}

static void trace_say(const char *text)
{
    (void)text;
}

static void *trace_memory(size_t size)
{
    trace_area *area = &trace_areas[trace_area_count++];
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("trace: memory");
        exit(2);
    }
    area->back = (unsigned char *)memory;
    area->face = area->back;
    area->size = size;
    return memory;
}

static void trace_let_read(size_t area)
{
    (void)area;
}

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Writes COUNT records by LTTng-UST for each line that comes in, and answers with the nanoseconds of one. */

#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double nanoseconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(int count, char **arguments)
{
    if (count != 2) {
        return 2;
    }
    const uint64_t records = strtoull(arguments[1], NULL, 10);
    char line[16];
    while (fgets(line, sizeof line, stdin) != NULL) {
        const double begin = nanoseconds();
        for (uint64_t number = 0; number < records; ++number) {
            lttng_ust_tracepoint(measures, record, number);
        }
        printf("%f\n", (nanoseconds() - begin) / (double)records);
        (void)fflush(stdout);
    }
    return 0;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Memory, waiting and the clock. */

#ifndef SHIM_DRIVERKIT_IOLIB_H
#define SHIM_DRIVERKIT_IOLIB_H

#include <stddef.h>
#include <stdint.h>

#include <mach/mach_time.h>

extern "C" {

void *IOMalloc(size_t length);
void *IOMallocZero(size_t length);
/* The length is the one of the allocation. */
void IOFree(void *address, size_t length);

void IOSleep(uint64_t milliseconds);
void IODelay(uint64_t microseconds);

int IOLog(const char *format, ...) __attribute__((format(printf, 1, 2)));
}

#define IONew(type, count) ((type *)IOMalloc(sizeof(type) * (count)))
#define IONewZero(type, count) ((type *)IOMallocZero(sizeof(type) * (count)))
#define IODelete(pointer, type, count) IOFree((pointer), sizeof(type) * (count))
#define IOSafeDeleteNULL(pointer, type, count)   \
    do {                                         \
        if ((pointer) != NULL) {                 \
            IODelete((pointer), type, (count));  \
        }                                        \
        (pointer) = NULL;                        \
    } while (0)

#endif /* SHIM_DRIVERKIT_IOLIB_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Memory, waiting and the clock. In the SDK, too, the clocks of mach are declared here: a dext has no
 * <mach/mach_time.h>.
 */

#ifndef SHIM_DRIVERKIT_IOLIB_H
#define SHIM_DRIVERKIT_IOLIB_H

#include <stddef.h>
#include <stdint.h>

#include <DriverKit/IOReturn.h>

/* A tick is numer/denom nanoseconds. */
struct mach_timebase_info {
    uint32_t numer;
    uint32_t denom;
};
typedef struct mach_timebase_info *mach_timebase_info_t;
typedef struct mach_timebase_info mach_timebase_info_data_t;

extern "C" {

kern_return_t mach_timebase_info(mach_timebase_info_t info);

/* Stands still while the machine sleeps. */
uint64_t mach_absolute_time(void);
/* Goes on while the machine sleeps. */
uint64_t mach_continuous_time(void);

void *IOMalloc(size_t length);
void *IOMallocZero(size_t length);
/* The length is the one of the allocation. */
void IOFree(void *address, size_t length);

void IOSleep(uint64_t milliseconds);
void IODelay(uint64_t microseconds);
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

#define OSSafeReleaseNULL(instance)   \
    do {                              \
        if ((instance) != NULL) {     \
            (instance)->release();    \
        }                             \
        (instance) = NULL;            \
    } while (0)

#endif /* SHIM_DRIVERKIT_IOLIB_H */

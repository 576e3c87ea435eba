/* ppoll waits for less than a millisecond. */
#define _GNU_SOURCE 1

#include "sampler.h"

#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <time.h>

/* CLOCK_MONOTONIC in nanoseconds: what the region header names, and what the Rust lane reads. */
static uint64_t monotonic(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

#define TSM_TICKS() monotonic()
#define TSM_TICKS_KIND TSM_CLOCK_KIND_MONOTONIC

#include <testimony/writer.h>

#include "proc.h"

/* Version 1, for which this file was written, whatever the header has beside it. */
TSM_RECORD(proc_usage_sample, PROC_USAGE_SAMPLE, 1);

static uint64_t nanoseconds(struct timeval time)
{
    return ((uint64_t)time.tv_sec * UINT64_C(1000000) + (uint64_t)time.tv_usec) * UINT64_C(1000);
}

/* Records what the process has used so far. Returns 0, or an errno value. */
static int sample(tsm_writer *writer)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) {
        return errno;
    }
    const proc_usage_sample_v1 record = {
        .user_time = nanoseconds(usage.ru_utime),
        .system_time = nanoseconds(usage.ru_stime),
        .voluntary_switches = (uint64_t)usage.ru_nvcsw,
        .involuntary_switches = (uint64_t)usage.ru_nivcsw,
        .minor_faults = (uint64_t)usage.ru_minflt,
        .major_faults = (uint64_t)usage.ru_majflt,
    };
    /* A refused attempt has been counted, and readers are told; any other result would be a mistake
     * of this file.
     */
    const tsm_result result = proc_usage_sample_emit_v1(writer, &record);
    return result < TSM_BAD_LANES ? 0 : EINVAL;
}

/* Waits for an interval. Returns 0, ECANCELED if it is time to end, or another errno value. */
static int wait_interval(int stop_fd, uint32_t interval_us)
{
    struct pollfd stop = {.fd = stop_fd, .events = POLLIN, .revents = 0};
    const struct timespec interval = {
        .tv_sec = interval_us / 1000000,
        .tv_nsec = (long)(interval_us % 1000000) * 1000,
    };
    const int ready = ppoll(&stop, 1, &interval, NULL);
    if (ready > 0) {
        return ECANCELED;
    }
    return ready == 0 || errno == EINTR ? 0 : errno;
}

int sampler_run(void *region, uint64_t size, uint32_t lane, uint32_t policy, uint32_t interval_us,
                int stop_fd, struct sampler_account *account)
{
    tsm_region opened;
    tsm_writer writer;
    const tsm_lane_config config = tsm_lane_config_of("usage", policy);
    if (tsm_region_open(region, (size_t)size, &opened) != TSM_OK) {
        return EINVAL;
    }
    const tsm_result result = tsm_lane_open(&opened, lane, &config, &writer);
    if (result != TSM_OK) {
        return result == TSM_BAD_LANE_TAKEN ? EBUSY : EINVAL;
    }
    int error = 0;
    while (error == 0) {
        error = sample(&writer);
        if (error == 0) {
            error = wait_interval(stop_fd, interval_us);
        }
    }
    (void)tsm_writer_close(&writer);
    const tsm_writer_account own = tsm_writer_account_of(&writer);
    account->offered = own.offered;
    account->published = own.published;
    for (size_t cause = 0; cause < sizeof account->dropped / sizeof account->dropped[0]; ++cause) {
        account->dropped[cause] = own.dropped[cause];
    }
    return error == ECANCELED ? 0 : error;
}

/* A thread that samples what its process uses, and writes it into a lane of its own. */
#ifndef PROCESS_WATCH_SAMPLER_H
#define PROCESS_WATCH_SAMPLER_H

#include <stdint.h>

/* What the thread offered, from its writer's private counters. */
struct sampler_account {
    uint64_t offered;
    uint64_t published;
    uint64_t dropped[7];
};

/* Opens lane `lane` of the region of `size` bytes at `region`, writes a UsageSample every
 * `interval_us` microseconds until `stop_fd` is readable or closed at its other end, closes the
 * lane, and fills in `account`.
 *
 * Runs in the calling thread, which must be the only writer of that lane, and needs the region to
 * stay mapped and writable until it returns. Returns 0, or an errno value if the lane could not be
 * opened or sampling failed; the account holds what was offered until then. */
int sampler_run(void *region, uint64_t size, uint32_t lane, uint32_t policy, uint32_t interval_us,
                int stop_fd, struct sampler_account *account);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "Emit.h"

#include <testimony/record.h>

#include "Queue.h"
#include "generated/dext.h"

#if TESTIMONY_EMIT

TSM_RECORD(dext_emitted, DEXT_EMITTED, 1);

/* As Emitted::check_of of the crate dext-records. */
static uint64_t CheckOf(uint64_t seed, uint64_t number)
{
    const uint64_t mixed = (seed ^ (number << 32 | number >> 32)) * UINT64_C(0x9e3779b97f4a7c15);
    return mixed ^ mixed >> 29;
}

tsm_emit_out testimony::EmitRecords(Lane *lane, uint64_t count, uint64_t seed)
{
    struct Job {
        Lane *lane;
        uint64_t count;
        uint64_t seed;
        tsm_emit_out out;
    } job = {lane, count, seed, {0, 0}};
    RunOn<Job>(lane->queue, &job, [](Job *what) {
        for (uint64_t number = 0; number < what->count; ++number) {
            const dext_emitted_v1 record = {what->seed, number, CheckOf(what->seed, number)};
            if (dext_emitted_emit_v1(&what->lane->writer, &record) == TSM_OK) {
                what->out.stored += 1;
            } else {
                what->out.refused += 1;
            }
        }
    });
    return job.out;
}

#endif

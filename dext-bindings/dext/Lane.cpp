/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "Lane.h"

#include <testimony/record.h>

#include <os/log.h>

#include "Queue.h"
#include "generated/dext.h"

TSM_RECORD(dext_dispatch_sample, DEXT_DISPATCH_SAMPLE, 1);
TSM_RECORD(dext_timer_sample, DEXT_TIMER_SAMPLE, 1);

kern_return_t testimony::Lane::Open(const tsm_region *region, uint32_t number, const LaneKind &kind,
                                    const tsm_drain_slot *drain, const Observation *what)
{
    observation = what;
    const kern_return_t made = IODispatchQueue::Create(kind.name, 0, 0, &queue);
    if (made != kIOReturnSuccess) {
        queue = NULL;
        return made;
    }
    tsm_lane_config config = tsm_lane_config_of(kind.name, kind.policy);
    config.owner = number;
    config.drain = kind.policy == TSM_POLICY_DRAIN ? drain : NULL;
    const tsm_result opened = tsm_lane_open(region, number, &config, &writer);
    if (opened != TSM_OK) {
        os_log(OS_LOG_DEFAULT, "lane %{public}s cannot be opened: %{public}s", kind.name,
               tsm_result_text(opened));
        Release();
        return kIOReturnInternalError;
    }
    return kIOReturnSuccess;
}

/* On the lane's queue: how long a job waited for it. A refused attempt has been counted, and readers are told. */
static void WriteWait(testimony::Lane *lane, uint64_t posted, uint64_t now)
{
    const dext_dispatch_sample_v1 dispatch = {now - posted, lane->samples++};
    (void)dext_dispatch_sample_emit_v1(&lane->writer, &dispatch);
}

/* On the lane's queue. */
static void WriteSample(void *context)
{
    testimony::Lane *lane = (testimony::Lane *)context;
    const uint64_t now = tsm_ticks();
    const testimony::Sample *sample = &lane->sample;
    const uint64_t late = now > sample->deadline ? now - sample->deadline : 0;
    const dext_timer_sample_v1 timer = {sample->deadline, late, sample->skipped};
    if (lane->observation->Wants(DEXT_TIMER_SAMPLE_CLASS)) {
        (void)dext_timer_sample_emit_v1(&lane->writer, &timer);
    }
    if (lane->observation->Wants(DEXT_DISPATCH_SAMPLE_CLASS)) {
        WriteWait(lane, sample->posted, now);
    }
    /* PAIRS WITH: Tick (acquire load): who sees that nothing is under way may fill the sample anew. */
    tsm_store_release(&lane->sample.under_way, 0);
}

void testimony::Lane::Tick()
{
    /* PAIRS WITH: WriteSample (release store). */
    if (__atomic_load_n(&sample.under_way, __ATOMIC_ACQUIRE) != 0) {
        missed += 1;
        return;
    }
    sample.deadline = ticker.deadline;
    sample.skipped = missed;
    missed = 0;
    sample.posted = tsm_ticks();
    tsm_store(&sample.under_way, 1);
    queue->DispatchAsync_f(this, WriteSample);
}

void testimony::Lane::Flush()
{
    struct Job {
        Lane *lane;
        uint64_t posted;
    } job = {this, tsm_ticks()};
    RunOn<Job>(queue, &job, [](Job *what) { WriteWait(what->lane, what->posted, tsm_ticks()); });
}

void testimony::Lane::Close()
{
    RunOn<Lane>(queue, this, [](Lane *lane) { (void)tsm_writer_close(&lane->writer); });
}

tsm_lane_stat testimony::Lane::Account()
{
    struct Job {
        Lane *lane;
        tsm_lane_stat stat;
    } job = {this, {TSM_LANE_STATE_OPEN, 0, 0, 0}};
    RunOn<Job>(queue, &job, [](Job *what) {
        const tsm_writer_account account = tsm_writer_account_of(&what->lane->writer);
        what->stat.state = what->lane->IsClosed() ? TSM_LANE_STATE_CLOSED : TSM_LANE_STATE_OPEN;
        what->stat.offered = account.offered;
        what->stat.refused = account.offered - account.published;
        what->stat.published = what->lane->Published();
    });
    return job.stat;
}

void testimony::Lane::Release()
{
    OSSafeReleaseNULL(queue);
}

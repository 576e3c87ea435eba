/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* One lane, the queue whose jobs write it, and the timer that looks how late that queue is.
 *
 * A serial queue is the lane's one writer: its jobs may run on any thread, one after the other, and the queue
 * orders what they store.
 */

#ifndef TESTIMONY_DEXT_LANE_H
#define TESTIMONY_DEXT_LANE_H

#include <DriverKit/IODispatchQueue.h>
#include <DriverKit/IOTimerDispatchSource.h>

#include <testimony/boundary.h>

#include "Observation.h"
#include "Ticks.h"
#include "Ticker.h"

namespace testimony
{

/* What a driver decides of a lane. */
struct LaneKind {
    const char *name;
    uint32_t policy;
};

/* What a timer found, on its way to the lane's queue. */
struct Sample {
    /* 1 while it is under way: stored by the timer with release, by the queue when it has been written. */
    tsm_word under_way;
    uint64_t posted;
    uint64_t deadline;
    uint64_t skipped;
};

struct Lane {
    IODispatchQueue *queue;
    tsm_writer writer;
    const Observation *observation;
    Ticker ticker;
    Sample sample;
    /* The timer's: periods that passed since the last job was put on the queue. */
    uint64_t missed;
    /* The queue's: jobs whose wait was written. */
    uint64_t samples;

    /* Makes the queue and opens lane `number` of the region. On failure nothing is left. */
    kern_return_t Open(const tsm_region *region, uint32_t number, const LaneKind &kind,
                       const tsm_drain_slot *drain, const Observation *what);

    /* The timer's time has come: puts a job on the queue, unless the last one still waits there. */
    void Tick();

    /* Puts a job on the queue and waits for it: its record is the next one, before which the lane tells what
     * it dropped.
     */
    void Flush();

    /* Closes the lane, on its queue, and waits for that. */
    void Close();

    /* What the writer itself counts, asked on its queue: what readers see is never more, and may be less. */
    tsm_lane_stat Account();

    /* As readers see it: the position up to which records are published, and whether that was all. */
    uint64_t Published() const { return tsm_load(&writer.control[TSM_LANE_PUBLISH]); }
    bool IsClosed() const { return tsm_load(&writer.control[TSM_LANE_STATE]) == TSM_LANE_STATE_CLOSED; }

    void Release();
};

} // namespace testimony

#endif /* TESTIMONY_DEXT_LANE_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "Drains.h"

#include "Lane.h"
#include "Queue.h"

void testimony::Drains::Begin()
{
    for (tsm_drain_slot &slot : slots) {
        slot.page = resting;
    }
}

bool testimony::Drains::Take(const tsm_word *page, uint32_t *slot, uint64_t *ticket)
{
    for (uint32_t at = 0; at < DRAIN_READERS; ++at) {
        if (!taken[at]) {
            taken[at] = true;
            tsm_drain_use_page(&slots[at], page);
            *slot = at;
            *ticket = ++tickets;
            return true;
        }
    }
    return false;
}

void testimony::Drains::Serve(uint32_t slot, uint64_t ticket, uint64_t lag)
{
    tsm_drain_serve(&slots[slot], ticket, lag);
}

void testimony::Drains::GiveBack(uint32_t slot, Lane *lanes)
{
    tsm_drain_dismiss(&slots[slot], TSM_STANDING_LEFT);
    tsm_drain_use_page(&slots[slot], resting);
    /* A writer may be looking at the page right now. Once a job that was put on its queue after this has
     * run, its next look finds the resting page: the queue orders the two.
     */
    for (uint32_t at = 0; at < SHAPE.lanes; ++at) {
        RunOn<Lane>(lanes[at].queue, &lanes[at], [](Lane *) {});
    }
    taken[slot] = false;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Readers that lanes wait for, each with a release page of its own (ATT-18). On the queue of calls. */

#ifndef TESTIMONY_DEXT_DRAINS_H
#define TESTIMONY_DEXT_DRAINS_H

#include "Region.h"
#include "Ticks.h"

namespace testimony
{

struct Lane;

struct Drains {
    /* What the writers look at. */
    tsm_drain_slot slots[DRAIN_READERS];
    bool taken[DRAIN_READERS];
    /* The ticket of the last reader. */
    uint64_t tickets;
    /* A page that no reader can store to: what stands in a slot that nobody has. */
    tsm_word resting[SHAPE.lanes * TSM_RELEASE_LINE_WORDS];

    /* Before the lanes are opened. */
    void Begin();

    /* Gives a place to a reader with this page. Returns false if there is none. */
    bool Take(const tsm_word *page, uint32_t *slot, uint64_t *ticket);

    /* Lets the writers wait for the reader of a place. */
    void Serve(uint32_t slot, uint64_t ticket, uint64_t lag);

    /* Takes a place back. When this returns no writer looks at the reader's page any more. */
    void GiveBack(uint32_t slot, Lane *lanes);
};

} // namespace testimony

#endif /* TESTIMONY_DEXT_DRAINS_H */

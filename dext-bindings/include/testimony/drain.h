/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Readers that a lane waits for. Spec: spec/region.md, REG-46 to REG-48.
 *
 * Each has a release page, the only shared memory that a reader stores to, and a slot in the driver's
 * own memory that says whether somebody is there. What a page holds is a hint of somebody who may be
 * hostile: one load, one comparison, no address.
 */

#ifndef TESTIMONY_DRAIN_H
#define TESTIMONY_DRAIN_H

#include "private.h"
#include "region.h"

/* Words of one lane's line in a release page. */
#define TSM_RELEASE_LINE_WORDS (sizeof(tsm_release_line) / sizeof(uint64_t))

/* How a drain reader stands with a lane's writer: the last byte of its word in the lane's control. */
typedef enum tsm_standing {
    /* Nobody is there. */
    TSM_STANDING_FREE = 0,
    /* The writer waits for it. */
    TSM_STANDING_SERVING = 1,
    /* It released what it cannot have read, or took a release back: it is ignored for good. */
    TSM_STANDING_FAULTY = 2,
    /* It was further behind than agreed, or the driver gave it up: it can be overrun now. */
    TSM_STANDING_EVICTED = 3,
    /* It said that it leaves, or died. */
    TSM_STANDING_LEFT = 4
} tsm_standing;

/* A place for one drain reader, in the driver's own memory: no reader sees it. */
typedef struct tsm_drain_slot {
    /* The release page: a line for each lane of the region. Readers may store to it at any time. Once the
     * lanes are open, tsm_drain_use_page changes it.
     */
    const tsm_word *page;
#if __SIZEOF_POINTER__ == 4
    /* Zero. */
    uint32_t reserved;
#endif
    /* Ticket x 256 + a TSM_STANDING_*. */
    tsm_word word;
    /* Bytes that the reader may be behind a writer before that one gives it up. */
    tsm_word lag;
} tsm_drain_slot;

/* How one writer holds the drain readers. */
typedef struct tsm_drain_lane {
    /* The slots: as many as the region has drain readers, or none. */
    const tsm_drain_slot *slots;
    uintptr_t count;
    /* Index of the lane's line in every page. */
    uint64_t line;
    /* The slot's word as the writer has it: serving may have become something else. */
    tsm_word held[TSM_DRAIN_READERS];
    /* Position up to which each reader has released. */
    tsm_word released[TSM_DRAIN_READERS];
} tsm_drain_lane;

/* Returns the bytes of a release page of a region with so many lanes. */
TSM_API uint64_t tsm_release_page_size(uint32_t lanes)
{
    return lanes * (uint64_t)sizeof(tsm_release_line);
}

/* Puts another page into a slot: a reader's before it is served, or one that nobody stores to when it has
 * left. The page before stays where it is until every writer has done something that the driver ordered
 * behind this call: one that is looking now may look at either.
 */
TSM_API void tsm_drain_use_page(tsm_drain_slot *slot, const tsm_word *page)
{
    /* What a writer needs to see of it is ordered by tsm_drain_serve. */
    __atomic_store_n(&slot->page, page, __ATOMIC_RELAXED);
}

/* Lets the reader with this ticket drain: it has stored its first positions to the page. The writers wait
 * for it, until it is more than `lag` bytes behind one: then that one gives it up.
 *
 * A ticket is a number that the slot has not had before, below 2^56 and not 0.
 */
TSM_API void tsm_drain_serve(tsm_drain_slot *slot, uint64_t ticket, uint64_t lag)
{
    tsm_store(&slot->lag, lag);
    /* PAIRS WITH: tsm_drain_look (acquire load): who sees the ticket sees its lag. */
    tsm_store_release(&slot->word, ticket << 8 | (uint64_t)TSM_STANDING_SERVING);
}

/* Lets nobody wait for the slot's reader any more; `standing` says why. */
TSM_API void tsm_drain_dismiss(tsm_drain_slot *slot, tsm_standing standing)
{
    tsm_store(&slot->word, (tsm_load(&slot->word) & ~UINT64_C(0xff)) | (uint64_t)standing);
}

/* Returns whether a reader's first word, which is not within the lane, is one that an honest reader leaves
 * there: it has stated nothing yet, or the writer was faster than the request to serve it.
 */
TSM_API int tsm_drain_is_old(uint64_t hint, uint64_t behind)
{
    return hint == 0 || behind < UINT64_C(1) << 63;
}

/* Looks once at every reader, tells those that are given up, and returns the position up to which all
 * others have released: `released` if there are none, and never before it. `told` are the words of the
 * lane's control that say how drain readers stand.
 */
TSM_API uint64_t tsm_drain_look(tsm_drain_lane *drain, tsm_word *told, uint64_t released,
                                uint64_t publish, uint64_t capacity)
{
    uint64_t most_behind = 0;
    int anybody = 0;
    for (size_t at = 0; at < drain->count; ++at) {
        const tsm_drain_slot *slot = &drain->slots[at];
        /* PAIRS WITH: tsm_drain_serve (release store). */
        uint64_t word = __atomic_load_n(&slot->word, __ATOMIC_ACQUIRE);
        const uint64_t held = tsm_load(&drain->held[at]);
        const int is_new = word >> 8 != held >> 8;
        uint64_t standing = word & 0xff;
        if (!is_new && (held & 0xff) != TSM_STANDING_SERVING) {
            /* Eviction is final, and so is a fault. */
            continue;
        }
        const tsm_word *page = __atomic_load_n(&slot->page, __ATOMIC_RELAXED);
        const uint64_t hint = tsm_load(&page[drain->line]);
        if (standing == TSM_STANDING_SERVING) {
            const uint64_t behind = publish - hint;
            const uint64_t most = is_new ? capacity : publish - tsm_load(&drain->released[at]);
            if (behind > most) {
                if ((is_new && tsm_drain_is_old(hint, behind)) || tsm_load(&slot->word) != word) {
                    /* It is asked anew at the next look: see REG-48. */
                    continue;
                }
                standing = TSM_STANDING_FAULTY;
            } else if (behind > tsm_load(&slot->lag)) {
                standing = TSM_STANDING_EVICTED;
            } else {
                tsm_store(&drain->released[at], hint);
                most_behind = anybody && most_behind > behind ? most_behind : behind;
                anybody = 1;
            }
        }
        word = (word & ~UINT64_C(0xff)) | standing;
        if (word != held) {
            tsm_store(&drain->held[at], word);
            /* Before the `reserve` of any block that the reader might have kept: see REG-48. */
            tsm_store(&told[at], word);
        }
    }
    if (!anybody) {
        return released;
    }
    /* A reader that came late may have begun before what others had released. */
    return most_behind < publish - released ? publish - most_behind : released;
}

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What a writer knows and readers do not see. Spec: spec/region.md, REG-20 and REG-23.
 *
 * All of it is used by one thread, at times from a signal handler on that thread: each word is
 * stored and loaded whole, and nothing costs more than a plain store or load, save the two counts
 * that nested attempts share.
 */

#ifndef TESTIMONY_PRIVATE_H
#define TESTIMONY_PRIVATE_H

#include "word.h"

/* Number of causes of a drop, in the order of tsm_drop_counts. */
#define TSM_CAUSES (sizeof(tsm_drop_counts) / sizeof(uint64_t))

/* Every refused attempt that has a number. Those behind the last published Loss record are the pending
 * run.
 */
typedef struct tsm_drops {
    /* How many there are, by cause; and of all causes. */
    tsm_word settled[TSM_CAUSES];
    tsm_word total;
    /* How many of them published Loss records tell of. */
    tsm_word told[TSM_CAUSES];
    tsm_word told_total;
    /* Of the pending run: number and ticks of its first attempt, ticks of its last. */
    tsm_word first_sequence;
    tsm_word first_ticks;
    tsm_word last_ticks;
} tsm_drops;

/* Attempts made inside the one that is in progress. They get the numbers that follow the number of
 * the attempt around them, once that one has ended (REG-23).
 */
typedef struct tsm_nested_attempts {
    tsm_word count;
    tsm_word first_ticks;
    tsm_word last_ticks;
} tsm_nested_attempts;

/* Returns whether no run is pending. */
TSM_HOT int tsm_drops_all_told(const tsm_drops *drops)
{
    return tsm_load(&drops->total) == tsm_load(&drops->told_total);
}

/* Adds `count` attempts of one cause, the first of which has number `sequence`. Returns how many of that
 * cause there are now.
 */
TSM_HOT uint64_t tsm_drops_add(tsm_drops *drops, size_t cause, uint64_t sequence, uint64_t count,
                               uint64_t first_ticks, uint64_t last_ticks)
{
    if (tsm_drops_all_told(drops)) {
        tsm_store(&drops->first_sequence, sequence);
        tsm_store(&drops->first_ticks, first_ticks);
    }
    tsm_store(&drops->last_ticks, last_ticks);
    tsm_store(&drops->total, tsm_load(&drops->total) + count);
    const uint64_t by_cause = tsm_load(&drops->settled[cause]) + count;
    tsm_store(&drops->settled[cause], by_cause);
    return by_cause;
}

/* Notes that a published Loss record tells of the pending run. */
TSM_API void tsm_drops_tell(tsm_drops *drops)
{
    for (size_t cause = 0; cause < TSM_CAUSES; ++cause) {
        tsm_store(&drops->told[cause], tsm_load(&drops->settled[cause]));
    }
    tsm_store(&drops->told_total, tsm_load(&drops->total));
}

/* Adds one in a single step and returns the new value: a nested attempt may itself be interrupted
 * by one.
 */
TSM_API uint64_t tsm_count_up(tsm_word *count)
{
    return __atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
}

/* Adds one nested attempt. */
TSM_API void tsm_nested_add(tsm_nested_attempts *nested, uint64_t ticks)
{
    if (tsm_count_up(&nested->count) == 1) {
        tsm_store(&nested->first_ticks, ticks);
    }
    tsm_store(&nested->last_ticks, ticks);
}

/* Takes the attempts out and returns how many they were. None is lost, even if one more comes
 * meanwhile; the caller has loaded the ticks before, which may then be those before it.
 */
TSM_API uint64_t tsm_nested_take(tsm_nested_attempts *nested)
{
    return __atomic_exchange_n(&nested->count, 0, __ATOMIC_RELAXED);
}

#endif

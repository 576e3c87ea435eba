/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The acts of a victim, done by the writer in C. */

#define TSM_TICKS() victim_ticks()
#define TSM_TICKS_KIND TSM_CLOCK_KIND_OTHER
#include <stdint.h>

static uint64_t *victim_clock;

/* A clock that goes by one with every reading. */
static inline uint64_t victim_ticks(void)
{
    return __atomic_fetch_add(victim_clock, 1, __ATOMIC_RELAXED);
}

#include <testimony/reservation.h>
#include <testimony/writer.h>

/* Words of the payload of each kind of record; those of the largest. */
static const size_t victim_words[] = {1, 63, 251, 500};
#define VICTIM_MOST_WORDS 500

static const int victim_class[] = {TSM_CLASS_VITAL, TSM_CLASS_NORMAL, TSM_CLASS_BULK, TSM_CLASS_BULK};

static tsm_region victim_region;
static tsm_drain_slot victim_slot;
static tsm_lane_config victim_config;
static tsm_writer victim_writer;
static uint64_t victim_payload[VICTIM_MOST_WORDS];

/* What kind of lane it is. */
typedef struct victim_lane {
    uint64_t policy;
    uint64_t lag;
    uint32_t normal_blocks;
    uint32_t bulk_blocks;
} victim_lane;

/* Takes up the region of `size` bytes at `base`. Returns a tsm_result. */
uint64_t victim_begin(void *base, size_t size, uint64_t *clock, const uint64_t *page,
                      const victim_lane *lane)
{
    victim_clock = clock;
    victim_config = tsm_lane_config_of("victim", (uintptr_t)lane->policy);
    victim_config.normal_blocks = lane->normal_blocks;
    victim_config.bulk_blocks = lane->bulk_blocks;
    if (lane->policy == TSM_POLICY_DRAIN) {
        victim_slot.page = page;
        tsm_drain_serve(&victim_slot, 1, lane->lag);
        victim_config.drain = &victim_slot;
    }
    return tsm_region_open(base, size, &victim_region);
}

/* Does one act with a record of `kind` whose payload is full of `stamp`. Returns a tsm_result. */
uint64_t victim_act(uint32_t verb, uint32_t kind, uint64_t stamp)
{
    const uint16_t id = (uint16_t)(0x0100 + kind);
    const size_t bytes = victim_words[kind] * sizeof(uint64_t);
    for (size_t at = 0; at < victim_words[kind]; ++at) {
        victim_payload[at] = stamp;
    }
    tsm_reservation reservation;
    uint64_t result;
    switch (verb) {
    case 0:
        return tsm_lane_open(&victim_region, 0, &victim_config, &victim_writer);
    case 1:
        return tsm_emit(&victim_writer, id, 1, victim_class[kind], victim_payload, bytes);
    case 2:
    case 3:
        result = tsm_reserve(&victim_writer, id, 1, victim_class[kind], bytes, &reservation);
        if (result != TSM_OK) {
            return result;
        }
        result = tsm_slot_fill(&reservation, victim_payload, bytes);
        if (result != TSM_OK) {
            return result;
        }
        return verb == 2 ? tsm_commit(&reservation) : tsm_abandon(&reservation);
    default:
        return tsm_writer_close(&victim_writer);
    }
}

/* Emits a record of the smallest kind, from a signal handler. Returns a tsm_result. */
uint64_t victim_interrupt(uint64_t stamp)
{
    return tsm_emit(&victim_writer, 0x0100, 1, TSM_CLASS_VITAL, &stamp, sizeof stamp);
}

/* Fills in the writer's account: offered, published, drops by cause. */
void victim_account(uint64_t words[2 + TSM_CAUSES])
{
    const tsm_writer_account account = tsm_writer_account_of(&victim_writer);
    words[0] = account.offered;
    words[1] = account.published;
    for (size_t cause = 0; cause < TSM_CAUSES; ++cause) {
        words[2 + cause] = account.dropped[cause];
    }
}

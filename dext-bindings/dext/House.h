/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Everything that one driver has: its region, its lanes, its clients. */

#ifndef TESTIMONY_DEXT_HOUSE_H
#define TESTIMONY_DEXT_HOUSE_H

#include <testimony/boundary.h>

#include "Client.h"
#include "Drains.h"
#include "Lane.h"
#include "Observation.h"
#include "Region.h"
#include "Ticker.h"
#include "generated/dext.h"

class TestimonyDriver;

namespace testimony
{

/* The lanes, and what each is for. */
enum : uint32_t {
    /* The queue of calls: what clients do. */
    LANE_CALLS = 0,
    /* A flight recorder: the newest survive. */
    LANE_NEWEST = 1,
    /* What came first survives. */
    LANE_FIRST = 2,
    /* Waits for its readers. */
    LANE_DRAINED = 3,
};

/* Most connections at a time. */
inline constexpr uint32_t MOST_CLIENTS = 32;

/* What the bell's timer carries: no lane has this number. */
inline constexpr uint64_t BELL = UINT64_MAX;

struct House {
    Region region;
    Lane lanes[SHAPE.lanes];
    Drains drains;
    Observation observation;

    /* Stored by Stop, before it closes anything; loaded on every queue. */
    tsm_word stopping;

    /* On the queue of calls. */
    Client *clients[MOST_CLIENTS];
    uint64_t joined;
    uint64_t calls;
    uint64_t refused;
    uint32_t last_refusal;
    uint32_t refused_major;
    Ticker bell;
    bool bell_armed;

    /* In Start, before anybody else knows the house. On failure what was made is left to Release. */
    kern_return_t Open(TestimonyDriver *driver);

    /* In Stop: closes the lanes, then the region, and wakes who sleeps. */
    void Close();

    /* When nobody can call any more. */
    void Release();

    IODispatchQueue *CallsQueue() { return lanes[LANE_CALLS].queue; }
    /* PAIRS WITH: Close (release store). */
    bool IsStopping() const { return __atomic_load_n(&stopping, __ATOMIC_ACQUIRE) != 0; }

    /* The following are on the queue of calls. */

    /* Lets a client in; false if there are as many as there can be. */
    bool Join(Client *client);
    /* What a client was granted is taken back, and it is forgotten. */
    void Leave(Client *client);
    /* As DETACH does. */
    void Detach(Client *client);
    /* Writes down what happened to a client. */
    void Tell(const Client *client, dext_event_kind kind, uint64_t abi_major, uint64_t abi_minor);
    /* Observes what some attached reader wants (ATT-22); returns that. */
    uint64_t Choose();
    /* Wakes whom there is enough for, and looks again later if somebody still sleeps. */
    void LookAtSleepers();
    /* Tells a sleeper why it is woken. */
    void Wake(Client *client, tsm_bell_reason reason);
    /* The sum of the positions up to which the lanes are published. */
    uint64_t Published() const;
    uint32_t Count(bool (*which)(const Client *)) const;
};

/* The timer of the bell or of a lane went off. On the queue that timers go off on. */
void TimerWentOff(House *house, uint64_t number);

} // namespace testimony

#endif /* TESTIMONY_DEXT_HOUSE_H */

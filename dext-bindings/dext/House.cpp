/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "House.h"

#include <DriverKit/IOLib.h>
#include <os/log.h>

#include <testimony/record.h>

#include "Queue.h"
#include "TestimonyDriver.h"

TSM_RECORD(dext_client_event, DEXT_CLIENT_EVENT, 1);

namespace testimony
{

/* How often a lane's timer goes off, and how soon after a look the next one comes, in nanoseconds. */
static const uint64_t PERIOD = 20000000;
static const uint64_t NEXT_LOOK = 1000000;

static const LaneKind KINDS[SHAPE.lanes] = {
    {"calls", TSM_POLICY_OVERWRITE},
    {"newest", TSM_POLICY_OVERWRITE},
    {"first", TSM_POLICY_FILL},
    {"drained", TSM_POLICY_DRAIN},
};

/* Timers go off on the service's own queue, where Start and Stop run: none goes off during Stop. */
static kern_return_t StartTimers(House *house, TestimonyDriver *driver)
{
    IODispatchQueue *queue = NULL;
    kern_return_t result = driver->CopyDispatchQueue(kIOServiceDefaultQueueName, &queue);
    if (result != kIOReturnSuccess) {
        return result;
    }
    result = house->bell.Create(driver, queue, BELL);
    for (uint32_t lane = 0; lane < SHAPE.lanes && result == kIOReturnSuccess; ++lane) {
        Ticker *ticker = &house->lanes[lane].ticker;
        result = ticker->Create(driver, queue, lane);
        if (result == kIOReturnSuccess) {
            result = ticker->Arm(tsm_ticks() + house->region.TicksOf(PERIOD));
        }
    }
    OSSafeReleaseNULL(queue);
    return result;
}

kern_return_t House::Open(TestimonyDriver *driver)
{
    uint64_t entry = 0;
    kern_return_t result = driver->GetRegistryEntryID(&entry);
    if (result == kIOReturnSuccess) {
        result = region.Create(entry);
    }
    if (result != kIOReturnSuccess) {
        return result;
    }
    drains.Begin();
    tsm_store(&observation.classes, EVERY_CLASS);
    for (uint32_t lane = 0; lane < SHAPE.lanes; ++lane) {
        result = lanes[lane].Open(&region.view, lane, KINDS[lane], drains.slots, &observation);
        if (result != kIOReturnSuccess) {
            return result;
        }
    }
    return StartTimers(this, driver);
}

void House::Close()
{
    /* PAIRS WITH: IsStopping (acquire load). */
    tsm_store_release(&stopping, 1);
    for (Lane &lane : lanes) {
        lane.ticker.Cancel();
    }
    region.Say(TSM_REGION_STATE_CLOSING);
    for (Lane &lane : lanes) {
        lane.Close();
    }
    region.Say(TSM_REGION_STATE_CLOSED);
    RunOn<House>(CallsQueue(), this, [](House *house) {
        house->bell.Cancel();
        house->LookAtSleepers();
    });
}

void House::Release()
{
    /* A timer that has gone off already is then too late: see TimerWentOff. */
    /* PAIRS WITH: IsStopping (acquire load), as in Close. */
    tsm_store_release(&stopping, 1);
    for (Lane &lane : lanes) {
        lane.ticker.Cancel();
        lane.Release();
    }
    bell.Cancel();
    region.Release();
}

bool House::Join(Client *client)
{
    for (Client *&place : clients) {
        if (place == NULL) {
            place = client;
            client->number = ++joined;
            client->classes = EVERY_CLASS;
            Tell(client, DEXT_EVENT_KIND_STARTED, 0, 0);
            return true;
        }
    }
    return false;
}

void House::Leave(Client *client)
{
    client->left = true;
    if (client->attached) {
        Detach(client);
    }
    for (Client *&place : clients) {
        if (place == client) {
            place = NULL;
            Tell(client, DEXT_EVENT_KIND_STOPPED, client->abi_major, client->abi_minor);
        }
    }
}

void House::Detach(Client *client)
{
    Wake(client, TSM_BELL_REASON_DETACHED);
    if (client->draining) {
        drains.GiveBack(client->slot, lanes);
    }
    client->attached = false;
    client->draining = false;
    client->served = false;
    client->classes = EVERY_CLASS;
    Tell(client, DEXT_EVENT_KIND_DETACHED, client->abi_major, client->abi_minor);
    (void)Choose();
}

/* What does not fit is said as the largest that does. */
static uint16_t Narrow(uint64_t number)
{
    return number > UINT16_MAX ? UINT16_MAX : (uint16_t)number;
}

void House::Tell(const Client *client, dext_event_kind kind, uint64_t abi_major, uint64_t abi_minor)
{
    dext_client_event_v1 event;
    __builtin_memset(&event, 0, sizeof event);
    event.client = client->number;
    event.kind = kind;
    event.abi_major = Narrow(abi_major);
    event.abi_minor = Narrow(abi_minor);
    event.clients = Count([](const Client *) { return true; });
    (void)dext_client_event_emit_v1(&lanes[LANE_CALLS].writer, &event);
}

uint64_t House::Choose()
{
    uint64_t wanted = 0;
    for (const Client *client : clients) {
        if (client != NULL && client->attached) {
            wanted |= client->classes;
        }
    }
    if (wanted == 0) {
        wanted = EVERY_CLASS;
    }
    tsm_store(&observation.classes, wanted);
    return wanted;
}

void House::Wake(Client *client, tsm_bell_reason reason)
{
    if (client->bell == NULL) {
        return;
    }
    tsm_bell bell_words = {reason, Published()};
    IOUserClientAsyncArgumentsArray words = {};
    __builtin_memcpy(words, &bell_words, sizeof bell_words);
    client->service->AsyncCompletion(client->bell, kIOReturnSuccess, words,
                                     sizeof bell_words / sizeof(uint64_t));
    OSSafeReleaseNULL(client->bell);
}

void House::LookAtSleepers()
{
    const uint64_t published = Published();
    bool closed = IsStopping();
    for (const Lane &lane : lanes) {
        closed = closed || lane.IsClosed();
    }
    bool somebody_sleeps = false;
    for (Client *client : clients) {
        if (client == NULL || client->bell == NULL) {
            continue;
        }
        /* Who says that it has read more than there is has read nothing of what is to come. */
        const uint64_t come = published > client->read ? published - client->read : 0;
        if (come >= client->amount) {
            Wake(client, TSM_BELL_REASON_RUNG);
        } else if (closed) {
            Wake(client, TSM_BELL_REASON_CLOSED);
        } else {
            somebody_sleeps = true;
        }
    }
    if (somebody_sleeps && !bell_armed && !IsStopping()) {
        bell_armed = bell.Arm(tsm_ticks() + region.TicksOf(NEXT_LOOK)) == kIOReturnSuccess;
    }
}

uint64_t House::Published() const
{
    uint64_t sum = 0;
    for (const Lane &lane : lanes) {
        sum += lane.Published();
    }
    return sum;
}

uint32_t House::Count(bool (*which)(const Client *)) const
{
    uint32_t count = 0;
    for (const Client *client : clients) {
        count += client != NULL && which(client) ? 1 : 0;
    }
    return count;
}

/* On the queue of calls. */
static void BellTime(void *context)
{
    House *house = (House *)context;
    house->bell_armed = false;
    house->LookAtSleepers();
}

void TimerWentOff(House *house, uint64_t number)
{
    if (house->IsStopping()) {
        return;
    }
    if (number == BELL) {
        house->CallsQueue()->DispatchAsync_f(house, BellTime);
        return;
    }
    Lane *lane = &house->lanes[number];
    lane->Tick();
    const uint64_t period = house->region.TicksOf(PERIOD);
    uint64_t next = lane->ticker.deadline + period;
    for (const uint64_t now = tsm_ticks(); next <= now; next += period) {
        lane->missed += 1;
    }
    const kern_return_t armed = lane->ticker.Arm(next);
    if (armed != kIOReturnSuccess) {
        os_log(OS_LOG_DEFAULT, "the timer of lane %u is lost: %#x; it is sampled no more",
               (unsigned)number, (unsigned)armed);
    }
}

} // namespace testimony

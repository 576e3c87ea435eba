/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "Calls.h"

#include <DriverKit/OSData.h>
#include <os/log.h>

#include "Emit.h"
#include "Queue.h"

using namespace testimony;

/* The words of a call as the struct that they are; the dispatch table has checked how many there are. */
template <class In> static In Input(const IOUserClientMethodArguments *arguments)
{
    In in;
    __builtin_memcpy(&in, arguments->scalarInput, sizeof in);
    return in;
}

template <class Out> static void Output(IOUserClientMethodArguments *arguments, const Out &out)
{
    __builtin_memcpy(arguments->scalarOutput, &out, sizeof out);
    arguments->scalarOutputCount = sizeof out / sizeof(uint64_t);
}

/* ATT-14. */
static kern_return_t Hello(Caller *caller, IOUserClientMethodArguments *arguments)
{
    House *house = caller->house;
    const tsm_hello_in in = Input<tsm_hello_in>(arguments);
    if (in.abi_major != TSM_ABI_MAJOR) {
        os_log(OS_LOG_DEFAULT, "a reader speaks region ABI %llu.%llu and this driver %u.%u: refused",
               (unsigned long long)in.abi_major, (unsigned long long)in.abi_minor, TSM_ABI_MAJOR,
               TSM_ABI_MINOR);
        house->refused_major = in.abi_major > UINT32_MAX ? UINT32_MAX : (uint32_t)in.abi_major;
        house->Tell(caller->client, DEXT_EVENT_KIND_REFUSED, in.abi_major, in.abi_minor);
        return TSM_CODE_ABI_MAJOR(TSM_ABI_MAJOR);
    }
    if (!caller->client->greeted) {
        caller->client->greeted = true;
        caller->client->abi_major = (uint16_t)in.abi_major;
        caller->client->abi_minor = in.abi_minor > UINT16_MAX ? UINT16_MAX : (uint16_t)in.abi_minor;
        house->Tell(caller->client, DEXT_EVENT_KIND_HELLO, in.abi_major, in.abi_minor);
    }
    const tsm_region_header *header = &house->region.header;
    const tsm_hello_out out = {header->abi_major,
                               header->abi_minor,
                               header->total_size,
                               {header->region_id[0], header->region_id[1]},
                               header->generation,
                               {header->fingerprint[0], header->fingerprint[1]}};
    Output(arguments, out);
    return kIOReturnSuccess;
}

static kern_return_t Attach(Caller *caller, IOUserClientMethodArguments *arguments)
{
    Client *client = caller->client;
    const tsm_attach_in in = Input<tsm_attach_in>(arguments);
    const bool drain = (in.wants & TSM_WANTS_DRAIN_MASK) != 0;
    if (client->attached) {
        return TSM_CODE_ALREADY_ATTACHED;
    }
    if ((in.wants & ~TSM_WANTS_DRAIN_MASK) != 0 || (!drain && in.lag != 0)) {
        return TSM_CODE_BAD_WISHES;
    }
    tsm_attach_out out = {0, 0};
    if (drain) {
        if (!caller->house->drains.Take(client->lines, &client->slot, &client->ticket)) {
            return TSM_CODE_NO_RELEASE_PAGE;
        }
        client->lag = in.lag;
        out = {client->slot, client->ticket};
    }
    client->attached = true;
    client->draining = drain;
    caller->house->Tell(client, DEXT_EVENT_KIND_ATTACHED, client->abi_major, client->abi_minor);
    (void)caller->house->Choose();
    Output(arguments, out);
    return kIOReturnSuccess;
}

static kern_return_t Detach(Caller *caller, IOUserClientMethodArguments *)
{
    if (!caller->client->attached) {
        return TSM_CODE_NOT_ATTACHED;
    }
    caller->house->Detach(caller->client);
    return kIOReturnSuccess;
}

/* ATT-19. */
static kern_return_t Doorbell(Caller *caller, IOUserClientMethodArguments *arguments)
{
    Client *client = caller->client;
    const tsm_doorbell_in in = Input<tsm_doorbell_in>(arguments);
    if (!client->attached) {
        return TSM_CODE_NOT_ATTACHED;
    }
    caller->house->Wake(client, TSM_BELL_REASON_REPLACED);
    arguments->completion->retain();
    client->bell = arguments->completion;
    client->read = in.read;
    client->amount = in.amount;
    caller->house->LookAtSleepers();
    return kIOReturnSuccess;
}

/* ATT-20. */
static kern_return_t Stat(Caller *caller, IOUserClientMethodArguments *arguments)
{
    House *house = caller->house;
    struct {
        tsm_stat stat;
        tsm_lane_stat lanes[SHAPE.lanes];
    } answer;
    static_assert(sizeof answer <= TSM_SELECTOR_STAT_STRUCTURE_OUT, "ATT-20");
    __builtin_memset(&answer, 0, sizeof answer);
    tsm_stat *stat = &answer.stat;
    stat->abi_major = TSM_ABI_MAJOR;
    stat->abi_minor = TSM_ABI_MINOR;
    stat->lanes = SHAPE.lanes;
    stat->state = house->IsStopping() ? TSM_REGION_STATE_CLOSING : TSM_REGION_STATE_LIVE;
    stat->generation = house->region.header.generation;
    stat->clients = house->Count([](const Client *) { return true; });
    stat->readers = house->Count([](const Client *client) { return client->attached; });
    stat->draining = house->Count([](const Client *client) { return client->draining; });
    stat->sleeping = house->Count([](const Client *client) { return client->bell != NULL; });
    stat->calls = house->calls;
    stat->refused = house->refused;
    stat->last_refusal = house->last_refusal;
    stat->refused_major = house->refused_major;
    stat->classes = tsm_load(&house->observation.classes);
    for (uint32_t lane = 0; lane < SHAPE.lanes; ++lane) {
        answer.lanes[lane] = house->lanes[lane].Account();
    }
    arguments->structureOutput = OSData::withBytes(&answer, sizeof answer);
    return arguments->structureOutput != NULL ? kIOReturnSuccess : kIOReturnNoMemory;
}

/* ATT-22. */
static kern_return_t Choose(Caller *caller, IOUserClientMethodArguments *arguments)
{
    const tsm_choose_in in = Input<tsm_choose_in>(arguments);
    if (!caller->client->attached) {
        return TSM_CODE_NOT_ATTACHED;
    }
    if ((in.classes & ~EVERY_CLASS) != 0 || (in.classes & TSM_CLASSES_VITAL_MASK) == 0) {
        return TSM_CODE_BAD_CLASSES;
    }
    caller->client->classes = in.classes;
    const tsm_choose_out out = {caller->house->Choose()};
    Output(arguments, out);
    return kIOReturnSuccess;
}

static kern_return_t Flush(Caller *caller, IOUserClientMethodArguments *arguments)
{
    const tsm_flush_in in = Input<tsm_flush_in>(arguments);
    if (in.lanes >> SHAPE.lanes != 0) {
        return TSM_CODE_BAD_LANE;
    }
    for (uint32_t lane = 0; lane < SHAPE.lanes; ++lane) {
        if ((in.lanes >> lane & 1) != 0) {
            caller->house->lanes[lane].Flush();
        }
    }
    return kIOReturnSuccess;
}

/* ATT-18. */
static kern_return_t Serve(Caller *caller, IOUserClientMethodArguments *)
{
    Client *client = caller->client;
    if (!client->attached) {
        return TSM_CODE_NOT_ATTACHED;
    }
    if (!client->draining) {
        return TSM_CODE_NOT_DRAINING;
    }
    if (client->served) {
        return TSM_CODE_ALREADY_SERVED;
    }
    client->served = true;
    caller->house->drains.Serve(client->slot, client->ticket, client->lag);
    caller->house->Tell(client, DEXT_EVENT_KIND_SERVED, client->abi_major, client->abi_minor);
    return kIOReturnSuccess;
}

#if TESTIMONY_EMIT
static kern_return_t Emit(Caller *caller, IOUserClientMethodArguments *arguments)
{
    const tsm_emit_in in = Input<tsm_emit_in>(arguments);
    if (in.lane >= SHAPE.lanes) {
        return TSM_CODE_BAD_LANE;
    }
    if (in.count > MOST_EMITTED) {
        return TSM_CODE_BAD_COUNT;
    }
    Output(arguments, EmitRecords(&caller->house->lanes[in.lane], in.count, in.seed));
    return kIOReturnSuccess;
}
#endif

typedef kern_return_t (*Call)(Caller *, IOUserClientMethodArguments *);

/* HELLO comes first (ATT-14); once the driver closes its region nothing else is begun. */
template <Call call, bool comes_first = false>
static kern_return_t Answer(OSObject *, void *reference, IOUserClientMethodArguments *arguments)
{
    Caller *caller = (Caller *)reference;
    if (!comes_first && !caller->client->greeted) {
        return TSM_CODE_SAY_HELLO_FIRST;
    }
    /* The kernel stops a client that vanishes without waiting for its calls: one may come after that. */
    if (caller->house->IsStopping() || caller->client->left) {
        return TSM_CODE_STOPPING;
    }
    return call(caller, arguments);
}

/* A row: the counts are those of the table that both sides are generated from. */
#define ROW(SELECTOR, ...)                                                                  \
    {                                                                                       \
        Answer<__VA_ARGS__>, TSM_SELECTOR_##SELECTOR##_COMPLETION,                          \
            TSM_SELECTOR_##SELECTOR##_INPUTS, 0, TSM_SELECTOR_##SELECTOR##_OUTPUTS,         \
            TSM_SELECTOR_##SELECTOR##_STRUCTURE_OUT                                         \
    }

static const IOUserClientMethodDispatch METHODS[] = {
    ROW(HELLO, Hello, true), ROW(ATTACH, Attach), ROW(DETACH, Detach), ROW(DOORBELL, Doorbell),
    ROW(STAT, Stat),         ROW(CHOOSE, Choose), ROW(FLUSH, Flush),   ROW(SERVE, Serve),
#if TESTIMONY_EMIT
    ROW(EMIT, Emit),
#endif
};

static_assert(TSM_SELECTOR_HELLO == 0 && TSM_SELECTOR_ATTACH == 1 && TSM_SELECTOR_DETACH == 2 &&
                  TSM_SELECTOR_DOORBELL == 3 && TSM_SELECTOR_STAT == 4 && TSM_SELECTOR_CHOOSE == 5 &&
                  TSM_SELECTOR_FLUSH == 6 && TSM_SELECTOR_SERVE == 7 && TSM_SELECTOR_EMIT == 8,
              "a selector is the index of its row");

const IOUserClientMethodDispatch *testimony::DispatchOf(uint64_t selector)
{
    return selector < sizeof METHODS / sizeof METHODS[0] ? &METHODS[selector] : NULL;
}

kern_return_t testimony::HandOut(const Caller *caller, uint64_t type, uint64_t *options,
                                 IOMemoryDescriptor **memory)
{
    const Client *client = caller->client;
    *options = 0;
    *memory = NULL;
    if (!client->greeted) {
        return TSM_CODE_SAY_HELLO_FIRST;
    }
    switch (type) {
    case TSM_MEMORY_TYPE_REGION:
        *options = kIOUserClientMemoryReadOnly;
        *memory = caller->house->region.memory;
        break;
    case TSM_MEMORY_TYPE_RELEASE_PAGE:
        if (!client->draining) {
            return TSM_CODE_NOT_DRAINING;
        }
        *memory = client->page;
        break;
    default:
        return kIOReturnUnsupported;
    }
    (*memory)->retain();
    return kIOReturnSuccess;
}

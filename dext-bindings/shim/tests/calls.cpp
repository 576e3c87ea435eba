/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What a well-behaved client does for each selector. */

#include <DriverKit/DriverKit.h>
#include <DriverKit/IOLib.h>
#include <os/log.h>

#include "ShimClient.h"
#include "modes.h"

static kern_return_t Echo(OSObject *, void *, IOUserClientMethodArguments *arguments)
{
    arguments->scalarOutput[0] = arguments->scalarInput[1];
    arguments->scalarOutput[1] = arguments->scalarInput[0];
    return kIOReturnSuccess;
}

/* What came: version, structure bytes, whether as data, whether as descriptor, whether the reserved
 * words are zero, whether a completion came, the greatest structure out, the first byte.
 */
static kern_return_t Arguments(IOUserClientMethodArguments *arguments)
{
    uint64_t reserved = 0;
    for (uint64_t word : arguments->__reserved) {
        reserved |= word;
    }
    uint64_t length = 0;
    uint64_t first = 0;
    if (arguments->structureInput != nullptr) {
        length = arguments->structureInput->getLength();
        first = *(const uint8_t *)arguments->structureInput->getBytesNoCopy();
    }
    if (arguments->structureInputDescriptor != nullptr) {
        arguments->structureInputDescriptor->GetLength(&length);
    }
    const uint64_t out[] = {
        arguments->version,
        length,
        arguments->structureInput != nullptr,
        arguments->structureInputDescriptor != nullptr,
        reserved,
        arguments->completion != nullptr,
        arguments->structureOutputMaximumSize,
        first,
        arguments->scalarInputCount,
        arguments->scalarOutputCount,
    };
    for (uint32_t at = 0; at < arguments->scalarOutputCount && at < 10; at++) {
        arguments->scalarOutput[at] = out[at];
    }
    return kIOReturnSuccess;
}

static kern_return_t StructureOut(IOUserClientMethodArguments *arguments)
{
    uint8_t bytes[256];
    for (int at = 0; at < 256; at++) {
        bytes[at] = (uint8_t)at;
    }
    arguments->structureOutput = OSData::withBytes(bytes, arguments->scalarInput[0]);
    return arguments->structureOutput != nullptr ? kIOReturnSuccess : kIOReturnNoMemory;
}

/* Into the descriptor that the caller sent. */
static kern_return_t LargeStructureOut(IOUserClientMethodArguments *arguments)
{
    IOMemoryMap *map = nullptr;
    if (arguments->structureOutputDescriptor == nullptr) {
        return kIOReturnBadArgument;
    }
    kern_return_t result =
        arguments->structureOutputDescriptor->CreateMapping(0, 0, 0, 0, 0, &map);
    if (result == kIOReturnSuccess) {
        __builtin_memset((void *)map->GetAddress(), 0x5a, map->GetLength());
        map->release();
    }
    return result;
}

/* Completes as often as scalar 0 says, with the number of the completion and status 7. */
static kern_return_t Complete(ShimClient *client, IOUserClientMethodArguments *arguments)
{
    if (arguments->completion == nullptr) {
        return kIOReturnBadArgument;
    }
    for (uint64_t at = 0; at < arguments->scalarInput[0]; at++) {
        IOUserClientAsyncArgumentsArray data = {at, ~at};
        client->AsyncCompletion(arguments->completion, 7, data, 2);
    }
    return kIOReturnSuccess;
}

static kern_return_t KeepCompletion(ShimClient *client, IOUserClientMethodArguments *arguments)
{
    OSAction *none = nullptr;
    if (arguments->completion == nullptr) {
        return kIOReturnBadArgument;
    }
    arguments->completion->retain();
    if (!__atomic_compare_exchange_n(&client->ivars->kept, &none, arguments->completion, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        arguments->completion->release();
        return kIOReturnBusy;
    }
    return kIOReturnSuccess;
}

static kern_return_t CompleteKept(ShimClient *client)
{
    IOUserClientAsyncArgumentsArray data = {42};
    OSAction *kept = __atomic_exchange_n(&client->ivars->kept, nullptr, __ATOMIC_ACQ_REL);
    if (kept == nullptr) {
        return kIOReturnNotFound;
    }
    client->AsyncCompletion(kept, kIOReturnSuccess, data, 1);
    kept->release();
    return kIOReturnSuccess;
}

template <int number>
static void Note(void *context)
{
    auto *client = (ShimClient *)context;
    uint64_t before = __atomic_load_n(&client->ivars->order, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&client->ivars->order, &before, before * 10 + number, false,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    client->release();
}

static void Nothing(void *)
{
}

/* Four works on each of three queues, and a wait behind all of them: within one call, so that nothing
 * from outside comes between.
 */
static kern_return_t Order(ShimClient *client, IOUserClientMethodArguments *arguments)
{
    client->ivars->order = 0;
    static const IODispatchFunction functions[] = {Note<1>, Note<2>, Note<3>};
    for (int round = 0; round < 4; round++) {
        for (int at = 0; at < SHIM_TEST_QUEUES; at++) {
            client->retain();
            client->ivars->queues[at]->DispatchAsync_f(client, functions[at]);
        }
    }
    for (IODispatchQueue *queue : client->ivars->queues) {
        queue->DispatchSync_f(nullptr, Nothing);
    }
    arguments->scalarOutput[0] = __atomic_load_n(&client->ivars->order, __ATOMIC_RELAXED);
    return kIOReturnSuccess;
}

struct OnQueueSeen {
    ShimClient *client;
    bool one;
    bool own;
    bool two;
    kern_return_t direct;
};

static void LookOnQueue(void *context)
{
    auto *seen = (OnQueueSeen *)context;
    IODispatchQueue *own = nullptr;
    seen->client->CopyDispatchQueue(kIOServiceDefaultQueueName, &own);
    seen->one = seen->client->ivars->queues[0]->OnQueue();
    seen->two = seen->client->ivars->queues[1]->OnQueue();
    seen->own = own->OnQueue();
    own->release();
    /* A call to an object whose queue waits for this one: direct, or it would never end. */
    IOMemoryDescriptor *memory = nullptr;
    uint64_t options = 0;
    seen->direct = seen->client->CopyClientMemoryForType(MEMORY_FAILS, &options, &memory);
}

static kern_return_t OnQueue(ShimClient *client, IOUserClientMethodArguments *arguments)
{
    OnQueueSeen seen = {client, false, false, false, 0};
    arguments->scalarOutput[0] = client->ivars->queues[0]->OnQueue();
    client->ivars->queues[0]->DispatchSync_f(&seen, LookOnQueue);
    arguments->scalarOutput[1] = seen.one;
    arguments->scalarOutput[2] = seen.own;
    arguments->scalarOutput[3] = seen.two;
    arguments->scalarOutput[4] = (uint32_t)seen.direct;
    return kIOReturnSuccess;
}

/* Wakes at a time of a clock; the completion is what tells. A clock of nobody is a bad argument. */
static kern_return_t Timer(ShimClient *client, IOUserClientMethodArguments *arguments, bool cancel)
{
    ShimClient_IVars *ivars = client->ivars;
    uint64_t clock = arguments->scalarInput[0];
    uint64_t deadline = arguments->scalarInput[1];
    kern_return_t result = KeepCompletion(client, arguments);
    if (result != kIOReturnSuccess) {
        return result;
    }
    if (ivars->timer == nullptr) {
        result = IOTimerDispatchSource::Create(ivars->queues[0], &ivars->timer);
        if (result == kIOReturnSuccess) {
            result = client->CreateActionTimerOccurred(0, &ivars->timerAction);
        }
        if (result == kIOReturnSuccess) {
            result = ivars->timer->SetHandler(ivars->timerAction);
        }
        OSSafeReleaseNULL(ivars->timerAction);
    }
    if (result == kIOReturnSuccess) {
        /* A deadline that the next one replaces. */
        ivars->timer->WakeAtTime(kIOTimerClockMachContinuousTime, UINT64_MAX, 0);
        result = ivars->timer->WakeAtTime(clock, deadline, 0);
    }
    if (result != kIOReturnSuccess) {
        OSSafeReleaseNULL(ivars->kept);
    }
    if (cancel) {
        ivars->timer->Cancel(nullptr);
        /* A timer that is cancelled wakes nobody any more. */
        result = ivars->timer->WakeAtTime(clock, deadline, 0) == kIOReturnAborted ? kIOReturnSuccess
                                                                                  : kIOReturnError;
    }
    return result;
}

static kern_return_t CancelledQueue(ShimClient *client, IOUserClientMethodArguments *arguments)
{
    IODispatchQueue *queue = client->ivars->queues[2];
    client->ivars->order = 0;
    queue->Cancel(nullptr);
    /* Not run, so what it would have released is released here. */
    client->retain();
    queue->DispatchAsync_f(client, Note<3>);
    client->release();
    arguments->scalarOutput[0] = client->ivars->order;
    return kIOReturnSuccess;
}

static kern_return_t Allocate(void)
{
    void *block = IOMalloc(100);
    IOFree(block, 100);
    return kIOReturnSuccess;
}

static kern_return_t MemoryFacts(IOUserClientMethodArguments *arguments)
{
    uint64_t *out = arguments->scalarOutput;
    IOBufferMemoryDescriptor *memory = nullptr;
    /* An option that is no direction. */
    out[0] = (uint32_t)IOBufferMemoryDescriptor::Create(0x13, 4096, 0, &memory);
    out[1] = memory != nullptr;
    /* More than a page: contiguous. */
    out[2] = (uint32_t)IOBufferMemoryDescriptor::Create(kIOMemoryDirectionInOut, 1000, 1 << 16,
                                                        &memory);
    memory->GetLength(&out[3]);
    out[4] = (uint32_t)memory->SetLength(100);
    memory->GetLength(&out[5]);
    out[6] = (uint32_t)memory->SetLength(1 << 20);
    memory->GetLength(&out[7]);
    IOAddressSegment range = {};
    memory->GetAddressRange(&range);
    out[8] = range.address % 4096;
    out[9] = *(const uint8_t *)range.address;
    memory->release();
    out[10] = (uint32_t)IOBufferMemoryDescriptor::Create(kIOMemoryDirectionInOut, 0, 0, &memory);
    return kIOReturnSuccess;
}

static kern_return_t QueueNames(ShimClient *client, IOUserClientMethodArguments *arguments)
{
    uint64_t *out = arguments->scalarOutput;
    IODispatchQueue *queue = client->ivars->queues[0];
    IODispatchQueue *copied = nullptr;
    out[0] = (uint32_t)client->SetDispatchQueue("Unheard", queue);
    out[1] = (uint32_t)client->SetDispatchQueue(kIOUserClientQueueNameExternalMethod, queue);
    out[2] = (uint32_t)client->CopyDispatchQueue(kIOUserClientQueueNameExternalMethod, &copied);
    out[3] = copied == queue;
    OSSafeReleaseNULL(copied);
    out[4] = (uint32_t)client->CopyDispatchQueue(kIOServiceDefaultQueueName, &copied);
    OSSafeReleaseNULL(copied);
    out[5] = (uint32_t)client->CopyDispatchQueue("Unheard", &copied);
    return kIOReturnSuccess;
}

static kern_return_t Casts(ShimClient *client, IOUserClientMethodArguments *arguments)
{
    OSObject *object = client;
    arguments->scalarOutput[0] = OSDynamicCast(IOUserClient, object) == client;
    arguments->scalarOutput[1] = OSDynamicCast(IOService, object) == client;
    arguments->scalarOutput[2] = OSDynamicCast(OSData, object) == nullptr;
    object = client->ivars->driver;
    arguments->scalarOutput[3] = OSDynamicCast(IOUserClient, object) == nullptr;
    object = nullptr;
    arguments->scalarOutput[4] = OSDynamicCast(IOService, object) == nullptr;
    return kIOReturnSuccess;
}

static kern_return_t Clock(IOUserClientMethodArguments *arguments)
{
    mach_timebase_info_data_t info;
    mach_timebase_info(&info);
    arguments->scalarOutput[0] = info.numer;
    arguments->scalarOutput[1] = info.denom;
    arguments->scalarOutput[2] = mach_continuous_time();
    arguments->scalarOutput[3] = mach_absolute_time();
    return kIOReturnSuccess;
}

/* A second mapping of the client's page shows what is stored to the first, and nothing fits beyond. */
static kern_return_t Mapping(ShimClient *client, IOUserClientMethodArguments *arguments)
{
    uint64_t *out = arguments->scalarOutput;
    IOMemoryMap *map = nullptr;
    IOAddressSegment range = {};
    client->ivars->page->GetAddressRange(&range);
    *(uint32_t *)(range.address + 1000) = 0x12345678;
    out[0] = (uint32_t)client->ivars->page->CreateMapping(kIOMemoryMapReadOnly, 0, 1000, 8, 0, &map);
    out[1] = *(const uint32_t *)map->GetAddress();
    out[2] = map->GetLength();
    out[3] = map->GetOffset();
    map->release();
    out[4] = (uint32_t)client->ivars->page->CreateMapping(0, 0, 4000, 97, 0, &map);
    out[5] = (uint32_t)client->ivars->page->CreateMapping(kIOMemoryMapFixedAddress, 1 << 20, 0, 0, 0,
                                                          &map);
    return kIOReturnSuccess;
}

static kern_return_t Terminate(ShimClient *client, IOUserClientMethodArguments *arguments)
{
    arguments->scalarOutput[0] = (uint32_t)client->Terminate(1);
    arguments->scalarOutput[1] = (uint32_t)client->Terminate(0);
    return kIOReturnSuccess;
}

kern_return_t ShimCall(ShimClient *client, uint64_t selector, IOUserClientMethodArguments *arguments)
{
    static const IOUserClientMethodDispatch echo = {Echo, 0, 2, 0, 2, 0};
    static const IOUserClientMethodDispatch noFunction = {nullptr, (uint32_t)-1, 0, 0, 0, 0};
    switch (selector) {
    case CALL_ECHO:
        return client->IOUserClient::ExternalMethod(selector, arguments, &echo, client, nullptr);
    case CALL_ARGUMENTS:
        return Arguments(arguments);
    case CALL_STRUCTURE_OUT:
        return StructureOut(arguments);
    case CALL_LARGE_STRUCTURE_OUT:
        return LargeStructureOut(arguments);
    case CALL_COMPLETE:
        return Complete(client, arguments);
    case CALL_KEEP_COMPLETION:
        return KeepCompletion(client, arguments);
    case CALL_COMPLETE_KEPT:
        return CompleteKept(client);
    case CALL_NO_FUNCTION:
        return client->IOUserClient::ExternalMethod(selector, arguments, &noFunction, client,
                                                    nullptr);
    case CALL_NO_DISPATCH:
        return client->IOUserClient::ExternalMethod(selector, arguments, nullptr, client, nullptr);
    case CALL_ORDER:
        return Order(client, arguments);
    case CALL_ON_QUEUE:
        return OnQueue(client, arguments);
    case CALL_TIMER:
    case CALL_CANCELLED_TIMER:
        return Timer(client, arguments, selector == CALL_CANCELLED_TIMER);
    case CALL_LOG:
        os_log(OS_LOG_DEFAULT, "%{public}s of %llu", "logged", 3ull);
        return kIOReturnSuccess;
    case CALL_ALLOCATE:
        return Allocate();
    case CALL_MEMORY_FACTS:
        return MemoryFacts(arguments);
    case CALL_TERMINATE:
        return Terminate(client, arguments);
    case CALL_QUEUE_NAMES:
        return QueueNames(client, arguments);
    case CALL_CASTS:
        return Casts(client, arguments);
    case CALL_CLOCK:
        return Clock(arguments);
    case CALL_MAPPING:
        return Mapping(client, arguments);
    case CALL_SLEEP:
        IOSleep(arguments->scalarInput[0]);
        return kIOReturnSuccess;
    case CALL_FEWER_SCALARS:
        arguments->scalarOutput[0] = 1;
        arguments->scalarOutputCount = 2;
        return kIOReturnSuccess;
    case CALL_REGISTRY_ID:
        return client->GetRegistryEntryID(&arguments->scalarOutput[0]);
    case CALL_TERMINATE_DRIVER:
        return client->ivars->driver->Terminate(0);
    case CALL_CANCELLED_QUEUE:
        return CancelledQueue(client, arguments);
    default:
        return kIOReturnBadArgument;
    }
}

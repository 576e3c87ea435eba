/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What a dext must not do, each thing once. */

#include <DriverKit/DriverKit.h>

#include "ShimClient.h"
#include "modes.h"

/* What the compiler makes a block of: libblocksruntime has it, and nothing here needs more of that. */
extern "C" void *_NSConcreteGlobalBlock[32];
void *_NSConcreteGlobalBlock[32];

static void Nothing(void *)
{
}

static void SyncOnItself(void *context)
{
    ((IODispatchQueue *)context)->DispatchSync_f(nullptr, Nothing);
}

/* Two queues that wait for each other: each says that it runs, and then calls the other one. */
struct Crossing {
    IODispatchQueue *queues[2];
    int running;
};

static void Cross(Crossing *crossing, int other)
{
    __atomic_fetch_add(&crossing->running, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&crossing->running, __ATOMIC_ACQUIRE) < 2) {
        IODelay(100);
    }
    crossing->queues[other]->DispatchSync_f(nullptr, Nothing);
}

static void CrossToFirst(void *context)
{
    Cross((Crossing *)context, 0);
}

static void CrossToSecond(void *context)
{
    Cross((Crossing *)context, 1);
}

static void Deadlock(ShimClient *client)
{
    static Crossing crossing;
    crossing = {{client->ivars->queues[0], client->ivars->queues[1]}, 0};
    client->ivars->queues[0]->DispatchAsync_f(&crossing, CrossToSecond);
    client->ivars->queues[1]->DispatchAsync_f(&crossing, CrossToFirst);
    IOSleep(10000);
}

static OSData *Freed(void)
{
    OSData *data = OSData::withBytes("gone", 4);
    data->release();
    return data;
}

static void StructureAndDescriptor(IOUserClientMethodArguments *arguments)
{
    arguments->structureOutput = OSData::withBytes("both", 4);
}

/* A timer calls what is no timer's method. */
static void OtherType(ShimClient *client)
{
    OSAction *action = nullptr;
    IOTimerDispatchSource::Create(client->ivars->queues[0], &client->ivars->timer);
    OSAction::Create(client, ShimClient_TimerOccurred_ID, IOService_Stop_ID, 0, &action);
    client->ivars->timer->SetHandler(action);
    client->ivars->timer->WakeAtTime(kIOTimerClockMachContinuousTime, 0, 0);
}

kern_return_t ShimViolate(ShimClient *client, uint64_t selector,
                          IOUserClientMethodArguments *arguments)
{
    switch (selector) {
    case VIOLATE_SYNC_ON_OWN_QUEUE:
        client->ivars->queues[0]->DispatchSync_f(client->ivars->queues[0], SyncOnItself);
        break;
    case VIOLATE_DEADLOCK:
        Deadlock(client);
        break;
    case VIOLATE_OVER_RELEASE:
        Freed()->release();
        break;
    case VIOLATE_USE_AFTER_FREE: {
        OSMetaClassBase *data = Freed();
        data->isEqualTo(client);
        break;
    }
    case VIOLATE_FREE_LENGTH:
        IOFree(IOMalloc(8), 16);
        break;
    case VIOLATE_DOUBLE_FREE: {
        void *block = IOMalloc(64);
        IOFree(block, 64);
        IOFree(block, 64);
        break;
    }
    case VIOLATE_STRUCTURE_AND_ERROR:
        arguments->structureOutput = OSData::withBytes("lost", 4);
        return kIOReturnError;
    case VIOLATE_STRUCTURE_AND_DESCRIPTOR:
        StructureAndDescriptor(arguments);
        break;
    case VIOLATE_ASYNC_COUNT: {
        IOUserClientAsyncArgumentsArray data = {};
        client->AsyncCompletion(arguments->completion, kIOReturnSuccess, data, 17);
        break;
    }
    case VIOLATE_REQUIRED_CAST: {
        OSObject *object = client;
        return OSRequiredCast(OSData, object)->getLength() == 0;
    }
    case VIOLATE_SCALAR_COUNT:
        arguments->scalarOutputCount++;
        break;
    case VIOLATE_DIRECT_FREE:
        OSData::withBytes("free", 4)->free();
        break;
    case VIOLATE_SYNC_ON_CANCELLED:
        client->ivars->queues[0]->Cancel(nullptr);
        client->ivars->queues[0]->DispatchSync_f(nullptr, Nothing);
        break;
    case VIOLATE_SUPER_START_LATE:
        client->Start(client->ivars->driver, (OSDispatchMethod)(void (*)(void)) & IOUserClient::_Dispatch);
        break;
    case VIOLATE_CALL_ON_CANCELLED: {
        client->SetDispatchQueue(kIOServiceDefaultQueueName, client->ivars->queues[0]);
        client->ivars->queues[0]->Cancel(nullptr);
        uint64_t options = 0;
        IOMemoryDescriptor *memory = nullptr;
        return client->CopyClientMemoryForType(MEMORY_PAGE, &options, &memory);
    }
    case VIOLATE_CANCEL_WITH_BLOCK:
        client->ivars->queues[0]->Cancel(^{
        });
        break;
    case VIOLATE_QUEUE_OPTIONS: {
        IODispatchQueue *queue = nullptr;
        return IODispatchQueue::Create("four", kIODispatchQueueReentrant, 0, &queue);
    }
    case VIOLATE_ACTION_OF_OTHER_TYPE:
        OtherType(client);
        break;
    default:
        break;
    }
    return kIOReturnSuccess;
}

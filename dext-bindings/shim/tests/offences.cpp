/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What no rule of the kernel forbids, and a sanitizer does: each is there to show that it looks. */

#include <DriverKit/DriverKit.h>

#include "ShimClient.h"
#include "modes.h"

/* Not of a dext: memory that the census does not count. */
extern "C" void *malloc(size_t size);

static int arrived;
static volatile int shared;

/* Both are there before either stores, and nothing orders the stores. So many, because the sanitizer
 * passes over a race of which it has lost the other side.
 */
static void Store(void *)
{
    __atomic_fetch_add(&arrived, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&arrived, __ATOMIC_RELAXED) < 2) {
    }
    for (int at = 0; at < 100000; at++) {
        shared = at;
    }
}

static void Nothing(void *)
{
}

static void Race(ShimClient *client)
{
    arrived = 0;
    client->ivars->queues[0]->DispatchAsync_f(nullptr, Store);
    client->ivars->queues[1]->DispatchAsync_f(nullptr, Store);
    client->ivars->queues[0]->DispatchSync_f(nullptr, Nothing);
    client->ivars->queues[1]->DispatchSync_f(nullptr, Nothing);
}

kern_return_t ShimOffend(ShimClient *client, uint64_t selector)
{
    switch (selector) {
    case OFFEND_RACE:
        Race(client);
        break;
    case OFFEND_OUT_OF_BOUNDS: {
        auto *block = (volatile uint8_t *)IOMalloc(8);
        block[8] = 1;
        IOFree((void *)block, 8);
        break;
    }
    case OFFEND_SHIFT: {
        volatile int bits = 32;
        shared = 1 << bits;
        break;
    }
    case OFFEND_LEAK: {
        void *volatile block = malloc(8);
        return block != nullptr ? kIOReturnSuccess : kIOReturnNoMemory;
    }
    default:
        break;
    }
    return kIOReturnSuccess;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What the driver knows of one connection. On the queue of calls, from joining to leaving. */

#ifndef TESTIMONY_DEXT_CLIENT_H
#define TESTIMONY_DEXT_CLIENT_H

#include <DriverKit/IOBufferMemoryDescriptor.h>
#include <DriverKit/IOUserClient.h>

#include "Ticks.h"

namespace testimony
{

struct Client {
    /* Whose connection it is: what completions go through. It outlives this. */
    IOUserClient *service;
    /* Counted from 1 since the driver started; 0 before it has joined. */
    uint64_t number;
    /* Its release page, made when it started, and where it lies. */
    IOBufferMemoryDescriptor *page;
    const tsm_word *lines;

    /* It has left: a call of its that was under way then comes to nothing. */
    bool left;

    /* What it said hello as. */
    bool greeted;
    uint16_t abi_major;
    uint16_t abi_minor;

    bool attached;
    bool draining;
    bool served;
    uint32_t slot;
    uint64_t ticket;
    uint64_t lag;
    /* TSM_CLASSES_* that it wants. */
    uint64_t classes;

    /* If it sleeps: whom to tell; the sum of its positions, and how much more is to come. */
    OSAction *bell;
    uint64_t read;
    uint64_t amount;
};

} // namespace testimony

#endif /* TESTIMONY_DEXT_CLIENT_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What clients ask for, selector by selector (spec/attach.md, "DriverKit"). On the queue of calls. */

#ifndef TESTIMONY_DEXT_CALLS_H
#define TESTIMONY_DEXT_CALLS_H

#include "House.h"

namespace testimony
{

/* Whose call it is. */
struct Caller {
    House *house;
    Client *client;
};

/* Returns how selector `selector` is called; NULL if there is none. */
const IOUserClientMethodDispatch *DispatchOf(uint64_t selector);

/* Hands a memory out (ATT-15): assigns `options`, and `memory` with a reference for the kernel. */
kern_return_t HandOut(const Caller *caller, uint64_t type, uint64_t *options,
                      IOMemoryDescriptor **memory);

} // namespace testimony

#endif /* TESTIMONY_DEXT_CALLS_H */

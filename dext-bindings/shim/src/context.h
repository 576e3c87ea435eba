/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What the calling thread does for the dext right now. */

#ifndef SHIM_CONTEXT_H
#define SHIM_CONTEXT_H

#include <stdint.h>

namespace shim
{

struct Context {
    /* The class whose method runs; null while no code of the dext runs. */
    const char *className = nullptr;
    const char *method = nullptr;
    /* The selector of an external method. */
    uint64_t selector = 0;
    /* Within init, free, Start, Stop or the opening of a client: where it may allocate. */
    bool lifeCycle = false;
};

extern thread_local Context context;

/* Says for its own life what the thread does; within a life-cycle method all is life cycle. */
class Doing
{
public:
    Doing(const char *className, const char *method, bool lifeCycle, uint64_t selector = 0)
        : m_before(context)
    {
        context = {className, method, selector, lifeCycle || m_before.lifeCycle};
    }
    ~Doing() { context = m_before; }
    Doing(const Doing &) = delete;
    Doing &operator=(const Doing &) = delete;

private:
    Context m_before;
};

} // namespace shim

#endif /* SHIM_CONTEXT_H */

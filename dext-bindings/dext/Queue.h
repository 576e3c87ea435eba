/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Work on a queue that the caller waits for.
 *
 * Who may wait for whom, so that nobody waits in a circle: the queues of the services (Start, Stop,
 * CopyClientMemoryForType, timers) wait for the queue of calls; that one waits for the queues of the other
 * lanes; those wait for nobody.
 */

#ifndef TESTIMONY_DEXT_QUEUE_H
#define TESTIMONY_DEXT_QUEUE_H

#include <DriverKit/IODispatchQueue.h>

namespace testimony
{

/* Runs `work` on `queue` and returns when it is done. On the queue itself that is a call. */
template <class Context>
void RunOn(IODispatchQueue *queue, Context *context, void (*work)(Context *))
{
    struct Job {
        Context *context;
        void (*work)(Context *);
    } job = {context, work};
    IODispatchFunction run = [](void *argument) {
        const Job *what = (const Job *)argument;
        what->work(what->context);
    };
    if (queue->OnQueue()) {
        run(&job);
    } else {
        queue->DispatchSync_f(&job, run);
    }
}

} // namespace testimony

#endif /* TESTIMONY_DEXT_QUEUE_H */

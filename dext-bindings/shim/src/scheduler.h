/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Serial queues: a thread each, running freely or by the baton.
 *
 * Free-running: every queue's thread takes the next work when there is one. With a seed: one queue
 * runs at a time, and whenever it ends its work or waits for another queue, a generator chooses
 * who is next among all that could run. The same seed and the same work give the same order.
 *
 * A call that waits runs the work on the other queue's thread; the queues of those that wait form
 * a chain, and a call to a queue of one's own chain is direct.
 */

#ifndef SHIM_SCHEDULER_H
#define SHIM_SCHEDULER_H

#include <stdint.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace shim
{

struct Queue;
using QueuePointer = std::shared_ptr<Queue>;

/* Before the first queue is made. */
void SchedulerSeed(std::optional<uint64_t> seed);

/* A number below `bound`, from the seed; 0 without a seed. For choices that the kernel leaves open. */
uint64_t SchedulerChoice(uint64_t bound);

QueuePointer QueueMake(const std::string &name);

/* Runs `work` later. `dropped` is what to do instead when the queue is cancelled or closed. */
void QueuePost(const QueuePointer &queue, std::function<void()> work,
               std::function<void()> dropped = {});

/* Runs `work` on the queue and waits for it; false when the queue is cancelled. */
bool QueueRun(const QueuePointer &queue, const std::function<void()> &work);

/* Is the caller on the queue, also by way of those that wait for it? */
bool QueueIsCurrent(const QueuePointer &queue);

/* Drops what waits, and takes nothing more. */
void QueueCancel(const QueuePointer &queue);

/* Ends the queue's thread once nothing waits. */
void QueueClose(const QueuePointer &queue);

/* The queue that the caller's thread runs; `-` outside of any. */
std::string CurrentQueueName();

/* Waits until the threads of all closed queues have ended: false after five seconds. */
bool SchedulerDrain();

} // namespace shim

#endif /* SHIM_SCHEDULER_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "scheduler.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "faults.h"
#include "violation.h"

namespace shim
{

/* Which queues a thread holds: its own, and those that wait for it. */
struct Chain {
    Queue *queue;
    const Chain *waiting;
};

struct Work {
    std::function<void()> work;
    std::function<void()> dropped;
    /* Of the caller that waits; null for work that nobody waits for. */
    const Chain *caller = nullptr;
    bool *done = nullptr;
};

struct Queue {
    std::string name;
    uint64_t number;
    std::deque<Work> works;
    bool running = false;
    bool cancelled = false;
    bool closed = false;
    /* While the running work waits for another queue. */
    Queue *waitsFor = nullptr;
    bool resumable = false;
    std::condition_variable wake;
};

static std::mutex lock;
static std::condition_variable someoneDone;
static std::condition_variable threadEnded;
static uint64_t queuesMade;
static uint64_t threads;
static thread_local const Chain *chain;

/* With a seed only: who could run, in the order in which they were made, and who may. */
static std::optional<uint64_t> generator;
static std::map<uint64_t, Queue *> queues;
static Queue *holder;

void SchedulerSeed(std::optional<uint64_t> seed)
{
    generator = seed;
}

/* SplitMix64, by Sebastiano Vigna: small, and any seed is a good one. */
static uint64_t Next()
{
    uint64_t z = *generator += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

uint64_t SchedulerChoice(uint64_t bound)
{
    std::lock_guard guard(lock);
    return generator ? Next() % bound : 0;
}

static bool CouldRun(const Queue *queue)
{
    return queue->resumable || (!queue->running && !queue->works.empty());
}

/* Gives the baton to one of those that could run. A lone candidate costs no number: when it came
 * does not change what comes after it.
 */
static void Elect()
{
    if (!generator || holder != nullptr) {
        return;
    }
    std::vector<Queue *> candidates;
    for (const auto &[number, queue] : queues) {
        if (CouldRun(queue)) {
            candidates.push_back(queue);
        }
    }
    if (candidates.empty()) {
        return;
    }
    holder = candidates.size() == 1 ? candidates[0] : candidates[Next() % candidates.size()];
    holder->wake.notify_all();
}

static void PutDown(Queue *queue)
{
    if (holder == queue) {
        holder = nullptr;
    }
    Elect();
}

/* Tells who waited that the work is done: in turn, if it is a queue, and as one who could run before
 * the next one is chosen, so that how soon its thread wakes up changes nothing.
 */
static void Resume(const Chain *caller)
{
    if (caller != nullptr) {
        caller->queue->waitsFor = nullptr;
        caller->queue->resumable = true;
        caller->queue->wake.notify_all();
    }
    someoneDone.notify_all();
}

static void Run(const QueuePointer &queue, std::unique_lock<std::mutex> &guard)
{
    Work work = std::move(queue->works.front());
    queue->works.pop_front();
    queue->running = true;
    guard.unlock();
    FaultsOnDispatch();
    Chain mine = {queue.get(), work.caller};
    chain = &mine;
    work.work();
    chain = nullptr;
    bool *done = work.done;
    const Chain *caller = work.caller;
    /* What the work holds may free objects: not under the lock. */
    work = {};
    guard.lock();
    queue->running = false;
    if (done != nullptr) {
        *done = true;
        Resume(caller);
    }
    PutDown(queue.get());
}

static void Serve(const QueuePointer &queue)
{
    std::unique_lock guard(lock);
    while (true) {
        queue->wake.wait(guard, [&] {
            bool mayRun = !generator || holder == queue.get();
            return (!queue->works.empty() && mayRun) || (queue->works.empty() && queue->closed);
        });
        if (queue->works.empty()) {
            break;
        }
        Run(queue, guard);
    }
    queues.erase(queue->number);
    PutDown(queue.get());
    threads--;
    std::notify_all_at_thread_exit(threadEnded, std::move(guard));
}

QueuePointer QueueMake(const std::string &name)
{
    auto queue = std::make_shared<Queue>();
    queue->name = name;
    std::lock_guard guard(lock);
    queue->number = ++queuesMade;
    queues[queue->number] = queue.get();
    threads++;
    std::thread([queue] { Serve(queue); }).detach();
    return queue;
}

/* False when the queue takes no work. */
static bool Add(const QueuePointer &queue, Work &work)
{
    std::lock_guard guard(lock);
    if (queue->cancelled || queue->closed) {
        return false;
    }
    queue->works.push_back(std::move(work));
    queue->wake.notify_all();
    Elect();
    return true;
}

void QueuePost(const QueuePointer &queue, std::function<void()> work,
               std::function<void()> dropped)
{
    Work posted = {std::move(work), std::move(dropped)};
    if (!Add(queue, posted) && posted.dropped) {
        posted.dropped();
    }
}

/* A queue that waits, directly or not, for a queue of the caller's chain will never run this. */
static void RefuseDeadlock(const Queue *target)
{
    for (const Queue *queue = target; queue != nullptr; queue = queue->waitsFor) {
        for (const Chain *mine = chain; mine != nullptr; mine = mine->waiting) {
            if (queue == mine->queue) {
                Violation("deadlock: %s waits for %s, which waits for %s", chain->queue->name.c_str(),
                          target->name.c_str(), queue->name.c_str());
            }
        }
    }
}

bool QueueRun(const QueuePointer &queue, const std::function<void()> &work)
{
    if (QueueIsCurrent(queue)) {
        work();
        return true;
    }
    bool done = false;
    bool dropped = false;
    std::unique_lock guard(lock);
    RefuseDeadlock(queue.get());
    if (queue->cancelled || queue->closed) {
        return false;
    }
    /* Whoever drops it holds the lock. */
    queue->works.push_back({work, [&] { done = dropped = true; }, chain, &done});
    queue->wake.notify_all();
    if (chain == nullptr) {
        Elect();
        someoneDone.wait(guard, [&] { return done; });
        return !dropped;
    }
    Queue *self = chain->queue;
    self->waitsFor = queue.get();
    PutDown(self);
    self->wake.wait(guard, [&] { return done && (!generator || holder == self); });
    self->resumable = false;
    return !dropped;
}

bool QueueIsCurrent(const QueuePointer &queue)
{
    for (const Chain *mine = chain; mine != nullptr; mine = mine->waiting) {
        if (mine->queue == queue.get()) {
            return true;
        }
    }
    return false;
}

void QueueCancel(const QueuePointer &queue)
{
    std::deque<Work> dropped;
    {
        std::lock_guard guard(lock);
        queue->cancelled = true;
        dropped.swap(queue->works);
        for (Work &work : dropped) {
            if (work.done != nullptr) {
                work.dropped();
                Resume(work.caller);
            }
        }
        Elect();
    }
    for (Work &work : dropped) {
        if (work.done == nullptr && work.dropped) {
            work.dropped();
        }
    }
}

void QueueClose(const QueuePointer &queue)
{
    std::lock_guard guard(lock);
    queue->closed = true;
    queue->wake.notify_all();
}

std::string CurrentQueueName()
{
    return chain != nullptr ? chain->queue->name : "-";
}

bool SchedulerDrain()
{
    std::unique_lock guard(lock);
    return threadEnded.wait_for(guard, std::chrono::seconds(5), [] { return threads == 0; });
}

} // namespace shim

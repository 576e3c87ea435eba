/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "terminator.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace shim
{

static std::mutex lock;
static std::condition_variable changed;
static std::deque<std::function<void()>> waiting;
static std::unique_ptr<std::thread> terminator;
static bool ended;

static void Serve()
{
    std::unique_lock guard(lock);
    while (true) {
        changed.wait(guard, [] { return ended || !waiting.empty(); });
        if (waiting.empty()) {
            return;
        }
        std::function<void()> work = std::move(waiting.front());
        waiting.pop_front();
        guard.unlock();
        work();
        work = {};
        guard.lock();
    }
}

void TerminateLater(std::function<void()> work)
{
    std::lock_guard guard(lock);
    if (ended) {
        return;
    }
    if (!terminator) {
        terminator = std::make_unique<std::thread>(Serve);
    }
    waiting.push_back(std::move(work));
    changed.notify_all();
}

void TerminatorStop()
{
    std::unique_ptr<std::thread> stopped;
    {
        std::lock_guard guard(lock);
        ended = true;
        stopped = std::move(terminator);
        changed.notify_all();
    }
    if (stopped) {
        stopped->join();
    }
}

} // namespace shim

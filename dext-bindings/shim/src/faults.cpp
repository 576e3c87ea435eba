/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "faults.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace shim
{

static std::atomic<int64_t> worksUntilDeath;
static std::atomic<bool> refuseMap;
static std::atomic<uint64_t> delayMap;

void FaultsKillAt(uint64_t count)
{
    worksUntilDeath = (int64_t)count;
}

void FaultsOnDispatch()
{
    if (worksUntilDeath.load(std::memory_order_relaxed) <= 0) {
        return;
    }
    if (worksUntilDeath.fetch_sub(1) == 1) {
        kill(getpid(), SIGKILL);
        pause();
    }
}

void FaultsRefuseMap()
{
    refuseMap = true;
}

void FaultsDelayMap(uint64_t milliseconds)
{
    delayMap = milliseconds;
}

bool FaultsOnMap()
{
    uint64_t milliseconds = delayMap.exchange(0);
    if (milliseconds != 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    }
    return refuseMap.exchange(false);
}

} // namespace shim

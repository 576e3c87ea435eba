/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "census.h"

#include <atomic>
#include <map>
#include <mutex>

#include "class_list.h"
#include "context.h"

namespace shim
{

thread_local Context context;

static std::atomic<int64_t> blocks;
static std::atomic<int64_t> bytes;
static std::atomic<bool> started;

/* `what@Class::Method` and how often. */
static std::mutex lateLock;
static std::map<std::string, uint64_t> late;

void CensusDriverStarted()
{
    started = true;
}

void CensusAllocated(const char *what)
{
    if (!started || context.className == nullptr || context.lifeCycle) {
        return;
    }
    std::string where = std::string(what) + "@" + context.className + "::" + context.method;
    if (context.selector != 0) {
        where += ":" + std::to_string(context.selector);
    }
    std::lock_guard guard(lateLock);
    late[where]++;
}

void CensusBlocks(int64_t addedBlocks, int64_t addedBytes)
{
    blocks += addedBlocks;
    bytes += addedBytes;
}

bool CensusIsZero()
{
    for (const OSMetaClass *meta = ClassList(); meta != nullptr; meta = meta->next) {
        if (LiveObjects(meta) != 0) {
            return false;
        }
    }
    return blocks == 0;
}

std::string CensusReport()
{
    std::map<std::string, int64_t> live;
    for (const OSMetaClass *meta = ClassList(); meta != nullptr; meta = meta->next) {
        if (LiveObjects(meta) != 0) {
            live[meta->name] = LiveObjects(meta);
        }
    }
    std::string report;
    for (const auto &[name, count] : live) {
        report += name + "=" + std::to_string(count) + " ";
    }
    if (blocks != 0) {
        report += "IOMalloc=" + std::to_string(blocks) + "/" + std::to_string(bytes) + " ";
    }
    std::lock_guard guard(lateLock);
    uint64_t total = 0;
    std::string places;
    for (const auto &[where, count] : late) {
        total += count;
        places += " " + where + "=" + std::to_string(count);
    }
    return report + "late=" + std::to_string(total) + places;
}

} // namespace shim

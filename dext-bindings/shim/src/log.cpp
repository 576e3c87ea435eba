/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <map>
#include <mutex>

#include <os/log.h>

#include "scheduler.h"
#include "violation.h"

namespace shim
{

static std::mutex lock;
static std::map<std::string, uint64_t> counts;

static void Count()
{
    std::lock_guard guard(lock);
    counts[CurrentQueueName()]++;
}

std::string LogReport()
{
    std::lock_guard guard(lock);
    uint64_t total = 0;
    std::string places;
    for (const auto &[queue, count] : counts) {
        total += count;
        places += " " + queue + "=" + std::to_string(count);
    }
    return "total=" + std::to_string(total) + places;
}

/* What printf does not know is the privacy of an argument: `%{public}s`. */
static std::string WithoutPrivacy(const char *format)
{
    std::string plain;
    for (const char *at = format; *at != '\0'; at++) {
        plain += *at;
        if (at[0] == '%' && at[1] == '{') {
            const char *end = strchr(at, '}');
            if (end != nullptr) {
                at = end;
            }
        }
    }
    return plain;
}

static void Print(const char *format, va_list arguments)
{
    char line[512];
    vsnprintf(line, sizeof line, format, arguments);
    Note("log: %s", line);
}

} // namespace shim

void _os_log_impl(os_log_t, const char *format, ...)
{
    shim::Count();
    std::string plain = shim::WithoutPrivacy(format);
    va_list arguments;
    va_start(arguments, format);
    shim::Print(plain.c_str(), arguments);
    va_end(arguments);
}

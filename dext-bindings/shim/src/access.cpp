/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "access.h"

#include <unistd.h>

#include <mutex>

namespace shim
{

static std::mutex lock;
static bool configured;
static std::optional<uint32_t> entitled;

void AccessEntitle(std::optional<uint32_t> user)
{
    std::lock_guard guard(lock);
    configured = true;
    entitled = user;
}

bool AccessIsGranted(uint32_t user)
{
    std::lock_guard guard(lock);
    if (!configured) {
        return user == geteuid() || user == 0;
    }
    return entitled == user;
}

} // namespace shim

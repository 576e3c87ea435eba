/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Who may be a client: the user of its process stands in for its entitlements. */

#ifndef SHIM_ACCESS_H
#define SHIM_ACCESS_H

#include <stdint.h>

#include <optional>

namespace shim
{

/* From now on only this user may, or nobody. Until then: the host's own user, and root. */
void AccessEntitle(std::optional<uint32_t> user);

bool AccessIsGranted(uint32_t user);

} // namespace shim

#endif /* SHIM_ACCESS_H */

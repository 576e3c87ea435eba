/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Services that can be found: sockets in a directory, each called after a service's class. */

#ifndef SHIM_REGISTRY_H
#define SHIM_REGISTRY_H

#include <functional>
#include <string>

namespace shim
{

/* TESTIMONY_REGISTRY, or testimony-registry in XDG_RUNTIME_DIR; empty when neither is set. */
std::string RegistryDefault();

/* Binds the socket in place of one of an earlier incarnation, and hands each client to `accept`. */
void RegistryPublish(const std::string &directory, const std::string &name,
                     std::function<void(int)> accept);

/* Takes the socket away, if it is still this one, and accepts nobody any more. */
void RegistryWithdraw();

} // namespace shim

#endif /* SHIM_REGISTRY_H */

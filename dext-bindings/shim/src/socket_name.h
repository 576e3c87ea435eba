/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What lies at the path of a socket. */

#ifndef SHIM_SOCKET_NAME_H
#define SHIM_SOCKET_NAME_H

#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace shim
{

/* Whether a socket can be put at `path`: nothing lies there, or a socket. Links are not followed. */
inline bool MayReplace(const std::string &path)
{
    struct stat status;
    return lstat(path.c_str(), &status) != 0 || S_ISSOCK(status.st_mode);
}

/* Removes a socket at `path`; false, if something else lies there, which stays. */
inline bool RemoveSocket(const std::string &path)
{
    if (!MayReplace(path)) {
        return false;
    }
    unlink(path.c_str());
    return true;
}

} // namespace shim

#endif /* SHIM_SOCKET_NAME_H */

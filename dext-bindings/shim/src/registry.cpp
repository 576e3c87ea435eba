/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "registry.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <thread>

#include "socket_name.h"
#include "violation.h"

namespace shim
{

static int listener = -1;
static int withdrawn = -1;
static struct stat published;
static std::string path;
static std::thread acceptor;

std::string RegistryDefault()
{
    if (const char *registry = getenv("TESTIMONY_REGISTRY")) {
        return registry;
    }
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    return runtime != nullptr ? std::string(runtime) + "/testimony-registry" : "";
}

/* Bound beside its place and moved there: who looks finds the old one or the new one. */
static void Bind(const std::string &directory)
{
    std::string beside = path + "." + std::to_string(getpid());
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (beside.size() >= sizeof address.sun_path) {
        Violation("the registry %s has too long a path for a socket", directory.c_str());
    }
    memcpy(address.sun_path, beside.c_str(), beside.size());
    mkdir(directory.c_str(), 0700);
    if (!MayReplace(path) || !RemoveSocket(beside)) {
        Violation("%s is not a socket, and is left alone", path.c_str());
    }
    listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, SOMAXCONN) != 0 || rename(beside.c_str(), path.c_str()) != 0) {
        Violation("cannot publish at %s: %s", path.c_str(), strerror(errno));
    }
    if (lstat(path.c_str(), &published) != 0) {
        published = {};
    }
}

static void Accept(const std::function<void(int)> &accept)
{
    while (true) {
        pollfd waits[] = {{listener, POLLIN, 0}, {withdrawn, POLLIN, 0}};
        if (poll(waits, 2, -1) < 0) {
            continue;
        }
        if (waits[1].revents != 0) {
            return;
        }
        int client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0) {
            accept(client);
        }
    }
}

void RegistryPublish(const std::string &directory, const std::string &name,
                     std::function<void(int)> accept)
{
    if (listener >= 0) {
        return;
    }
    path = directory + "/" + name;
    Bind(directory);
    withdrawn = eventfd(0, EFD_CLOEXEC);
    acceptor = std::thread(Accept, std::move(accept));
}

void RegistryWithdraw()
{
    if (listener < 0) {
        return;
    }
    struct stat status;
    if (lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode) &&
        status.st_ino == published.st_ino && status.st_dev == published.st_dev) {
        unlink(path.c_str());
    }
    eventfd_write(withdrawn, 1);
    acceptor.join();
    close(listener);
    close(withdrawn);
}

} // namespace shim

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "connections.h"

#include <unistd.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "connection.h"

namespace shim
{

using ConnectionPointer = std::shared_ptr<Connection>;

static std::mutex lock;
static std::condition_variable served;
static std::map<uint64_t, ConnectionPointer> connections;
static uint64_t accepted;
static uint64_t threads;
static bool ended;

static void Serve(IOService *driver, ConnectionPointer connection)
{
    connection->Serve(driver);
    driver->release();
    uint64_t number = connection->Number();
    ConnectionPointer last;
    {
        std::lock_guard guard(lock);
        last = std::move(connections[number]);
        connections.erase(number);
    }
    connection.reset();
    last.reset();
    std::unique_lock guard(lock);
    threads--;
    std::notify_all_at_thread_exit(served, std::move(guard));
}

void ConnectionsAccept(IOService *driver, int socket)
{
    std::lock_guard guard(lock);
    if (ended) {
        close(socket);
        return;
    }
    auto connection = std::make_shared<Connection>(++accepted, socket);
    connections[connection->Number()] = connection;
    threads++;
    driver->retain();
    std::thread(Serve, driver, connection).detach();
}

static std::vector<ConnectionPointer> All()
{
    std::lock_guard guard(lock);
    std::vector<ConnectionPointer> all;
    for (const auto &[number, connection] : connections) {
        all.push_back(connection);
    }
    return all;
}

void ConnectionsTerminate()
{
    for (const ConnectionPointer &connection : All()) {
        connection->Terminate();
    }
}

void ConnectionsEnd()
{
    {
        std::lock_guard guard(lock);
        ended = true;
    }
    for (const ConnectionPointer &connection : All()) {
        connection->TellTerminated();
        connection->Shut();
    }
    std::unique_lock guard(lock);
    served.wait(guard, [] { return threads == 0; });
}

std::string ConnectionsReport()
{
    std::string report;
    for (const ConnectionPointer &connection : All()) {
        report += (report.empty() ? "" : " ") + connection->Describe();
    }
    return report;
}

bool ConnectionsTerminateOne(uint64_t number)
{
    ConnectionPointer found;
    {
        std::lock_guard guard(lock);
        auto at = connections.find(number);
        if (at == connections.end()) {
            return false;
        }
        found = at->second;
    }
    found->Terminate();
    return true;
}

} // namespace shim

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* All connections, each with a thread. */

#ifndef SHIM_CONNECTIONS_H
#define SHIM_CONNECTIONS_H

#include <stdint.h>

#include <string>

#include <DriverKit/IOService.h>

namespace shim
{

/* Serves a new client on a thread of its own. Closes the socket once nobody is to be served. */
void ConnectionsAccept(IOService *driver, int socket);

/* Stops every client. */
void ConnectionsTerminate();

/* Tells who watches that the service has ended, ends all connections, and waits for their threads. */
void ConnectionsEnd();

/* `1:active 2:terminated`. */
std::string ConnectionsReport();

/* False when there is no such client. */
bool ConnectionsTerminateOne(uint64_t number);

} // namespace shim

#endif /* SHIM_CONNECTIONS_H */

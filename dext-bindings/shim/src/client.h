/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What the kernel asks of a user client. */

#ifndef SHIM_CLIENT_H
#define SHIM_CLIENT_H

#include <stdint.h>

#include <functional>
#include <vector>

#include <DriverKit/IOUserClient.h>

namespace shim
{

/* More than this goes through a memory descriptor: io_struct_inband_t. */
constexpr size_t STRUCTURE_INBAND_MAX = 4096;

struct CallRequest {
    uint64_t selector = 0;
    std::vector<uint64_t> scalars;
    std::vector<uint8_t> structure;
    uint32_t scalarsOut = 0;
    uint64_t structureOut = 0;
    /* Null for a synchronous call. */
    OSAction *completion = nullptr;
};

struct CallReply {
    IOReturn code = kIOReturnSuccess;
    std::vector<uint64_t> scalars;
    std::vector<uint8_t> structure;
};

/* Runs an external method, on the thread that is on the client's queue. */
CallReply ClientCall(IOUserClient *client, const CallRequest &request);

struct ClientMemory {
    IOReturn code = kIOReturnSuccess;
    /* Not retained: the dext keeps it. */
    IOMemoryDescriptor *memory = nullptr;
    bool readOnly = false;
};

/* Asks for the memory of a type, checks what came, and consumes the reference. */
ClientMemory ClientMemoryForType(IOUserClient *client, uint64_t type);

} // namespace shim

#endif /* SHIM_CLIENT_H */

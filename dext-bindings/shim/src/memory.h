/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#ifndef SHIM_MEMORY_H
#define SHIM_MEMORY_H

#include <stdint.h>

#include <mutex>

#include <DriverKit/IOMemoryDescriptor.h>

struct IOMemoryDescriptor_IVars {
    std::mutex lock;
    /* The memory, which lives as long as anybody holds or maps it. */
    int descriptor = -1;
    /* The owner's mapping; null for what a client sent. */
    void *address = nullptr;
    /* In whole pages. */
    uint64_t capacity = 0;
    uint64_t length = 0;
    uint64_t direction = 0;
    bool sealedReadOnly = false;
    bool sealedReadWrite = false;
};

namespace shim
{

/* Seals the memory for a client's mapping and returns a descriptor to send, or -1. */
int MemoryExport(IOMemoryDescriptor *memory, bool readOnly);

/* A descriptor of bytes that a client sent, too large to come as OSData. */
IOMemoryDescriptor *MemoryOfClient(const void *bytes, uint64_t length);

/* Its bytes, for what goes back to the client. */
void *MemoryBytes(IOMemoryDescriptor *memory);

} // namespace shim

#endif /* SHIM_MEMORY_H */

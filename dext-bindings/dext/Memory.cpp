/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "Memory.h"

#include <DriverKit/IOLib.h>

/* Checks what was allocated. */
static kern_return_t Check(IOBufferMemoryDescriptor *memory, uint64_t size, void **address)
{
    kern_return_t result = memory->SetLength(size);
    uint64_t length = 0;
    if (result == kIOReturnSuccess) {
        result = memory->GetLength(&length);
    }
    IOAddressSegment range = {0, 0};
    if (result == kIOReturnSuccess) {
        result = memory->GetAddressRange(&range);
    }
    if (result != kIOReturnSuccess) {
        return result;
    }
    if (length != size || range.length < size || range.address == 0 ||
        range.address % sizeof(uint64_t) != 0) {
        return kIOReturnNoMemory;
    }
    *address = (void *)(uintptr_t)range.address;
    return kIOReturnSuccess;
}

kern_return_t testimony::Allocate(uint64_t size, IOBufferMemoryDescriptor **memory, void **address)
{
    *memory = NULL;
    kern_return_t result =
        IOBufferMemoryDescriptor::Create(kIOMemoryDirectionInOut, size, 0, memory);
    if (result != kIOReturnSuccess) {
        *memory = NULL;
        return result;
    }
    result = Check(*memory, size, address);
    if (result != kIOReturnSuccess) {
        OSSafeReleaseNULL(*memory);
    }
    return result;
}

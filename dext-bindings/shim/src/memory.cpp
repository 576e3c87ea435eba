/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* IOBufferMemoryDescriptor is a memfd, so that a client's mapping is the kernel's business and
 * outlives the dext, as it does on macOS (IOUserClient::destroyUserReferences).
 */

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <DriverKit/IOBufferMemoryDescriptor.h>
#include <DriverKit/IOMemoryMap.h>

#include "memory_map.h"
#include "violation.h"

OSDefineMetaClass(IOMemoryDescriptor, OSObject);
OSDefineMetaClass(IOBufferMemoryDescriptor, IOMemoryDescriptor);

namespace shim
{

static uint64_t WholePages(uint64_t length)
{
    auto page = (uint64_t)sysconf(_SC_PAGESIZE);
    return (length + page - 1) / page * page;
}

/* Allocates and maps, zero-filled and whole: no store faults later. */
static bool Allocate(IOMemoryDescriptor_IVars *ivars, uint64_t capacity)
{
    ivars->capacity = WholePages(capacity);
    ivars->length = capacity;
    ivars->descriptor = memfd_create("IOBufferMemoryDescriptor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (ivars->descriptor < 0 || ftruncate(ivars->descriptor, (off_t)ivars->capacity) != 0 ||
        posix_fallocate(ivars->descriptor, 0, (off_t)ivars->capacity) != 0) {
        return false;
    }
    void *address = mmap(nullptr, ivars->capacity, PROT_READ | PROT_WRITE, MAP_SHARED,
                         ivars->descriptor, 0);
    if (address == MAP_FAILED) {
        return false;
    }
    ivars->address = address;
    if (madvise(address, ivars->capacity, MADV_DONTFORK) != 0) {
        return false;
    }
    return fcntl(ivars->descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0;
}

/* The mapping made read-only: what F_SEAL_FUTURE_WRITE does to everybody but the owner, whose
 * mapping came first. A sealed memory cannot be shared writable any more, which xnu could.
 */
static void Seal(IOMemoryDescriptor_IVars *ivars, bool readOnly)
{
    if (readOnly ? ivars->sealedReadWrite : ivars->sealedReadOnly) {
        Violation("one descriptor is handed out both read-only and writable: the shim cannot model "
                  "that; use two");
    }
    bool &sealed = readOnly ? ivars->sealedReadOnly : ivars->sealedReadWrite;
    if (sealed) {
        return;
    }
    int seals = F_SEAL_SEAL | (readOnly ? F_SEAL_FUTURE_WRITE : 0);
    if (fcntl(ivars->descriptor, F_ADD_SEALS, seals) != 0 ||
        (readOnly && fchmod(ivars->descriptor, 0400) != 0)) {
        Violation("cannot seal a memory: %s", strerror(errno));
    }
    sealed = true;
}

int MemoryExport(IOMemoryDescriptor *memory, bool readOnly)
{
    IOMemoryDescriptor_IVars *ivars = memory->ivars;
    std::lock_guard guard(ivars->lock);
    if (ivars->descriptor < 0) {
        return -1;
    }
    Seal(ivars, readOnly);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", ivars->descriptor);
    return open(path, (readOnly ? O_RDONLY : O_RDWR) | O_CLOEXEC);
}

IOMemoryDescriptor *MemoryOfClient(const void *bytes, uint64_t length)
{
    IOMemoryDescriptor *memory = OSTypeAlloc(IOMemoryDescriptor);
    if (memory == nullptr) {
        return nullptr;
    }
    if (!memory->init() || !Allocate(memory->ivars, length)) {
        memory->release();
        return nullptr;
    }
    if (bytes != nullptr) {
        memcpy(memory->ivars->address, bytes, length);
    }
    memory->ivars->direction = kIOMemoryDirectionInOut;
    return memory;
}

void *MemoryBytes(IOMemoryDescriptor *memory)
{
    return memory->ivars->address;
}

} // namespace shim

bool IOMemoryDescriptor::init()
{
    if (!super::init()) {
        return false;
    }
    ivars = new IOMemoryDescriptor_IVars;
    return true;
}

void IOMemoryDescriptor::free()
{
    if (ivars != nullptr) {
        if (ivars->address != nullptr) {
            munmap(ivars->address, ivars->capacity);
        }
        if (ivars->descriptor >= 0) {
            close(ivars->descriptor);
        }
        delete ivars;
    }
    super::free();
}

kern_return_t IOMemoryDescriptor::_Dispatch(IOMemoryDescriptor *self, const IORPC rpc)
{
    return OSObject::_Dispatch(self, rpc);
}

kern_return_t IOMemoryDescriptor::GetLength(uint64_t *returnLength)
{
    if (returnLength == nullptr) {
        return kIOReturnBadArgument;
    }
    std::lock_guard guard(ivars->lock);
    *returnLength = ivars->length;
    return kIOReturnSuccess;
}

/* Models IOMemoryDescriptor::CreateMapping_Impl: a failure of the mapping is kIOReturnError, and an
 * option that it does not know is a bad argument.
 */
kern_return_t IOMemoryDescriptor::CreateMapping(uint64_t options, uint64_t address,
                                                uint64_t offset, uint64_t length,
                                                uint64_t alignment, IOMemoryMap **map,
                                                OSDispatchMethod)
{
    if (map == nullptr) {
        return kIOReturnBadArgument;
    }
    *map = nullptr;
    if ((options & ~(uint64_t)kIOMemoryMapReadOnly) != 0 || address != 0 || alignment != 0) {
        return kIOReturnBadArgument;
    }
    std::lock_guard guard(ivars->lock);
    auto page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t wanted = length == 0 && offset <= ivars->length ? ivars->length - offset : length;
    if (wanted == 0 || offset > ivars->length || wanted > ivars->length - offset) {
        return kIOReturnError;
    }
    uint64_t start = offset / page * page;
    int protection = PROT_READ | ((options & kIOMemoryMapReadOnly) != 0 ? 0 : PROT_WRITE);
    uint64_t mapped = shim::WholePages(offset - start + wanted);
    void *base = mmap(nullptr, mapped, protection, MAP_SHARED, ivars->descriptor, (off_t)start);
    if (base == MAP_FAILED) {
        return kIOReturnError;
    }
    *map = shim::MapMake({base, mapped, offset - start, wanted, offset});
    return *map != nullptr ? kIOReturnSuccess : kIOReturnError;
}

kern_return_t IOBufferMemoryDescriptor::_Dispatch(IOBufferMemoryDescriptor *self, const IORPC rpc)
{
    return IOMemoryDescriptor::_Dispatch(self, rpc);
}

/* Models IOBufferMemoryDescriptor::Create_Impl and initWithPhysicalMask: no option but a direction;
 * shared memory is page aligned whatever was asked; the length is the capacity from the start; an
 * alignment beyond the page makes the memory physically contiguous.
 */
kern_return_t IOBufferMemoryDescriptor::Create(uint64_t options, uint64_t capacity,
                                               uint64_t alignment,
                                               IOBufferMemoryDescriptor **memory)
{
    if (memory == nullptr) {
        return kIOReturnBadArgument;
    }
    *memory = nullptr;
    if ((options & ~(uint64_t)kIOMemoryDirectionOutIn) != 0) {
        return kIOReturnBadArgument;
    }
    if (capacity == 0) {
        return kIOReturnNoMemory;
    }
    if (alignment > (uint64_t)sysconf(_SC_PAGESIZE)) {
        shim::Note("memory of %llu bytes is physically contiguous: its alignment of %llu is more "
                   "than a page",
                   (unsigned long long)capacity, (unsigned long long)alignment);
    }
    IOBufferMemoryDescriptor *made = OSTypeAlloc(IOBufferMemoryDescriptor);
    if (made == nullptr) {
        return kIOReturnNoMemory;
    }
    if (!made->init() || !shim::Allocate(made->ivars, capacity)) {
        made->release();
        return kIOReturnNoMemory;
    }
    made->ivars->direction = options;
    *memory = made;
    return kIOReturnSuccess;
}

kern_return_t IOBufferMemoryDescriptor::GetAddressRange(IOAddressSegment *range)
{
    if (range == nullptr) {
        return kIOReturnBadArgument;
    }
    std::lock_guard guard(ivars->lock);
    range->address = (uint64_t)(uintptr_t)ivars->address;
    range->length = ivars->length;
    return kIOReturnSuccess;
}

/* Models IOBufferMemoryDescriptor::SetLength_Impl, which returns success whatever setLength did, and
 * setLength, which does nothing when the length is more than the capacity.
 */
kern_return_t IOBufferMemoryDescriptor::SetLength(uint64_t length, OSDispatchMethod)
{
    std::lock_guard guard(ivars->lock);
    if (length <= ivars->capacity) {
        ivars->length = length;
    }
    return kIOReturnSuccess;
}

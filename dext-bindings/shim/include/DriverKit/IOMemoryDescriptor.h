/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Memory that can be mapped. */

#ifndef SHIM_DRIVERKIT_IOMEMORYDESCRIPTOR_H
#define SHIM_DRIVERKIT_IOMEMORYDESCRIPTOR_H

#include <DriverKit/OSObject.h>

class IOMemoryMap;

OSDeclareMetaClass(IOMemoryDescriptor);

struct IOMemoryDescriptor_IVars;

enum {
    kIOMemoryDirectionNone = 0x00000000,
    kIOMemoryDirectionIn = 0x00000001,
    kIOMemoryDirectionOut = 0x00000002,
    kIOMemoryDirectionOutIn = kIOMemoryDirectionIn | kIOMemoryDirectionOut,
    kIOMemoryDirectionInOut = kIOMemoryDirectionOutIn,
};

enum {
    kIOMemoryMapFixedAddress = 0x00000001,
    kIOMemoryMapReadOnly = 0x00000002,
};

struct IOAddressSegment {
    uint64_t address;
    uint64_t length;
};

class IOMemoryDescriptor : public OSObject
{
    friend class IOMemoryDescriptorMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gIOMemoryDescriptorMetaClass; }
    static kern_return_t _Dispatch(IOMemoryDescriptor *self, const IORPC rpc);
    using super = OSObject;

    IOMemoryDescriptor_IVars *ivars;

    bool init() override;
    void free() override;

    kern_return_t GetLength(uint64_t *returnLength);

    /* Maps `length` bytes from `offset` (all, if zero) into the dext. The map has one reference. */
    kern_return_t CreateMapping(uint64_t options, uint64_t address, uint64_t offset,
                                uint64_t length, uint64_t alignment, IOMemoryMap **map,
                                OSDispatchMethod supermethod = NULL);
};

#endif /* SHIM_DRIVERKIT_IOMEMORYDESCRIPTOR_H */

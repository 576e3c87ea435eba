/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Memory that the dext allocates, already mapped into it. */

#ifndef SHIM_DRIVERKIT_IOBUFFERMEMORYDESCRIPTOR_H
#define SHIM_DRIVERKIT_IOBUFFERMEMORYDESCRIPTOR_H

#include <DriverKit/IOMemoryDescriptor.h>

OSDeclareMetaClass(IOBufferMemoryDescriptor);

class IOBufferMemoryDescriptor : public IOMemoryDescriptor
{
    friend class IOBufferMemoryDescriptorMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gIOBufferMemoryDescriptorMetaClass; }
    static kern_return_t _Dispatch(IOBufferMemoryDescriptor *self, const IORPC rpc);
    using super = IOMemoryDescriptor;

    /* Options: a direction and nothing else. Alignment: 0, or the memory may be contiguous. */
    static kern_return_t Create(uint64_t options, uint64_t capacity, uint64_t alignment,
                                IOBufferMemoryDescriptor **memory);

    kern_return_t GetAddressRange(IOAddressSegment *range);

    /* Succeeds and does nothing when the length is more than the capacity: ask GetLength. */
    kern_return_t SetLength(uint64_t length, OSDispatchMethod supermethod = NULL);
};

#endif /* SHIM_DRIVERKIT_IOBUFFERMEMORYDESCRIPTOR_H */

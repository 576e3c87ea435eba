/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A mapping into the dext, for as long as it is retained. */

#ifndef SHIM_DRIVERKIT_IOMEMORYMAP_H
#define SHIM_DRIVERKIT_IOMEMORYMAP_H

#include <DriverKit/OSObject.h>

OSDeclareMetaClass(IOMemoryMap);

struct IOMemoryMap_IVars;

class IOMemoryMap : public OSObject
{
    friend class IOMemoryMapMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gIOMemoryMapMetaClass; }
    using super = OSObject;

    IOMemoryMap_IVars *ivars;

    void free() override;

    uint64_t GetAddress();
    uint64_t GetLength();
    uint64_t GetOffset();
};

#endif /* SHIM_DRIVERKIT_IOMEMORYMAP_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Bytes that are counted. */

#ifndef SHIM_DRIVERKIT_OSDATA_H
#define SHIM_DRIVERKIT_OSDATA_H

#include <DriverKit/OSObject.h>

OSDeclareMetaClass(OSData);

struct OSData_IVars;

class OSData : public OSObject
{
    friend class OSDataMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gOSDataMetaClass; }
    using super = OSObject;

    OSData_IVars *ivars;

    /* A copy of the bytes, with one reference; null when there is no memory. */
    static OSData *withBytes(const void *bytes, size_t length);

    void free() override;

    const void *getBytesNoCopy() const;
    size_t getLength() const;
};

typedef OSData *OSDataPtr;

#endif /* SHIM_DRIVERKIT_OSDATA_H */

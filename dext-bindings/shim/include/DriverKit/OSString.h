/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A string that is counted. */

#ifndef SHIM_DRIVERKIT_OSSTRING_H
#define SHIM_DRIVERKIT_OSSTRING_H

#include <DriverKit/OSObject.h>

OSDeclareMetaClass(OSString);

struct OSString_IVars;

class OSString : public OSObject
{
    friend class OSStringMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gOSStringMetaClass; }
    using super = OSObject;

    OSString_IVars *ivars;

    static OSString *withCString(const char *string);

    void free() override;

    const char *getCStringNoCopy() const;
    size_t getLength() const;
    bool isEqualTo(const char *string) const;
    using OSObject::isEqualTo;
};

#endif /* SHIM_DRIVERKIT_OSSTRING_H */

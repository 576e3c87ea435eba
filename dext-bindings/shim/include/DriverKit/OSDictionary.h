/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Objects by name: what a client's entitlements come as. */

#ifndef SHIM_DRIVERKIT_OSDICTIONARY_H
#define SHIM_DRIVERKIT_OSDICTIONARY_H

#include <DriverKit/OSObject.h>

OSDeclareMetaClass(OSDictionary);

struct OSDictionary_IVars;

class OSDictionary : public OSObject
{
    friend class OSDictionaryMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gOSDictionaryMetaClass; }
    using super = OSObject;

    OSDictionary_IVars *ivars;

    static OSDictionary *withCapacity(uint32_t capacity);

    void free() override;

    uint32_t getCount() const;
    /* Not retained for the caller. */
    OSObject *getObject(const char *key) const;
    /* Retains the object. */
    bool setObject(const char *key, const OSMetaClassBase *anObject);
};

#endif /* SHIM_DRIVERKIT_OSDICTIONARY_H */

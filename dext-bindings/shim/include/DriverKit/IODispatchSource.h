/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What calls a handler on a queue when something happens. */

#ifndef SHIM_DRIVERKIT_IODISPATCHSOURCE_H
#define SHIM_DRIVERKIT_IODISPATCHSOURCE_H

#include <DriverKit/OSObject.h>

OSDeclareMetaClass(IODispatchSource);

#if __BLOCKS__
typedef void (^IODispatchSourceCancelHandler)(void);
#endif

class IODispatchSource : public OSObject
{
    friend class IODispatchSourceMetaClass;

public:
    static OSMetaClass *sGetMetaClass() { return gIODispatchSourceMetaClass; }
    static kern_return_t _Dispatch(IODispatchSource *self, const IORPC rpc);
    using super = OSObject;
};

#endif /* SHIM_DRIVERKIT_IODISPATCHSOURCE_H */

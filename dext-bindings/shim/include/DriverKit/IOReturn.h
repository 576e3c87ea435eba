/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What a call of DriverKit returns. The numbers are those of the SDK's IOReturn.h. */

#ifndef SHIM_DRIVERKIT_IORETURN_H
#define SHIM_DRIVERKIT_IORETURN_H

#include <stdint.h>

/* Compared as a signed number, printed in hexadecimal. */
typedef int kern_return_t;
typedef kern_return_t IOReturn;

/* Codes that every family shares. */
#define iokit_common_err(code) ((IOReturn)(0xe0000000u | (code)))
/* Codes that a vendor gives a meaning to. */
#define iokit_vendor_specific_err(code) ((IOReturn)(0xe3ff8000u | (code)))

#define KERN_SUCCESS 0

#define kIOReturnSuccess KERN_SUCCESS
#define kIOReturnError iokit_common_err(0x2bc)
#define kIOReturnNoMemory iokit_common_err(0x2bd)
#define kIOReturnNoResources iokit_common_err(0x2be)
#define kIOReturnNoDevice iokit_common_err(0x2c0)
#define kIOReturnNotPrivileged iokit_common_err(0x2c1)
#define kIOReturnBadArgument iokit_common_err(0x2c2)
#define kIOReturnExclusiveAccess iokit_common_err(0x2c5)
#define kIOReturnBadMessageID iokit_common_err(0x2c6)
#define kIOReturnUnsupported iokit_common_err(0x2c7)
#define kIOReturnInternalError iokit_common_err(0x2c9)
#define kIOReturnIOError iokit_common_err(0x2ca)
#define kIOReturnNotOpen iokit_common_err(0x2cd)
#define kIOReturnNotReadable iokit_common_err(0x2ce)
#define kIOReturnNotWritable iokit_common_err(0x2cf)
#define kIOReturnNotAligned iokit_common_err(0x2d0)
#define kIOReturnBusy iokit_common_err(0x2d5)
#define kIOReturnTimeout iokit_common_err(0x2d6)
#define kIOReturnOffline iokit_common_err(0x2d7)
#define kIOReturnNotReady iokit_common_err(0x2d8)
#define kIOReturnNotAttached iokit_common_err(0x2d9)
#define kIOReturnNoSpace iokit_common_err(0x2db)
#define kIOReturnCannotWire iokit_common_err(0x2de)
#define kIOReturnNotPermitted iokit_common_err(0x2e2)
#define kIOReturnUnderrun iokit_common_err(0x2e7)
#define kIOReturnOverrun iokit_common_err(0x2e8)
#define kIOReturnNoCompletion iokit_common_err(0x2ea)
#define kIOReturnAborted iokit_common_err(0x2eb)
#define kIOReturnNotResponding iokit_common_err(0x2ed)
#define kIOReturnNotFound iokit_common_err(0x2f0)

#endif /* SHIM_DRIVERKIT_IORETURN_H */

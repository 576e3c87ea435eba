/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Everything that the shim models. */

#ifndef SHIM_DRIVERKIT_DRIVERKIT_H
#define SHIM_DRIVERKIT_DRIVERKIT_H

#include <DriverKit/IOBufferMemoryDescriptor.h>
#include <DriverKit/IODispatchQueue.h>
#include <DriverKit/IOLib.h>
#include <DriverKit/IOMemoryDescriptor.h>
#include <DriverKit/IOMemoryMap.h>
#include <DriverKit/IOReturn.h>
#include <DriverKit/IOService.h>
#include <DriverKit/IOTimerDispatchSource.h>
#include <DriverKit/IOUserClient.h>
#include <DriverKit/OSAction.h>
#include <DriverKit/OSData.h>
#include <DriverKit/OSObject.h>

#endif /* SHIM_DRIVERKIT_DRIVERKIT_H */

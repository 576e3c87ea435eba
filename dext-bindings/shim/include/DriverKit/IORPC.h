/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* How a call travels to its object.
 *
 * The SDK packs the arguments into a mach message. Here caller and object live in one process, so
 * the message carries the number of the method and where the arguments lie. The rest keeps the
 * shape that IIG generates: an invoker makes a message, Invoke takes it to the object's queue,
 * Dispatch finds the method.
 */

#ifndef SHIM_DRIVERKIT_IORPC_H
#define SHIM_DRIVERKIT_IORPC_H

#include <stddef.h>
#include <stdint.h>

#include <DriverKit/IOReturn.h>

class OSMetaClassBase;

struct IORPCMessage {
    uint64_t msgid;
    void *arguments;
};

struct IORPC {
    IORPCMessage *message;
};

/* What a `supermethod` is: the dispatch of a base class. */
typedef kern_return_t (*OSDispatchMethod)(OSMetaClassBase *self, const IORPC rpc);

/* Returns the arguments of a message, whose type the number of the method tells. */
template <class Arguments>
inline Arguments &IORPCArguments(const IORPC rpc)
{
    return *static_cast<Arguments *>(rpc.message->arguments);
}

/* Numbers of methods. IIG hashes a method's type to get one; here a class has a high half and its
 * methods count up. A subclass that is not of the SDK starts at IORPC_FIRST_OTHER_CLASS.
 */
#define IORPC_METHOD(class_number, method_number) \
    (((uint64_t)(class_number) << 32) | (uint64_t)(method_number))
#define IORPC_FIRST_OTHER_CLASS 0x100

#endif /* SHIM_DRIVERKIT_IORPC_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The macros that a dext uses, in the form that the SDK gives them: they name arguments more than
 * once, are blocks where the shim has statements, and want a literal for a format.
 */

#ifndef SDK_MACROS_H
#define SDK_MACROS_H

#include <DriverKit/IOLib.h>
#include <DriverKit/OSObject.h>
#include <os/log.h>

#undef SUPERDISPATCH
#define SUPERDISPATCH ((OSDispatchMethod)&super::_Dispatch)

#undef OSDynamicCast
#define OSDynamicCast(type, inst) \
    (inst ? ((type *)OSMetaClassBase::safeMetaCast((inst), OSTypeID(type))) : NULL)

#undef OSSafeReleaseNULL
#define OSSafeReleaseNULL(o) { if (o) { (o)->release(); (o) = NULL; } }

#undef IONewZero
#define IONewZero(type, count)                                                     \
    ({                                                                             \
        size_t newSize;                                                            \
        (__builtin_mul_overflow(sizeof(type), (count), &newSize) ? ((type *)NULL)  \
                                                                 : ((type *)IOMallocZero(newSize))); \
    })

#undef IODelete
#define IODelete(ptr, type, count)                                        \
    ({                                                                    \
        size_t deleteSize;                                                \
        if (!__builtin_mul_overflow(sizeof(type), (count), &deleteSize)) { \
            IOFree(ptr, deleteSize);                                      \
        }                                                                 \
    })

#undef os_log
#define os_log(log, format, ...)                                                     \
    ({                                                                               \
        static const char literal[]                                                  \
            __attribute__((section("__TEXT,__oslogstring,cstring_literals"))) = format; \
        _os_log_impl((log), literal, ##__VA_ARGS__);                                 \
    })

#endif

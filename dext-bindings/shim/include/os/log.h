/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The system's log. Each call is counted by the queue that it is made on: a test can say that a
 * path does not log.
 */

#ifndef SHIM_OS_LOG_H
#define SHIM_OS_LOG_H

#include <stdint.h>

typedef struct os_log_s *os_log_t;

#define OS_LOG_DEFAULT ((os_log_t)0)

enum {
    OS_LOG_TYPE_DEFAULT = 0x00,
    OS_LOG_TYPE_INFO = 0x01,
    OS_LOG_TYPE_DEBUG = 0x02,
    OS_LOG_TYPE_ERROR = 0x10,
    OS_LOG_TYPE_FAULT = 0x11,
};

extern "C" void os_log_with_type(os_log_t log, uint8_t type, const char *format, ...)
    __attribute__((format(os_log, 3, 4)));

#define os_log(log, ...) os_log_with_type((log), OS_LOG_TYPE_DEFAULT, __VA_ARGS__)
#define os_log_info(log, ...) os_log_with_type((log), OS_LOG_TYPE_INFO, __VA_ARGS__)
#define os_log_debug(log, ...) os_log_with_type((log), OS_LOG_TYPE_DEBUG, __VA_ARGS__)
#define os_log_error(log, ...) os_log_with_type((log), OS_LOG_TYPE_ERROR, __VA_ARGS__)
#define os_log_fault(log, ...) os_log_with_type((log), OS_LOG_TYPE_FAULT, __VA_ARGS__)

#endif /* SHIM_OS_LOG_H */

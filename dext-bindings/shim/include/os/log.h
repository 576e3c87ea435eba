/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The system's log, as DriverKit has it: one macro and no levels. There is no os_log_error and no
 * os_log_with_type in a dext (llvm-project #148848, sanitizer_mac.cpp). Each call is counted by the queue
 * that it is made on: a test can say that a path does not log.
 */

#ifndef SHIM_OS_LOG_H
#define SHIM_OS_LOG_H

typedef struct os_log_s *os_log_t;

#define OS_LOG_DEFAULT ((os_log_t)0)

/* What the macro ends in. A dext does not call it. */
extern "C" void _os_log_impl(os_log_t log, const char *format, ...)
    __attribute__((format(os_log, 2, 3)));

#define os_log(log, ...) _os_log_impl((log), __VA_ARGS__)

#endif /* SHIM_OS_LOG_H */

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What a dext must not do. The process ends with a sentence that names the rule. */

#ifndef SHIM_VIOLATION_H
#define SHIM_VIOLATION_H

namespace shim
{

/* Prints `dext-host: violation: ...` to stderr and aborts. */
[[noreturn]] void Violation(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints `dext-host: ...` to stderr. */
void Note(const char *format, ...) __attribute__((format(printf, 1, 2)));

} // namespace shim

#endif /* SHIM_VIOLATION_H */

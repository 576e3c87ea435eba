/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "violation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

namespace shim
{

/* One write, so that two threads do not mix their sentences. */
static void Say(const char *prefix, const char *format, va_list arguments)
{
    char line[1024];
    int used = snprintf(line, sizeof line, "dext-host: %s", prefix);
    vsnprintf(line + used, sizeof line - (size_t)used - 1, format, arguments);
    size_t length = 0;
    while (line[length] != '\0') {
        length++;
    }
    line[length++] = '\n';
    if (write(STDERR_FILENO, line, length) < 0) {
        return;
    }
}

void Violation(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Say("violation: ", format, arguments);
    va_end(arguments);
    abort();
}

void Note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Say("", format, arguments);
    va_end(arguments);
}

} // namespace shim

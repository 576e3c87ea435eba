/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#ifndef SHIM_METHOD_NAME_H
#define SHIM_METHOD_NAME_H

#include <stdint.h>

namespace shim
{

/* `Start` for IOService_Start_ID; `method` for a number of the dext's own. */
const char *MethodName(uint64_t message);

/* May the method allocate? Start, Stop and NewUserClient may. */
bool MethodIsLifeCycle(uint64_t message);

} // namespace shim

#endif /* SHIM_METHOD_NAME_H */

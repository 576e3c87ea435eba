/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "method_name.h"

#include <DriverKit/IOUserClient.h>

namespace shim
{

const char *MethodName(uint64_t message)
{
    switch (message) {
    case IOService_Start_ID:
        return "Start";
    case IOService_Stop_ID:
        return "Stop";
    case IOService_NewUserClient_ID:
        return "NewUserClient";
    case IOUserClient_CopyClientMemoryForType_ID:
        return "CopyClientMemoryForType";
    case IOUserClient_ExternalMethod_ID:
        return "ExternalMethod";
    default:
        return "method";
    }
}

bool MethodIsLifeCycle(uint64_t message)
{
    return message == IOService_Start_ID || message == IOService_Stop_ID ||
           message == IOService_NewUserClient_ID;
}

} // namespace shim

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* OSAction: an object, the number of its method, and memory of the creator. */

#include "action.h"

#include "violation.h"

#include <DriverKit/IOLib.h>

OSDefineMetaClass(OSAction, OSObject);

static OSAction *Make()
{
    OSAction *action = OSTypeAlloc(OSAction);
    if (action != nullptr) {
        action->ivars = new OSAction_IVars;
    }
    return action;
}

/* Models OSAction::CreateWithTypeName, which retains the target and reserves the reference. */
kern_return_t OSAction::Create(OSObject *target, uint64_t targetmsgid, uint64_t msgid,
                               size_t referenceSize, OSAction **action)
{
    if (target == nullptr || action == nullptr) {
        return kIOReturnBadArgument;
    }
    *action = Make();
    if (*action == nullptr) {
        return kIOReturnNoMemory;
    }
    target->retain();
    OSAction_IVars *made = (*action)->ivars;
    made->target = target;
    made->targetMessage = targetmsgid;
    made->message = msgid;
    made->reference.resize((referenceSize + sizeof(uint64_t) - 1) / sizeof(uint64_t));
    return kIOReturnSuccess;
}

void OSAction::free()
{
    OSObject *target = ivars != nullptr ? ivars->target : nullptr;
    delete ivars;
    ivars = nullptr;
    OSSafeReleaseNULL(target);
    super::free();
}

void *OSAction::GetReference()
{
    return ivars->reference.empty() ? nullptr : ivars->reference.data();
}

kern_return_t OSAction::Cancel(OSActionCancelHandler handler)
{
    if (handler != nullptr) {
        shim::Violation("Cancel of an OSAction with a block: the portable subset has none");
    }
    OSObject *target;
    {
        std::lock_guard guard(ivars->lock);
        target = ivars->target;
        ivars->target = nullptr;
        ivars->kernelTarget = {};
    }
    OSSafeReleaseNULL(target);
    return kIOReturnSuccess;
}

namespace shim
{

OSAction *ActionForKernel(std::function<void(IOReturn, const uint64_t *, uint32_t)> target)
{
    OSAction *action = Make();
    if (action != nullptr) {
        action->ivars->kernelTarget = std::move(target);
    }
    return action;
}

kern_return_t ActionCall(OSAction *action, uint64_t message, void *arguments)
{
    OSObject *target;
    {
        std::lock_guard guard(action->ivars->lock);
        if (action->ivars->message != message) {
            Violation("an action of another type was called: use the CreateAction of a method of "
                      "TYPE() of what calls it");
        }
        target = action->ivars->target;
        if (target == nullptr) {
            return kIOReturnAborted;
        }
        target->retain();
    }
    IORPCMessage rpcMessage = {action->ivars->targetMessage, arguments};
    kern_return_t result = target->Dispatch({&rpcMessage});
    target->release();
    return result;
}

} // namespace shim

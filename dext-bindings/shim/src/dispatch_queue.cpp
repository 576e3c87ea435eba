/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* IODispatchQueue: the class over a queue of the scheduler. */

#include <DriverKit/IODispatchQueue.h>

#include "dispatch_queue.h"
#include "violation.h"

OSDefineMetaClass(IODispatchQueue, OSObject);
OSDefineMetaClass(IODispatchSource, OSObject);

kern_return_t IODispatchQueue::Create(const IODispatchQueueName name, uint64_t options,
                                      uint64_t priority, IODispatchQueue **queue)
{
    if (queue == nullptr) {
        return kIOReturnBadArgument;
    }
    *queue = nullptr;
    if (name == nullptr || priority != 0) {
        return kIOReturnBadArgument;
    }
    if (options != 0) {
        shim::Violation("IODispatchQueue::Create of %s with options %#llx: only plain serial queues "
                        "are modelled",
                        name, (unsigned long long)options);
    }
    IODispatchQueue *made = OSTypeAlloc(IODispatchQueue);
    if (made == nullptr) {
        return kIOReturnNoMemory;
    }
    if (!made->init()) {
        made->release();
        return kIOReturnNoMemory;
    }
    made->ivars->queue = shim::QueueMake(name);
    made->ivars->name = name;
    *queue = made;
    return kIOReturnSuccess;
}

bool IODispatchQueue::init()
{
    if (!super::init()) {
        return false;
    }
    ivars = new IODispatchQueue_IVars;
    return true;
}

void IODispatchQueue::free()
{
    if (ivars != nullptr && ivars->queue) {
        shim::QueueClose(ivars->queue);
    }
    delete ivars;
    super::free();
}

bool IODispatchQueue::OnQueue()
{
    return shim::QueueIsCurrent(ivars->queue);
}

const char *IODispatchQueue::GetName()
{
    return ivars->name.c_str();
}

void IODispatchQueue::DispatchAsync_f(void *context, IODispatchFunction function)
{
    retain();
    shim::QueuePost(
        ivars->queue,
        [this, context, function] {
            {
                shim::Doing doing("IODispatchQueue", "DispatchAsync", false);
                function(context);
            }
            release();
        },
        [this] { release(); });
}

/* IODispatchQueue.iig documents no reentrance for a queue made without kIODispatchQueueReentrant:
 * a synchronous call from the queue itself would wait for its own end.
 */
void IODispatchQueue::DispatchSync_f(void *context, IODispatchFunction function)
{
    if (OnQueue()) {
        shim::Violation("DispatchSync on %s from that queue: it would wait for itself", GetName());
    }
    bool ran = shim::QueueRun(ivars->queue, [context, function] {
        shim::Doing doing("IODispatchQueue", "DispatchSync", shim::context.lifeCycle);
        function(context);
    });
    if (!ran) {
        shim::Violation("DispatchSync on %s, which is cancelled: it would wait forever", GetName());
    }
}

kern_return_t IODispatchQueue::Cancel(IODispatchQueueCancelHandler handler)
{
    if (handler != nullptr) {
        shim::Violation("Cancel of %s with a block: the portable subset has none", GetName());
    }
    shim::QueueCancel(ivars->queue);
    return kIOReturnSuccess;
}

kern_return_t IODispatchSource::_Dispatch(IODispatchSource *self, const IORPC rpc)
{
    return OSObject::_Dispatch(self, rpc);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* IOService: what the system serves, and what its Start and Stop mean to the kernel. */

#include "service.h"

#include <string.h>

#include <atomic>

#include <DriverKit/IOLib.h>
#include <DriverKit/IOUserClient.h>

#include "dispatch_queue.h"
#include "method_name.h"
#include "personality.h"
#include "violation.h"

OSDefineMetaClass(IOService, OSObject);

namespace shim
{

/* Registry ids of one incarnation: enough that the next one's are larger. */
constexpr uint64_t IDS_PER_GENERATION = 1 << 20;

static std::atomic<uint64_t> nextRegistryID = IDS_PER_GENERATION;
static std::function<void(IOService *)> publishService;

void ServiceSetGeneration(uint64_t generation)
{
    nextRegistryID = generation * IDS_PER_GENERATION;
}

void ServiceOnRegister(std::function<void(IOService *)> publish)
{
    publishService = std::move(publish);
}

static const char *ClassOf(const IOService *service)
{
    return service->getMetaClass()->name;
}

static ServiceState StateOf(IOService *service)
{
    std::lock_guard guard(service->ivars->lock);
    return service->ivars->state;
}

static void SetState(IOService *service, ServiceState state)
{
    std::lock_guard guard(service->ivars->lock);
    service->ivars->state = state;
}

bool ServiceIsActive(IOService *service)
{
    ServiceState state = StateOf(service);
    return state == ServiceState::Starting || state == ServiceState::Started;
}

/* A service registers when it has started, however early it asked: IOService::RegisterService_Impl
 * and `deferredRegisterService`.
 */
static void Publish(IOService *service)
{
    bool registered;
    {
        std::lock_guard guard(service->ivars->lock);
        registered = service->ivars->registered;
    }
    if (registered && publishService) {
        publishService(service);
    }
}

kern_return_t ServiceStart(IOService *service, IOService *provider)
{
    IOService_IVars *ivars = service->ivars;
    {
        std::lock_guard guard(ivars->lock);
        ivars->state = ServiceState::Starting;
        ivars->registryID = ++nextRegistryID;
        if (provider != nullptr) {
            provider->retain();
            ivars->provider = provider;
        }
    }
    kern_return_t result = service->Start(provider);
    /* IOUserServer::serviceStarted runs within the super call: without it the service is not known
     * to the server, joins no power management, and never stops.
     */
    if (result == kIOReturnSuccess && ivars->superStarts != 1) {
        Violation("%s::Start succeeded and called super Start %d times: call "
                  "Start(provider, SUPERDISPATCH) once (IOUserServer::serviceStarted)",
                  ClassOf(service), ivars->superStarts);
    }
    if (result != kIOReturnSuccess) {
        SetState(service, ServiceState::Stopped);
        return result;
    }
    SetState(service, ServiceState::Started);
    Publish(service);
    return kIOReturnSuccess;
}

/* Models IOUserServer::serviceStop, which releases the queues of the service. */
static void LetGo(IOService *service)
{
    std::map<std::string, IODispatchQueue *> queues;
    IOService *provider;
    {
        std::lock_guard guard(service->ivars->lock);
        service->ivars->state = ServiceState::Stopped;
        service->ivars->terminate = {};
        queues.swap(service->ivars->queues);
        provider = service->ivars->provider;
        service->ivars->provider = nullptr;
    }
    for (const auto &[name, queue] : queues) {
        queue->release();
    }
    OSSafeReleaseNULL(provider);
}

void ServiceStop(IOService *service)
{
    IOService *provider;
    {
        std::lock_guard guard(service->ivars->lock);
        if (service->ivars->state != ServiceState::Started) {
            return;
        }
        service->ivars->state = ServiceState::Stopping;
        provider = service->ivars->provider;
    }
    kern_return_t result = service->Stop(provider);
    /* IOUserServer::serviceDidTerminate defers the termination until the super call; a Stop that
     * fails is completed by IOUserServer::serviceWillTerminate itself.
     */
    if (result == kIOReturnSuccess && service->ivars->superStops != 1) {
        Violation("%s::Stop succeeded and called super Stop %d times: its termination would hang; "
                  "call Stop(provider, SUPERDISPATCH) once (IOUserServer::serviceDidTerminate)",
                  ClassOf(service), service->ivars->superStops);
    }
    if (result != kIOReturnSuccess) {
        Note("%s::Stop failed with %#x", ClassOf(service), (unsigned)result);
    }
    LetGo(service);
}

/* `Default`, or the name that QUEUENAME gives the method. */
static const char *QueueNameOf(uint64_t message)
{
    return message == IOUserClient_ExternalMethod_ID ? kIOUserClientQueueNameExternalMethod
                                                     : kIOServiceDefaultQueueName;
}

static bool IsQueueName(IOService *service, const char *name)
{
    if (strcmp(name, kIOServiceDefaultQueueName) == 0) {
        return true;
    }
    return OSDynamicCast(IOUserClient, service) != nullptr &&
           strcmp(name, kIOUserClientQueueNameExternalMethod) == 0;
}

static IODispatchQueue *CopyQueue(IOService *service, const char *name)
{
    std::lock_guard guard(service->ivars->lock);
    auto found = service->ivars->queues.find(name);
    if (found == service->ivars->queues.end()) {
        return nullptr;
    }
    found->second->retain();
    return found->second;
}

IODispatchQueue *ServiceCopyQueue(IOService *service, uint64_t message)
{
    IODispatchQueue *queue = CopyQueue(service, QueueNameOf(message));
    return queue != nullptr ? queue : CopyQueue(service, kIOServiceDefaultQueueName);
}

bool ServiceRun(IOService *service, uint64_t message, const std::function<void()> &work)
{
    IODispatchQueue *queue = ServiceCopyQueue(service, message);
    if (queue == nullptr) {
        return false;
    }
    if (!QueueRun(queue->ivars->queue, work)) {
        Violation("%s::%s on %s, which is cancelled: it would wait forever", ClassOf(service),
                  MethodName(message), queue->GetName());
    }
    queue->release();
    return true;
}

} // namespace shim

/* Takes a message to the object's queue. Only services have queues. */
kern_return_t OSMetaClassBase::Invoke(const IORPC rpc)
{
    uint64_t message = rpc.message->msgid;
    bool lifeCycle = shim::MethodIsLifeCycle(message) || shim::context.lifeCycle;
    kern_return_t result = kIOReturnUnsupported;
    auto call = [&] {
        shim::Doing doing(getMetaClass()->name, shim::MethodName(message), lifeCycle);
        result = Dispatch(rpc);
    };
    IOService *service = OSDynamicCast(IOService, this);
    if (service != nullptr && shim::ServiceRun(service, message, call)) {
        return result;
    }
    /* A service without queues has stopped: it can still be called, but nobody opens it any more. */
    if (message == IOService_NewUserClient_ID) {
        return kIOReturnOffline;
    }
    call();
    return result;
}

/* IOService.iig: "A default queue is created by DriverKit for every new IOService object". */
bool IOService::init()
{
    if (!super::init()) {
        return false;
    }
    ivars = new IOService_IVars;
    ivars->name = getMetaClass()->name;
    IODispatchQueue *queue;
    kern_return_t result =
        IODispatchQueue::Create((ivars->name + ".Default").c_str(), 0, 0, &queue);
    if (result != kIOReturnSuccess) {
        return false;
    }
    ivars->queues[kIOServiceDefaultQueueName] = queue;
    return true;
}

void IOService::free()
{
    if (ivars != nullptr) {
        shim::LetGo(this);
    }
    delete ivars;
    super::free();
}

kern_return_t IOService::Dispatch(const IORPC rpc)
{
    return _Dispatch(this, rpc);
}

kern_return_t IOService::_Dispatch(IOService *self, const IORPC rpc)
{
    switch (rpc.message->msgid) {
    case IOService_Start_ID: {
        auto &arguments = IORPCArguments<IOService_Start_Arguments>(rpc);
        return self->IOService::Start_Impl(arguments.provider);
    }
    case IOService_Stop_ID: {
        auto &arguments = IORPCArguments<IOService_Stop_Arguments>(rpc);
        return self->IOService::Stop_Impl(arguments.provider);
    }
    case IOService_NewUserClient_ID:
        /* IOService::NewUserClient_Impl. */
        return kIOReturnError;
    default:
        return OSObject::_Dispatch(self, rpc);
    }
}

template <class Arguments>
static kern_return_t Call(OSMetaClassBase *object, uint64_t message, Arguments arguments,
                          OSDispatchMethod supermethod)
{
    IORPCMessage rpcMessage = {message, &arguments};
    IORPC rpc = {&rpcMessage};
    return supermethod != nullptr ? supermethod(object, rpc) : object->Invoke(rpc);
}

kern_return_t IOService::Start(IOService *provider, OSDispatchMethod supermethod)
{
    return Call(this, IOService_Start_ID, IOService_Start_Arguments{provider}, supermethod);
}

kern_return_t IOService::Stop(IOService *provider, OSDispatchMethod supermethod)
{
    return Call(this, IOService_Stop_ID, IOService_Stop_Arguments{provider}, supermethod);
}

kern_return_t IOService::NewUserClient(uint32_t type, IOUserClient **userClient,
                                       OSDispatchMethod supermethod)
{
    return Call(this, IOService_NewUserClient_ID,
                IOService_NewUserClient_Arguments{type, userClient}, supermethod);
}

/* What `Start(provider, SUPERDISPATCH)` reaches: IOService::Start_Impl of xnu. */
kern_return_t IOService::Start_Impl(IOService *provider)
{
    std::lock_guard guard(ivars->lock);
    if (ivars->state != shim::ServiceState::Starting) {
        shim::Violation("%s called super Start outside of its Start", shim::ClassOf(this));
    }
    if (++ivars->superStarts > 1) {
        shim::Violation("%s called super Start twice (IOUserServer::serviceStarted)",
                        shim::ClassOf(this));
    }
    if (provider != ivars->provider) {
        shim::Violation("%s called super Start with another provider than its own",
                        shim::ClassOf(this));
    }
    return kIOReturnSuccess;
}

/* What `Stop(provider, SUPERDISPATCH)` reaches: IOUserServer::serviceStop and serviceDidStop. */
kern_return_t IOService::Stop_Impl(IOService *provider)
{
    std::lock_guard guard(ivars->lock);
    if (ivars->state != shim::ServiceState::Stopping) {
        shim::Violation("%s called super Stop outside of its Stop", shim::ClassOf(this));
    }
    if (++ivars->superStops > 1) {
        shim::Violation("%s called super Stop twice (IOUserServer::serviceDidStop)",
                        shim::ClassOf(this));
    }
    if (provider != ivars->provider) {
        shim::Violation("%s called super Stop with another provider than its own",
                        shim::ClassOf(this));
    }
    return kIOReturnSuccess;
}

kern_return_t IOService::GetRegistryEntryID(uint64_t *registryEntryID, OSDispatchMethod)
{
    if (registryEntryID == nullptr) {
        return kIOReturnBadArgument;
    }
    std::lock_guard guard(ivars->lock);
    *registryEntryID = ivars->registryID;
    return kIOReturnSuccess;
}

kern_return_t IOService::SetName(const IOServiceName name, OSDispatchMethod)
{
    if (name == nullptr || strnlen(name, sizeof(IOServiceName)) == sizeof(IOServiceName)) {
        return kIOReturnBadArgument;
    }
    std::lock_guard guard(ivars->lock);
    ivars->name = name;
    return kIOReturnSuccess;
}

kern_return_t IOService::RegisterService(OSDispatchMethod)
{
    {
        std::lock_guard guard(ivars->lock);
        ivars->registered = true;
        if (ivars->state != shim::ServiceState::Started) {
            return kIOReturnSuccess;
        }
    }
    shim::Publish(this);
    return kIOReturnSuccess;
}

/* Models IOService::SetDispatchQueue_Impl: only `Default` and the names of the class's QUEUENAME
 * methods are known.
 */
kern_return_t IOService::SetDispatchQueue(const IODispatchQueueName name, IODispatchQueue *queue,
                                          OSDispatchMethod)
{
    if (name == nullptr || queue == nullptr || !shim::IsQueueName(this, name)) {
        return kIOReturnBadArgument;
    }
    queue->retain();
    IODispatchQueue *before;
    {
        std::lock_guard guard(ivars->lock);
        IODispatchQueue *&slot = ivars->queues[name];
        before = slot;
        slot = queue;
    }
    OSSafeReleaseNULL(before);
    return kIOReturnSuccess;
}

/* Models IOService::CopyDispatchQueue_Impl: an error once the service has stopped, its provider's
 * queue for a name that it does not know.
 */
kern_return_t IOService::CopyDispatchQueue(const IODispatchQueueName name,
                                           IODispatchQueue **queue, OSDispatchMethod)
{
    if (name == nullptr || queue == nullptr) {
        return kIOReturnBadArgument;
    }
    *queue = nullptr;
    IOService *provider;
    {
        std::lock_guard guard(ivars->lock);
        if (ivars->state == shim::ServiceState::Stopped) {
            return kIOReturnError;
        }
        provider = ivars->provider;
    }
    if (!shim::IsQueueName(this, name)) {
        return provider != nullptr ? provider->CopyDispatchQueue(name, queue) : kIOReturnNotFound;
    }
    *queue = shim::CopyQueue(this, name);
    return *queue != nullptr ? kIOReturnSuccess : kIOReturnNotFound;
}

/* Models IOService::Create_Impl: the provider must be the service itself, and the key must name a
 * dictionary of its personality. The object is started before Create returns.
 */
kern_return_t IOService::Create(IOService *provider, const IOPropertyName propertiesKey,
                                IOService **result, OSDispatchMethod)
{
    if (result == nullptr) {
        return kIOReturnBadArgument;
    }
    *result = nullptr;
    OSMetaClass *meta = provider == this ? shim::PersonalityClass(propertiesKey) : nullptr;
    if (meta == nullptr) {
        return kIOReturnUnsupported;
    }
    shim::Doing doing(meta->name, "init", true);
    OSObject *object;
    kern_return_t made = OSObjectAllocate(meta, &object);
    if (made != kIOReturnSuccess) {
        return made;
    }
    IOService *service = OSRequiredCast(IOService, object);
    if (!service->init()) {
        service->release();
        return kIOReturnNoMemory;
    }
    kern_return_t started = shim::ServiceStart(service, this);
    if (started != kIOReturnSuccess) {
        service->release();
        return started;
    }
    *result = service;
    return kIOReturnSuccess;
}

/* Models IOService::Terminate_Impl: no options, and the Stop comes later. */
kern_return_t IOService::Terminate(uint64_t options, OSDispatchMethod)
{
    if (options != 0) {
        return kIOReturnUnsupported;
    }
    std::function<void()> terminate;
    {
        std::lock_guard guard(ivars->lock);
        terminate = ivars->terminate;
    }
    if (!terminate) {
        return kIOReturnNotPermitted;
    }
    terminate();
    return kIOReturnSuccess;
}

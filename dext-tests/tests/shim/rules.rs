//! What a dext must not do: each ends its process with a sentence that names the rule.

use dext_tests::host::Host;
use dext_tests::program::Flavour;
use dext_tests::raw::{ASYNC, CALL, Client, MAP, OPEN, Request};

use crate::modes::{memory, open, violate};
use crate::settings;

/// The sentence with which a host ended after these requests.
fn sentence(opening: u32, requests: &[Request]) -> String {
    let host = Host::start(settings(Flavour::Plain));
    let mut client = Client::connect(&host.service());
    client.send(Request { a: u64::from(opening), ..Request::new(OPEN) });
    for request in requests {
        client.send(request.clone());
    }
    /* What the client hears before the end is not of interest. */
    while requests.is_empty() && client.receive().is_some_and(|answer| answer.code != 0) {}
    if matches!(opening, open::STOP_WITHOUT_SUPER | open::STOP_SUPER_TWICE) {
        drop(client);
    } else {
        while client.receive().is_some() {}
    }
    host.ended().violation().to_owned()
}

fn with_mode(mode: &str) -> Host {
    let mut settings = settings(Flavour::Plain);
    settings.environment.push(("SHIM_TEST_MODE".into(), mode.into()));
    Host::start(settings)
}

fn at_start(mode: &str) -> String {
    let mut settings = settings(Flavour::Plain);
    settings.environment.push(("SHIM_TEST_MODE".into(), mode.into()));
    Host::start_and_end(settings).violation().to_owned()
}

fn violating(selector: u64) -> String {
    sentence(open::PLAIN, &[Request { a: selector, ..Request::new(CALL) }])
}

fn mapping(kinds: &[u64]) -> String {
    let requests: Vec<Request> =
        kinds.iter().map(|kind| Request { a: *kind, b: 1, ..Request::new(MAP) }).collect();
    sentence(open::PLAIN, &requests)
}

#[test]
fn super_start_exactly_once() {
    let rule = "call Start(provider, SUPERDISPATCH) once (IOUserServer::serviceStarted)";
    let without = format!("::Start succeeded and called super Start 0 times: {rule}");
    assert_eq!(at_start("start-without-super"), format!("ShimDriver{without}"));
    assert_eq!(sentence(open::START_WITHOUT_SUPER, &[]), format!("ShimClient{without}"));
    let twice = "called super Start twice (IOUserServer::serviceStarted)";
    assert_eq!(at_start("start-super-twice"), format!("ShimDriver {twice}"));
    assert_eq!(sentence(open::START_SUPER_TWICE, &[]), format!("ShimClient {twice}"));
    assert_eq!(violating(violate::SUPER_START_LATE), "ShimClient called super Start outside of its Start");
    assert_eq!(
        at_start("other-provider"),
        "ShimDriver called super Start twice (IOUserServer::serviceStarted)"
    );
}

#[test]
fn super_stop_exactly_once() {
    let without = "::Stop succeeded and called super Stop 0 times: its termination would hang; call \
                   Stop(provider, SUPERDISPATCH) once (IOUserServer::serviceDidTerminate)";
    assert_eq!(sentence(open::STOP_WITHOUT_SUPER, &[]), format!("ShimClient{without}"));
    let twice = "ShimClient called super Stop twice (IOUserServer::serviceDidStop)";
    assert_eq!(sentence(open::STOP_SUPER_TWICE, &[]), twice);
    let mut host = with_mode("stop-without-super");
    host.command("stop");
    assert_eq!(host.ended().violation(), format!("ShimDriver{without}"));
}

#[test]
fn a_success_has_a_client() {
    assert_eq!(
        sentence(open::WITHOUT_CLIENT, &[]),
        "ShimDriver::NewUserClient succeeded without a client (IOUserServer::serviceNewUserClient)"
    );
}

#[test]
fn options_are_assigned() {
    let rule = "left *options 0xa5a5a5a5a5a5a5a5: it comes uninitialised, assign it \
                (IOUserUserClient::clientMemoryForType)";
    for kind in [memory::OPTIONS_UNTOUCHED, memory::OPTIONS_OR] {
        assert_eq!(mapping(&[kind]), format!("ShimClient::CopyClientMemoryForType({kind}) {rule}"));
    }
}

#[test]
fn a_descriptor_is_retained_for_the_kernel() {
    assert_eq!(
        mapping(&[memory::NOT_RETAINED]),
        "ShimClient::CopyClientMemoryForType(4) did not retain what it keeps: the kernel consumes a \
         reference (IOUserClient::mapClientMemory64)"
    );
}

#[test]
fn a_descriptor_is_the_same_each_time() {
    assert_eq!(
        mapping(&[memory::OTHER_EACH_TIME, memory::OTHER_EACH_TIME]),
        "CopyClientMemoryForType(5) returned another descriptor than the one that is mapped: the kernel \
         finds a mapping by its descriptor (is_io_connect_unmap_memory)"
    );
}

#[test]
fn a_success_has_a_descriptor() {
    assert_eq!(
        mapping(&[memory::NONE]),
        "ShimClient::CopyClientMemoryForType(6) succeeded without a descriptor \
         (IOUserClient::mapClientMemory64)"
    );
}

#[test]
fn a_descriptor_is_read_only_or_not() {
    assert_eq!(
        mapping(&[memory::REGION, memory::REGION_WRITABLE]),
        "one descriptor is handed out both read-only and writable: the shim cannot model that; use two"
    );
}

#[test]
fn references_are_counted() {
    let late = violating(violate::OVER_RELEASE);
    assert!(late.starts_with("OSData 0x") && late.ends_with(" was called after its last release"), "{late}");
    let used = violating(violate::USE_AFTER_FREE);
    assert!(used.starts_with("OSData 0x") && used.ends_with(" was called after its last release"), "{used}");
    let freed = violating(violate::DIRECT_FREE);
    assert_eq!(freed, "OSData::free with 1 references: release it instead");
}

#[test]
fn blocks_are_freed_once_and_whole() {
    assert_eq!(violating(violate::FREE_LENGTH), "IOFree of 16 bytes of a block of 8");
    let twice = violating(violate::DOUBLE_FREE);
    let rule = ", which IOMalloc did not return or which is freed already";
    assert!(twice.starts_with("IOFree of 0x") && twice.ends_with(rule), "{twice}");
}

#[test]
fn a_required_cast_is_required() {
    assert_eq!(violating(violate::REQUIRED_CAST), "OSRequiredCast: a ShimClient is not a OSData");
}

#[test]
fn no_queue_waits_for_itself() {
    assert_eq!(
        violating(violate::SYNC_ON_OWN_QUEUE),
        "DispatchSync on one from that queue: it would wait for itself"
    );
    let deadlock = violating(violate::DEADLOCK);
    let known = [
        "deadlock: one waits for two, which waits for one",
        "deadlock: two waits for one, which waits for two",
    ];
    assert!(known.contains(&deadlock.as_str()), "{deadlock}");
    assert_eq!(
        violating(violate::SYNC_ON_CANCELLED),
        "DispatchSync on one, which is cancelled: it would wait forever"
    );
}

#[test]
fn a_call_to_a_cancelled_queue_never_returns() {
    assert_eq!(
        violating(violate::CALL_ON_CANCELLED),
        "ShimClient::CopyClientMemoryForType on one, which is cancelled: it would wait forever"
    );
}

#[test]
fn blocks_and_other_queues_are_not_modelled() {
    assert_eq!(
        violating(violate::CANCEL_WITH_BLOCK),
        "Cancel of one with a block: the portable subset has none"
    );
    assert_eq!(
        violating(violate::QUEUE_OPTIONS),
        "IODispatchQueue::Create of four with options 0x1: only plain serial queues are modelled"
    );
}

#[test]
fn an_action_is_of_the_type_of_its_caller() {
    assert_eq!(
        violating(violate::ACTION_OF_OTHER_TYPE),
        "an action of another type was called: use the CreateAction of a method of TYPE() of what calls it"
    );
}

#[test]
fn replies_are_of_the_form() {
    assert_eq!(
        violating(violate::STRUCTURE_AND_ERROR),
        "ShimClient::ExternalMethod(106) set structureOutput and failed: nobody releases it \
         (IOUserUserClient::externalMethod returns before it looks)"
    );
    let large = Request { a: violate::STRUCTURE_AND_DESCRIPTOR, c: 5000, ..Request::new(CALL) };
    assert_eq!(
        sentence(open::PLAIN, &[large]),
        "ShimClient::ExternalMethod(107) set structureOutput though the caller sent \
         structureOutputDescriptor (IOUserClient.iig)"
    );
    assert_eq!(
        violating(violate::SCALAR_COUNT),
        "ShimClient::ExternalMethod(110) gave 1 scalars where 0 were asked for"
    );
    let many = Request { a: violate::ASYNC_COUNT, ..Request::new(ASYNC) };
    assert_eq!(
        sentence(open::PLAIN, &[many]),
        "ShimClient::AsyncCompletion with 17 arguments: 16 is the most"
    );
    let none = Request { a: violate::ASYNC_COUNT, ..Request::new(CALL) };
    assert_eq!(sentence(open::PLAIN, &[none]), "ShimClient::AsyncCompletion without an action");
}

/// A violation is not a death that a supervisor repairs.
#[test]
fn a_violation_is_not_supervised_away() {
    let mut settings = settings(Flavour::Plain);
    settings.supervised = true;
    let host = Host::start(settings);
    let mut client = host.open(open::PLAIN);
    client.send(Request { a: violate::REQUIRED_CAST, ..Request::new(CALL) });
    assert!(client.is_closed());
    let ended = host.ended();
    assert_eq!(ended.status.code(), Some(128 + 6), "{}", ended.words);
}

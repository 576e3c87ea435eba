//! Start, Stop, and who may be a client.

use std::process::{Command, Stdio};

use dext_tests::host::Host;
use dext_tests::program::{Dext, Flavour, dext_host};
use dext_tests::raw::{CALL, Client, OPEN, Request, TERMINATED, code};
use tempfile::TempDir;

use crate::modes::{call, memory, open};
use crate::{host, in_every_flavour, settings};

in_every_flavour!(
    what_new_user_client_says_the_client_hears,
    a_client_starts_before_anybody_asks_whether_it_may,
    a_client_that_vanishes_is_stopped,
    a_client_that_vanishes_within_a_call_is_stopped,
    a_stop_that_fails_does_not_hang,
    a_client_terminates_itself_and_the_connection_stays,
    a_watcher_hears_of_an_orderly_end,
    a_driver_terminates_itself,
    registry_ids_grow_with_the_generation,
    registration_waits_for_the_start,
    a_driver_that_does_not_start_is_not_there,
    clients_are_stopped_with_their_driver,
);

fn what_new_user_client_says_the_client_hears(flavour: Flavour) {
    let mut host = host(flavour);
    let refusals = [
        (open::REFUSED, code::UNSUPPORTED),
        (open::START_FAILS, code::NO_RESOURCES),
        (open::UNKNOWN_KEY, code::UNSUPPORTED),
        (open::OTHER_PROVIDER, code::UNSUPPORTED),
    ];
    for (kind, expected) in refusals {
        let mut client = Client::connect(&host.service());
        let answer = client.ask(Request { a: u64::from(kind), ..Request::new(OPEN) });
        assert_eq!(answer.code, expected, "type {kind}");
        assert!(client.is_closed());
    }
    let census = host.wait_until("census", |census| !census.contains("ShimClient"));
    assert!(census.contains("ShimDriver=1"), "{census}");
    host.stop();
}

/// What it logged in Start is seen, and nothing of it is left.
fn a_client_starts_before_anybody_asks_whether_it_may(flavour: Flavour) {
    let mut host = host(flavour);
    host.command("entitle none");
    /* A Start that fails is heard of, though this user may not be a client. */
    let failed = Client::open(&host.service(), open::START_FAILS).map(|_| ());
    assert_eq!(failed, Err(code::NO_RESOURCES));
    assert_eq!(Client::open(&host.service(), open::PLAIN).map(|_| ()), Err(code::NOT_PERMITTED));
    host.wait_until("census", |census| !census.contains("ShimClient"));
    host.command(&format!("entitle {}", rustix::process::getuid().as_raw()));
    drop(host.open(open::PLAIN));
    host.stop();
}

fn a_client_that_vanishes_is_stopped(flavour: Flavour) {
    let mut host = host(flavour);
    let clients: Vec<Client> = (0..3).map(|_| host.open(open::PLAIN)).collect();
    let census = host.command("census");
    assert!(census.contains("ShimClient=3"), "{census}");
    drop(clients);
    host.wait_until("clients", str::is_empty);
    host.wait_until("census", |census| !census.contains("ShimClient"));
    host.stop();
}

/// The Stop comes behind the call, on the same queue.
fn a_client_that_vanishes_within_a_call_is_stopped(flavour: Flavour) {
    let mut host = host(flavour);
    for kind in [open::PLAIN, open::OWN_QUEUE] {
        let mut client = host.open(kind);
        client.send(Request { a: call::SLEEP, scalars: vec![20], ..Request::new(CALL) });
        client.send(Request { a: call::COMPLETE, scalars: vec![1], ..Request::new(3) });
        drop(client);
    }
    host.wait_until("census", |census| !census.contains("ShimClient"));
    host.stop();
}

fn a_stop_that_fails_does_not_hang(flavour: Flavour) {
    let mut host = host(flavour);
    drop(host.open(open::STOP_FAILS));
    host.wait_until("census", |census| !census.contains("ShimClient"));
    assert!(host.words().contains("ShimClient::Stop failed with 0xe00002d5"));
    host.stop();
}

fn a_client_terminates_itself_and_the_connection_stays(flavour: Flavour) {
    let mut host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let mapped = client.map(memory::REGION).expect("the region");
    let said = client.call(call::TERMINATE, &[], 2).expect("a reply");
    assert_eq!(said, [u64::from(code::UNSUPPORTED.cast_unsigned()), 0], "only without options");
    host.wait_until("census", |census| !census.contains("ShimClient"));
    assert_eq!(host.command("clients"), "1:terminated");
    assert_eq!(client.call(call::ECHO, &[1, 2], 2), Err(code::BAD_ARGUMENT));
    assert_eq!(client.map(memory::REGION).map(|_| ()), Err(code::BAD_ARGUMENT));
    assert_eq!(client.unmap(memory::REGION), Err(code::BAD_ARGUMENT));
    let mut bytes = [0; 4];
    rustix::io::pread(&mapped.memory, &mut bytes, 4).expect("the memory is there");
    assert_eq!(bytes, [4, 5, 6, 7]);
    drop(client);
    host.stop();
}

fn a_watcher_hears_of_an_orderly_end(flavour: Flavour) {
    let host = host(flavour);
    let mut watcher = Client::watch(&host.service());
    host.stop();
    assert_eq!(watcher.receive().map(|answer| answer.kind), Some(TERMINATED));
    assert!(watcher.is_closed());
}

fn a_driver_terminates_itself(flavour: Flavour) {
    let host = host(flavour);
    let mut watcher = Client::watch(&host.service());
    let mut client = host.open(open::PLAIN);
    client.send(Request { a: call::TERMINATE_DRIVER, ..Request::new(CALL) });
    assert_eq!(watcher.receive().map(|answer| answer.kind), Some(TERMINATED));
    let ended = host.ended();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.words);
}

fn registry_ids_grow_with_the_generation(flavour: Flavour) {
    let host = host(flavour);
    let id = |host: &Host| host.open(open::PLAIN).call(call::REGISTRY_ID, &[], 1).expect("an id")[0];
    let (first, second) = (id(&host), id(&host));
    assert!(first < second);
    let host = host.restart();
    assert!(second < id(&host));
    host.stop();
}

/// A driver that registers in Start and then fails was never to be found.
fn registration_waits_for_the_start(flavour: Flavour) {
    let folder = TempDir::new().expect("a temporary folder");
    let status = Command::new(dext_host(Dext::Shim, flavour))
        .args(["--name", "ShimDriver", "--registry"])
        .arg(folder.path())
        .env("SHIM_TEST_MODE", "registers-and-fails")
        .stderr(Stdio::null())
        .status()
        .expect("it runs");
    assert_eq!(status.code(), Some(4));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

fn a_driver_that_does_not_start_is_not_there(flavour: Flavour) {
    for (mode, words) in [
        ("registers-and-fails", "ShimDriver::Start failed with 0xe00002be"),
        ("init-fails", "ShimDriver::init failed"),
    ] {
        let mut settings = settings(flavour);
        settings.environment.push(("SHIM_TEST_MODE".into(), mode.into()));
        let ended = Host::start_and_end(settings);
        assert_eq!(ended.status.code(), Some(4), "{}", ended.words);
        assert!(ended.words.contains(words), "{}", ended.words);
    }
}

/// In either order: a seed chooses whether the driver or its clients are stopped first.
fn clients_are_stopped_with_their_driver(flavour: Flavour) {
    let driver_first = |seed: Option<u64>| {
        let mut settings = settings(flavour);
        settings.seed = seed;
        let host = Host::start(settings);
        let mut client = host.open(open::PLAIN);
        client.call_async(call::KEEP_COMPLETION, &[]).expect("a success");
        let words = host.stop();
        assert!(client.is_closed());
        words.find("ShimDriver stops") < words.find("ShimClient stops")
    };
    assert!(!driver_first(None), "without a seed the clients come first");
    let orders: Vec<bool> = (1..=6).map(|seed| driver_first(Some(seed))).collect();
    assert!(orders.contains(&true) && orders.contains(&false), "{orders:?}");
    assert_eq!(orders, (1..=6).map(|seed| driver_first(Some(seed))).collect::<Vec<bool>>());
}

//! Every method of the dext: with every wrong count, in every state, and what it answers (ATT-13 to ATT-22).

#![cfg(target_os = "linux")]

use abi_runtime::layout::{ABI_MAJOR, ABI_MINOR, LaneState, RegionState};
use abi_runtime::prelude::*;
use dext_bindings::boundary::{
    Bell, BellReason, HelloOut, LaneStat, METHODS, Method, OPEN_TYPE, Refusal, ReturnCode, Selector, Stat,
    open_type,
};
use dext_tests::host::{Host, Settings};
use dext_tests::program::{Dext, Flavour};
use dext_tests::raw::{ASYNC, Answer, CALL, Client, Request};

const BAD_ARGUMENT: ReturnCode = ReturnCode::BAD_ARGUMENT;
/// The lanes of the dext, as `House.h` numbers them.
const LANES: u64 = 4;

fn host() -> Host {
    Host::start(Settings::new(Dext::TestimonyEmitting, Flavour::Address))
}

/// A call as its row of the table says, with scalars that are all `value`.
fn request(method: &Method, value: u64) -> Request {
    Request {
        a: u64::from(method.selector.raw()),
        b: u64::from(method.outputs),
        c: u64::from(method.structure_out),
        scalars: vec![value; method.inputs as usize],
        ..Request::new(if method.completion == 1 { ASYNC } else { CALL })
    }
}

fn code(answer: &Answer) -> ReturnCode {
    ReturnCode(answer.code.cast_unsigned())
}

fn ask(client: &mut Client, request: Request) -> ReturnCode {
    code(&client.ask(request))
}

/// Calls a method with these scalars, everything else as its row says.
fn call(client: &mut Client, selector: Selector, scalars: &[u64]) -> Answer {
    let method = METHODS.iter().find(|method| method.selector.known() == Ok(selector)).expect("a row");
    client.ask(Request { scalars: scalars.to_vec(), ..request(method, 0) })
}

fn says(client: &mut Client, selector: Selector, scalars: &[u64]) -> ReturnCode {
    code(&call(client, selector, scalars))
}

fn hello(client: &mut Client) {
    assert_eq!(says(client, Selector::Hello, &[ABI_MAJOR.into(), ABI_MINOR.into()]), ReturnCode::SUCCESS);
}

/// A connection that has said hello.
fn greeted(host: &Host) -> Client {
    let mut client = host.open(OPEN_TYPE);
    hello(&mut client);
    client
}

/// A connection that reads, and does not drain.
fn attached(host: &Host) -> Client {
    let mut client = greeted(host);
    assert_eq!(says(&mut client, Selector::Attach, &[0, 0]), ReturnCode::SUCCESS);
    client
}

/// Waits until so many connections are left.
fn clients_are(host: &mut Host, count: usize) {
    host.wait_until("clients", |answer| answer.split_whitespace().count() == count);
}

fn refused(refusal: Refusal) -> ReturnCode {
    ReturnCode::of(refusal)
}

/// Every way in which the counts of a call can be wrong by little or by much.
fn wrong(method: &Method) -> Vec<(&'static str, Request)> {
    let right = request(method, 0);
    let mut wrong = Vec::new();
    for inputs in [0, method.inputs.wrapping_sub(1), method.inputs + 1, 16] {
        if inputs != method.inputs && inputs <= 16 {
            wrong.push(("inputs", Request { scalars: vec![0; inputs as usize], ..right.clone() }));
        }
    }
    for outputs in [0, method.outputs.wrapping_sub(1), method.outputs + 1, 16] {
        if outputs != method.outputs && outputs <= 16 {
            wrong.push(("outputs", Request { b: outputs.into(), ..right.clone() }));
        }
    }
    for bytes in [1, 8, 4096, 4097] {
        wrong.push(("structure in", Request { structure: vec![0; bytes], ..right.clone() }));
    }
    for bytes in [0, method.structure_out.wrapping_sub(1), method.structure_out + 1, 4096, 4097] {
        if bytes != method.structure_out && bytes <= 8192 {
            wrong.push(("structure out", Request { c: bytes.into(), ..right.clone() }));
        }
    }
    let other = if method.completion == 1 { CALL } else { ASYNC };
    wrong.push(("completion", Request { verb: other, ..right }));
    wrong
}

#[test]
fn no_method_takes_a_wrong_count_in_any_state_att_21() {
    let mut host = host();
    let mut calls = 0;
    for state in ["fresh", "greeted", "attached"] {
        let mut client = host.open(OPEN_TYPE);
        if state != "fresh" {
            hello(&mut client);
        }
        if state == "attached" {
            assert_eq!(says(&mut client, Selector::Attach, &[1, 4096]), ReturnCode::SUCCESS);
        }
        for method in METHODS {
            for (what, request) in wrong(method) {
                let shown = format!("{state}, {:?}, {what}: {request:?}", method.selector);
                assert_eq!(ask(&mut client, request), BAD_ARGUMENT, "{shown}");
                calls += 1;
            }
        }
    }
    assert!(calls > 300, "{calls}");
    clients_are(&mut host, 0);
    host.stop();
}

#[test]
fn a_selector_that_does_not_exist_is_refused_att_21() {
    let host = host();
    let mut client = greeted(&host);
    let behind = METHODS.len() as u64;
    for selector in [behind, behind + 1, 255, u64::from(u32::MAX), 1 << 32, u64::MAX] {
        let request = Request { a: selector, ..Request::new(CALL) };
        assert_eq!(ask(&mut client, request), BAD_ARGUMENT, "{selector}");
    }
    drop(client);
    host.stop();
}

/// What is for tests is not in the dext that ships.
#[test]
fn a_dext_that_ships_emits_nothing_on_demand() {
    let host = Host::start(Settings::new(Dext::Testimony, Flavour::Address));
    let mut client = greeted(&host);
    assert_eq!(says(&mut client, Selector::Emit, &[1, 1, 1]), BAD_ARGUMENT);
    drop(client);
    host.stop();
}

#[test]
fn a_type_of_another_kind_or_major_does_not_open_att_13() {
    let host = host();
    let open = |kind| {
        Client::open(&host.service(), kind).map(|_| ()).map_err(|code| ReturnCode(code.cast_unsigned()))
    };
    assert_eq!(open(OPEN_TYPE), Ok(()));
    for kind in [0, 1, u32::MAX, OPEN_TYPE << 16, 0x5452_0001, 0x5454_0001] {
        assert_eq!(open(kind), Err(ReturnCode::UNSUPPORTED), "{kind:#x}");
    }
    for major in [0, ABI_MAJOR + 1, 0x1234, u16::MAX] {
        let code = open(open_type(major)).expect_err("another major");
        assert_eq!(code, ReturnCode::abi_major(ABI_MAJOR), "{major}");
        assert_eq!(code.driver_major(), Some(ABI_MAJOR), "the reader can name both numbers");
    }
    let words = host.stop();
    assert!(words.contains("a reader speaks region ABI 4660 and this driver 1.1: refused"), "{words}");
}

#[test]
fn nothing_comes_before_hello_att_14() {
    let host = host();
    let mut client = host.open(OPEN_TYPE);
    for method in METHODS {
        let first = if method.selector.known() == Ok(Selector::Hello) {
            ReturnCode::abi_major(ABI_MAJOR)
        } else {
            refused(Refusal::SayHelloFirst)
        };
        assert_eq!(ask(&mut client, request(method, 0)), first, "{:?}", method.selector);
    }
    assert_eq!(client.map(0).expect_err("no map"), BAD_ARGUMENT.0.cast_signed());
    hello(&mut client);
    assert!(client.map(0).is_ok());
    drop(client);
    host.stop();
}

#[test]
fn hello_says_who_the_driver_is_and_refuses_another_major_att_14() {
    let host = host();
    let mut client = host.open(OPEN_TYPE);
    for major in [0, u64::from(ABI_MAJOR) + 1, u64::from(u16::MAX) + 2, u64::MAX] {
        let answer = call(&mut client, Selector::Hello, &[major, 9]);
        assert_eq!(code(&answer).driver_major(), Some(ABI_MAJOR), "{major}");
        assert_eq!(
            says(&mut client, Selector::Stat, &[]),
            refused(Refusal::SayHelloFirst),
            "it was not heard"
        );
    }
    let first = call(&mut client, Selector::Hello, &[ABI_MAJOR.into(), 999]);
    let again = call(&mut client, Selector::Hello, &[ABI_MAJOR.into(), 0]);
    assert_eq!((first.code, &first.scalars), (0, &again.scalars), "it may be said again");
    let words: [u64; 8] = first.scalars.try_into().expect("eight scalars");
    let said = HelloOut::from_words(&words);
    assert_eq!((said.abi_major, said.abi_minor), (ABI_MAJOR.into(), ABI_MINOR.into()));
    assert_eq!(said.fingerprint, dext_records::DEXT.fingerprint().0);
    let mapped = client.map(0).expect("the region");
    assert_eq!((mapped.bytes, mapped.read_only), (said.total_size, true), "ATT-15");
    drop(client);
    let words = host.stop();
    assert!(words.contains("a reader speaks region ABI 2.9 and this driver 1.1: refused"), "{words}");
}

#[test]
fn what_is_not_attached_cannot_be_used_and_nothing_is_attached_twice() {
    let host = host();
    let mut client = greeted(&host);
    for (selector, scalars) in [
        (Selector::Detach, &[][..]),
        (Selector::Doorbell, &[0, 0]),
        (Selector::Choose, &[1]),
        (Selector::Serve, &[]),
    ] {
        assert_eq!(says(&mut client, selector, scalars), refused(Refusal::NotAttached), "{selector:?}");
    }
    for (wants, lag) in [(2, 0), (1 << 63, 0), (3, 4096), (0, 1)] {
        assert_eq!(says(&mut client, Selector::Attach, &[wants, lag]), refused(Refusal::BadWishes));
    }
    assert_eq!(says(&mut client, Selector::Attach, &[0, 0]), ReturnCode::SUCCESS);
    assert_eq!(says(&mut client, Selector::Attach, &[0, 0]), refused(Refusal::AlreadyAttached));
    assert_eq!(says(&mut client, Selector::Serve, &[]), refused(Refusal::NotDraining));
    assert_eq!(client.map(1).expect_err("no page"), BAD_ARGUMENT.0.cast_signed());
    for classes in [0, 2, 6, 8, 9, u64::MAX] {
        assert_eq!(
            says(&mut client, Selector::Choose, &[classes]),
            refused(Refusal::BadClasses),
            "{classes}"
        );
    }
    assert_eq!(says(&mut client, Selector::Detach, &[]), ReturnCode::SUCCESS);
    assert_eq!(says(&mut client, Selector::Detach, &[]), refused(Refusal::NotAttached), "detached twice");
    assert_eq!(says(&mut client, Selector::Attach, &[1, 64]), ReturnCode::SUCCESS);
    assert_eq!(says(&mut client, Selector::Serve, &[]), ReturnCode::SUCCESS);
    assert_eq!(says(&mut client, Selector::Serve, &[]), refused(Refusal::AlreadyServed));
    drop(client);
    host.stop();
}

#[test]
fn release_pages_are_counted_and_come_back_att_18() {
    let mut host = host();
    let mut drainers: Vec<Client> = (0..2).map(|_| host.open(OPEN_TYPE)).collect();
    let mut places = Vec::new();
    for client in &mut drainers {
        hello(client);
        places.push(call(client, Selector::Attach, &[1, 1 << 20]).scalars);
        let page = client.map(1).expect("its page");
        assert_eq!((page.read_only, page.bytes >= LANES * 128), (false, true), "ATT-15");
    }
    assert_eq!(places, [[0, 1], [1, 2]], "slot and ticket");
    let mut third = host.open(OPEN_TYPE);
    hello(&mut third);
    assert_eq!(says(&mut third, Selector::Attach, &[1, 64]), refused(Refusal::NoReleasePage));
    assert_eq!(says(&mut third, Selector::Attach, &[0, 0]), ReturnCode::SUCCESS, "it may read all the same");
    assert_eq!(says(&mut third, Selector::Detach, &[]), ReturnCode::SUCCESS);
    // One vanishes without a word.
    drop(drainers.remove(0));
    clients_are(&mut host, 2);
    assert_eq!(call(&mut third, Selector::Attach, &[1, 64]).scalars, [0, 3], "its slot, a ticket of its own");
    drop((drainers, third));
    host.stop();
}

#[test]
fn lanes_and_counts_that_there_are_not_are_refused() {
    let host = host();
    let mut client = greeted(&host);
    for lanes in [1 << LANES, 1 << 63, u64::MAX] {
        assert_eq!(says(&mut client, Selector::Flush, &[lanes]), refused(Refusal::BadLane), "{lanes:#x}");
    }
    assert_eq!(says(&mut client, Selector::Flush, &[(1 << LANES) - 1]), ReturnCode::SUCCESS);
    for lane in [LANES, u64::MAX] {
        assert_eq!(says(&mut client, Selector::Emit, &[lane, 1, 1]), refused(Refusal::BadLane));
    }
    assert_eq!(says(&mut client, Selector::Emit, &[1, (1 << 20) + 1, 1]), refused(Refusal::BadCount));
    for lane in 0..LANES {
        assert_eq!(call(&mut client, Selector::Emit, &[lane, 10, 1]).scalars, [10, 0], "{lane}");
    }
    drop(client);
    host.stop();
}

/// STAT counts what the calls of this test did, and what it refused last.
#[test]
fn stat_says_what_the_driver_counts_att_20() {
    let host = host();
    let mut client = greeted(&host);
    assert_eq!(says(&mut client, Selector::Attach, &[1, 4096]), ReturnCode::SUCCESS);
    assert_eq!(says(&mut client, Selector::Flush, &[u64::MAX]), refused(Refusal::BadLane));
    assert_eq!(call(&mut client, Selector::Emit, &[1, 100, 1]).scalars, [100, 0]);
    let answer = call(&mut client, Selector::Stat, &[]);
    assert_eq!(answer.code, 0);
    let (stat, lanes) = answer.structure.split_at(size_of::<Stat>());
    let stat = Stat::read_wire(stat);
    assert_eq!((stat.abi_major, stat.abi_minor, u64::from(stat.lanes)), (ABI_MAJOR, ABI_MINOR, LANES));
    assert_eq!(stat.state.known(), Ok(RegionState::Live));
    assert_eq!((stat.clients, stat.readers, stat.draining, stat.sleeping), (1, 1, 1, 0));
    assert_eq!((stat.calls, stat.refused), (4, 1), "this call is not counted yet");
    assert_eq!(stat.last_refusal.known(), Ok(Refusal::BadLane));
    assert_eq!(lanes.len() as u64, LANES * size_of::<LaneStat>() as u64);
    for lane in lanes.chunks_exact(size_of::<LaneStat>()).map(LaneStat::read_wire) {
        assert_eq!((lane.state.known(), lane.refused), (Ok(LaneState::Open), 0));
    }
    let newest = LaneStat::read_wire(&lanes[size_of::<LaneStat>()..2 * size_of::<LaneStat>()]);
    assert!(newest.published >= 100 * 40, "{newest:?}");
    drop(client);
    host.stop();
}

#[test]
fn classes_are_those_that_some_reader_wants_att_22() {
    let host = host();
    let mut readers: Vec<Client> = (0..2).map(|_| attached(&host)).collect();
    assert_eq!(call(&mut readers[0], Selector::Choose, &[1]).scalars, [7], "the other wants everything");
    assert_eq!(call(&mut readers[1], Selector::Choose, &[5]).scalars, [5]);
    drop(readers.pop());
    let mut host = host;
    clients_are(&mut host, 1);
    assert_eq!(call(&mut readers[0], Selector::Choose, &[3]).scalars, [3]);
    assert_eq!(says(&mut readers[0], Selector::Detach, &[]), ReturnCode::SUCCESS);
    assert_eq!(says(&mut readers[0], Selector::Attach, &[0, 0]), ReturnCode::SUCCESS);
    assert_eq!(call(&mut readers[0], Selector::Choose, &[7]).scalars, [7]);
    drop(readers);
    host.stop();
}

fn bell(client: &mut Client, read: u64, amount: u64) -> u64 {
    client.call_async(u64::from(Selector::Doorbell as u32), &[read, amount]).expect("it sleeps")
}

fn woken(client: &mut Client, id: u64) -> (BellReason, u64) {
    let answer = client.completion(id);
    assert_eq!(answer.code, 0);
    let words: [u64; 2] = answer.scalars.try_into().expect("a reason and a position");
    let bell = Bell::from_words(&words);
    (bell.reason.known().expect("a reason"), bell.published)
}

#[test]
fn the_doorbell_rings_once_and_says_why_att_19() {
    let host = host();
    let mut client = attached(&host);
    let enough = bell(&mut client, 0, 1);
    let (reason, published) = woken(&mut client, enough);
    assert_eq!(reason, BellReason::Rung, "there was enough before it slept");
    let soon = bell(&mut client, published, 100_000);
    assert_eq!(call(&mut client, Selector::Emit, &[1, 5000, 1]).scalars, [5000, 0]);
    let (reason, later) = woken(&mut client, soon);
    assert_eq!((reason, later - published >= 100_000), (BellReason::Rung, true));
    // Who says that it has read more than there is does not wake at once, nor does anything overflow.
    let never = bell(&mut client, u64::MAX, u64::MAX);
    let instead = bell(&mut client, later, u64::MAX);
    assert_eq!(woken(&mut client, never).0, BellReason::Replaced);
    assert_eq!(says(&mut client, Selector::Detach, &[]), ReturnCode::SUCCESS);
    assert_eq!(woken(&mut client, instead).0, BellReason::Detached);
    drop(client);
    host.stop();
}

/// The driver itself wakes who sleeps when it stops first; else whoever stops the client does.
#[test]
fn a_driver_that_stops_wakes_who_sleeps_att_19() {
    let mut reasons = Vec::new();
    for seed in 0..8 {
        let settings =
            Settings { seed: Some(seed), ..Settings::new(Dext::TestimonyEmitting, Flavour::Address) };
        let mut host = Host::start(settings);
        let mut client = attached(&host);
        let id = bell(&mut client, 0, u64::MAX);
        host.command("stop");
        reasons.push(woken(&mut client, id).0);
        let ended = host.ended();
        assert_eq!(ended.status.code(), Some(0), "{}", ended.words);
    }
    assert!(reasons.contains(&BellReason::Closed) && reasons.contains(&BellReason::Detached), "{reasons:?}");
}

/// Whether the driver or its clients stop first is the kernel's choice: under some seed it is the driver, and what
/// still waits in its queue is told so.
#[test]
fn a_driver_that_stops_begins_nothing_more() {
    /// Each keeps the queue of calls for some milliseconds.
    const CALLS: usize = 40;
    const RECORDS: u64 = 50_000;
    let mut told = 0;
    for seed in 0..8 {
        let settings =
            Settings { seed: Some(seed), ..Settings::new(Dext::TestimonyEmitting, Flavour::Address) };
        let mut host = Host::start(settings);
        let mut client = greeted(&host);
        let emit =
            Request { a: Selector::Emit as u64, b: 2, scalars: vec![1, RECORDS, seed], ..Request::new(CALL) };
        for _ in 0..CALLS {
            client.send(emit.clone());
        }
        host.command("stop");
        let (mut begun, mut stopping) = (0, 0);
        while let Some(answer) = client.receive() {
            match code(&answer) {
                ReturnCode::SUCCESS => begun += 1,
                other if other == refused(Refusal::Stopping) => stopping += 1,
                // The client has been stopped too.
                other => assert!([BAD_ARGUMENT, ReturnCode::OFFLINE].contains(&other), "{other}"),
            }
            assert!(stopping == 0 || code(&answer) != ReturnCode::SUCCESS, "nothing is begun afterwards");
        }
        assert!(begun <= CALLS);
        told += stopping;
        let ended = host.ended();
        assert_eq!(ended.status.code(), Some(0), "{}", ended.words);
    }
    println!("{told} calls were told that the driver is stopping");
    assert!(told > 0, "no seed stopped the driver first");
}

#[test]
fn the_driver_logs_nothing_while_it_serves() {
    let mut host = host();
    let before = host.command("log");
    let mut client = greeted(&host);
    assert_eq!(says(&mut client, Selector::Attach, &[1, 4096]), ReturnCode::SUCCESS);
    for seed in 0..20 {
        assert_eq!(says(&mut client, Selector::Emit, &[seed % LANES, 500, seed]), ReturnCode::SUCCESS);
    }
    assert_eq!(says(&mut client, Selector::Stat, &[]), ReturnCode::SUCCESS);
    drop(client);
    clients_are(&mut host, 0);
    assert_eq!(host.command("log"), before);
    host.stop();
}

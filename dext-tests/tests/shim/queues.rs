//! Queues, timers and the clock.

use dext_tests::host::Host;
use dext_tests::program::Flavour;
use dext_tests::raw::{Client, code};

use crate::modes::{call, open};
use crate::{host, in_every_flavour, settings};

in_every_flavour!(
    a_queue_runs_in_the_order_of_its_work,
    the_same_seed_gives_the_same_order,
    a_caller_is_on_the_queue_that_waits_for_it,
    names_of_queues_are_those_of_the_class,
    a_timer_fires_when_it_is_time,
    a_cancelled_timer_keeps_nothing_alive,
    a_cancelled_queue_drops_its_work,
    ticks_are_as_long_as_was_said,
    casts_know_the_classes,
);

/// `kIOTimerClock`: the raw ones count nanoseconds, the others ticks.
const MONOTONIC_RAW: u64 = 0x84;
const UPTIME_RAW: u64 = 0x88;
const MACH_CONTINUOUS: u64 = 0xc4;
const MACH_ABSOLUTE: u64 = 0xc8;

/// Twelve works on three queues, as one number.
fn order(client: &mut Client) -> u64 {
    client.call(call::ORDER, &[], 1).expect("the order")[0]
}

/// Each queue's own works, of twelve.
fn is_an_order(order: u64) -> bool {
    let digits = order.to_string();
    digits.len() == 12 && ['1', '2', '3'].iter().all(|digit| digits.matches(*digit).count() == 4)
}

fn a_queue_runs_in_the_order_of_its_work(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let order = order(&mut client);
    assert!(is_an_order(order), "{order}");
    drop(client);
    host.stop();
}

fn orders(flavour: Flavour, seed: u64) -> Vec<u64> {
    let mut settings = settings(flavour);
    settings.seed = Some(seed);
    let host = Host::start(settings);
    let mut client = host.open(open::PLAIN);
    let orders = (0..10).map(|_| order(&mut client)).collect();
    drop(client);
    host.stop();
    orders
}

fn the_same_seed_gives_the_same_order(flavour: Flavour) {
    let first = orders(flavour, 7);
    assert!(first.iter().all(|order| is_an_order(*order)), "{first:?}");
    assert_eq!(first, orders(flavour, 7));
    assert_ne!(first, orders(flavour, 8));
    let mut different = first.clone();
    different.sort_unstable();
    different.dedup();
    assert!(different.len() > 5, "the queues are permuted: {first:?}");
}

fn a_caller_is_on_the_queue_that_waits_for_it(flavour: Flavour) {
    for seed in [None, Some(1)] {
        let mut settings = settings(flavour);
        settings.seed = seed;
        let host = Host::start(settings);
        let mut client = host.open(open::PLAIN);
        let seen = client.call(call::ON_QUEUE, &[], 5).expect("a reply");
        let direct = u64::from(code::NO_MEMORY.cast_unsigned());
        assert_eq!(seen, [0, 1, 1, 0, direct], "before, called queue, calling queue, other queue, call back");
        drop(client);
        host.stop();
    }
}

fn names_of_queues_are_those_of_the_class(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let bad = u64::from(code::BAD_ARGUMENT.cast_unsigned());
    let not_found = u64::from(code::NOT_FOUND.cast_unsigned());
    let seen = client.call(call::QUEUE_NAMES, &[], 6).expect("a reply");
    assert_eq!(seen, [bad, 0, 0, 1, 0, not_found]);
    drop(client);
    host.stop();
}

fn a_timer_fires_when_it_is_time(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    for clock in [MONOTONIC_RAW, UPTIME_RAW, MACH_CONTINUOUS, MACH_ABSOLUTE] {
        for delay in [0, 2_000_000] {
            let deadline = client.call(call::CLOCK, &[], 4).expect("the clock")[2] + delay;
            let id = client.call_async(call::TIMER, &[clock, deadline]).expect("a timer");
            let told = client.completion(id).scalars;
            assert!(told[0] >= deadline, "fired {} before its time", deadline - told[0]);
            assert!(told[0] <= told[1]);
        }
    }
    assert_eq!(client.call_async(call::TIMER, &[7, 0]), Err(code::BAD_ARGUMENT), "no such clock");
    drop(client);
    host.stop();
}

fn a_cancelled_timer_keeps_nothing_alive(flavour: Flavour) {
    let mut host = host(flavour);
    let mut client = host.open(open::PLAIN);
    client.call_async(call::CANCELLED_TIMER, &[MACH_CONTINUOUS, u64::MAX]).expect("a timer");
    drop(client);
    host.wait_until("census", |census| !census.contains("IOTimerDispatchSource="));
    host.stop();
}

fn a_cancelled_queue_drops_its_work(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    assert_eq!(client.call(call::CANCELLED_QUEUE, &[], 1), Ok(vec![0]));
    drop(client);
    host.stop();
}

fn ticks_are_as_long_as_was_said(flavour: Flavour) {
    let mut settings = settings(flavour);
    settings.timebase = Some((125, 3));
    let host = Host::start(settings);
    let mut client = host.open(open::PLAIN);
    let before = boottime();
    let clock = client.call(call::CLOCK, &[], 4).expect("the clock");
    assert_eq!(clock[..2], [125, 3]);
    assert!(clock[2] <= clock[3], "without sleep both clocks are one");
    let nanoseconds = clock[2] * 125 / 3;
    assert!(before - 42 <= nanoseconds && nanoseconds <= boottime(), "{before} {nanoseconds}");
    /* 24,000 ticks are a millisecond. */
    let id = client.call_async(call::TIMER, &[MACH_CONTINUOUS, clock[2] + 24_000]).expect("a timer");
    let told = client.completion(id).scalars;
    assert!(told[0] >= clock[2] + 24_000 && told[0] <= told[1]);
    assert!(boottime() >= before + 1_000_000);
    drop(client);
    host.stop();
}

fn boottime() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    u64::try_from(now.tv_sec * 1_000_000_000 + now.tv_nsec).expect("after the start")
}

fn casts_know_the_classes(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    assert_eq!(client.call(call::CASTS, &[], 5), Ok(vec![1; 5]));
    drop(client);
    host.stop();
}

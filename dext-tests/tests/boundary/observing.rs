//! What the dext observes of itself, and what it leaves out when nobody wants it.

use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::attach::RegionView;
use abi_runtime::gap::Count;
use abi_runtime::item::{Item, Next, Record};
use abi_runtime::prelude::*;
use abi_runtime::reader::{LaneReader, Start};
use dext_bindings::boundary::{Classes, EmitIn, Refusal, ReturnCode, Selector};
use dext_bindings::dext::Attachment;
use dext_bindings::linux::DextHost;
use dext_bindings::{Attached as _, Wish};
use dext_records::{ClientCall, ClientEvent, DispatchSample, EventKind, TimerSample};
use dext_tests::host::{Host, Settings};
use dext_tests::program::Flavour;

use crate::asker::Asker;
use crate::{DRAINED, FLAVOURS, NEWEST, host, settings};

const PATIENCE: Duration = Duration::from_secs(20);

/// A record of the dext, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    Event { client: u64, kind: EventKind, abi: (u16, u16), clients: u32 },
    Call { client: u64, selector: u32, result: ReturnCode },
    Dispatch { number: u64 },
    Timer { deadline: u64, late: u64 },
}

fn found(record: &Record<'_>) -> Option<Found> {
    if let Ok(event) = record.view::<ClientEvent>() {
        let kind = event.kind().known().expect("a kind of today");
        let abi = (event.abi_major(), event.abi_minor());
        return Some(Found::Event { client: event.client(), kind, abi, clients: event.clients() });
    }
    if let Ok(call) = record.view::<ClientCall>() {
        let (selector, result) = (call.selector().raw(), ReturnCode(call.result()));
        return Some(Found::Call { client: call.client(), selector, result });
    }
    if let Ok(sample) = record.view::<DispatchSample>() {
        return Some(Found::Dispatch { number: sample.number() });
    }
    let sample = record.view::<TimerSample>().ok()?;
    Some(Found::Timer { deadline: sample.deadline(), late: sample.late() })
}

fn attach(host: &Host) -> Attachment<DextHost> {
    let connection = DextHost::open(host.registry(), "TestimonyDriver").expect("a connection");
    Attachment::attach(connection, Wish::default()).expect("an attachment")
}

fn lane<'m>(region: &RegionView<'m>, lane: usize) -> LaneReader<'m, Vec<u64>> {
    let number = u32::try_from(lane).expect("a few lanes");
    LaneReader::open(region, number, Start::Oldest, vec![0; 512]).expect("an open lane")
}

/// Everything that has come since the last look.
fn take(reader: &mut LaneReader<'_, Vec<u64>>) -> Vec<Found> {
    let mut all = Vec::new();
    loop {
        match reader.next() {
            Next::Item(Item::Record(record)) => all.extend(found(&record)),
            Next::Item(other) => panic!("{other:?}"),
            Next::Pending | Next::Closed => return all,
        }
    }
}

/// Waits until something like it comes.
fn wait_for(reader: &mut LaneReader<'_, Vec<u64>>, wanted: impl Fn(&Found) -> bool) {
    let begin = Instant::now();
    while !take(reader).iter().any(&wanted) {
        assert!(begin.elapsed() < PATIENCE, "it never comes");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn the_life_of_a_client_stands_in_the_lane_of_calls() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let watcher = attach(&host);
        let mut calls = lane(&watcher.region(), 0);
        let _ = take(&mut calls);
        let mut client = Asker(host.open(dext_bindings::boundary::OPEN_TYPE));
        let said: Vec<ReturnCode> = [
            (Selector::Hello, &[9, 4][..]),
            (Selector::Hello, &[1, 70_000]),
            (Selector::Attach, &[1, 4096]),
            (Selector::Serve, &[]),
            (Selector::Serve, &[]),
        ]
        .map(|(selector, scalars)| client.says(selector, scalars))
        .into();
        drop(client);
        let mut found = Vec::new();
        let begin = Instant::now();
        let stopped = |found: &Found| matches!(found, Found::Event { kind: EventKind::Stopped, .. });
        while !found.iter().any(stopped) {
            found.extend(take(&mut calls));
            assert!(begin.elapsed() < PATIENCE, "{found:?}");
        }
        let event = |kind, abi, clients| Found::Event { client: 2, kind, abi, clients };
        let call = |selector: Selector, result| Found::Call { client: 2, selector: selector as u32, result };
        let expected = [
            event(EventKind::Started, (0, 0), 2),
            event(EventKind::Refused, (9, 4), 2),
            call(Selector::Hello, ReturnCode::abi_major(1)),
            event(EventKind::Hello, (1, u16::MAX), 2),
            call(Selector::Hello, ReturnCode::SUCCESS),
            event(EventKind::Attached, (1, u16::MAX), 2),
            call(Selector::Attach, ReturnCode::SUCCESS),
            event(EventKind::Served, (1, u16::MAX), 2),
            call(Selector::Serve, ReturnCode::SUCCESS),
            call(Selector::Serve, ReturnCode::of(Refusal::AlreadyServed)),
            event(EventKind::Detached, (1, u16::MAX), 2),
            event(EventKind::Stopped, (1, u16::MAX), 1),
        ];
        found.retain(|found| matches!(found, Found::Event { .. } | Found::Call { .. }));
        assert_eq!(found, expected, "{flavour:?}");
        assert_eq!(said[4], ReturnCode::of(Refusal::AlreadyServed));
        drop(watcher);
        host.stop();
    }
}

/// Deadlines grow by whole periods; each job has the number after the one before.
#[test]
fn timers_and_queues_are_sampled_at_every_tick_rate() {
    for timebase in [None, Some((125, 3)), Some((1, 24)), Some((1_000_000, 1))] {
        let host = Host::start(Settings { timebase, ..settings(Flavour::Address) });
        let watcher = attach(&host);
        let region = watcher.region();
        let header = region.header();
        let (numerator, denominator) = timebase.unwrap_or((1, 1));
        assert_eq!((header.tick_numerator, header.tick_denominator), (numerator.into(), denominator.into()));
        let period = 20_000_000 * u64::from(denominator) / u64::from(numerator);
        let mut newest = lane(&region, NEWEST);
        let (mut deadlines, mut numbers) = (Vec::new(), Vec::new());
        let begin = Instant::now();
        while deadlines.len() < 5 {
            for found in take(&mut newest) {
                match found {
                    Found::Timer { deadline, late } => deadlines.push((deadline, late)),
                    Found::Dispatch { number } => numbers.push(number),
                    other => panic!("{other:?}"),
                }
            }
            assert!(begin.elapsed() < PATIENCE, "{timebase:?}: {deadlines:?}");
            thread::sleep(Duration::from_millis(1));
        }
        assert!(numbers.iter().copied().eq(0..numbers.len() as u64), "{timebase:?}: {numbers:?}");
        for pair in deadlines.windows(2) {
            let step = pair[1].0 - pair[0].0;
            assert!(step > 0 && step % period == 0, "{timebase:?}: {deadlines:?}, {period}");
        }
        let second = period * 50;
        assert!(deadlines.iter().all(|(_, late)| *late < 10 * second), "{timebase:?}: {deadlines:?}");
        drop(watcher);
        host.stop();
    }
}

#[test]
fn what_nobody_wants_is_not_observed_att_22() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let watcher = attach(&host);
        let mut newest = lane(&watcher.region(), NEWEST);
        let mut calls = lane(&watcher.region(), 0);
        wait_for(&mut newest, |found| matches!(found, Found::Timer { .. }));
        let vital = Flags::from_raw(0).with(Classes::Vital);
        assert_eq!(watcher.choose(vital).expect("it may"), vital);
        // A job that was under way may still come; nothing behind the one that FLUSH waits for does.
        watcher.flush(1 << NEWEST).expect("it may");
        let _ = (take(&mut newest), take(&mut calls));
        thread::sleep(Duration::from_millis(70));
        assert_eq!((take(&mut newest), take(&mut calls)), (vec![], vec![]), "{flavour:?}");
        // Events are vital: somebody who comes is seen, and what it calls is not.
        let other = Asker::greet(&host);
        let found = take(&mut calls);
        assert!(found.iter().all(|found| matches!(found, Found::Event { .. })), "{flavour:?}: {found:?}");
        assert_eq!(found.len(), 2, "{flavour:?}: {found:?}");
        drop(other);
        let everything = vital.with(Classes::Normal).with(Classes::Bulk);
        assert_eq!(watcher.choose(everything).expect("it may"), everything);
        wait_for(&mut newest, |found| matches!(found, Found::Timer { .. }));
        drop(watcher);
        host.stop();
    }
}

/// Nothing else is written meanwhile: vital is all that anybody wants.
#[test]
fn what_was_dropped_is_told_when_somebody_asks() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let connection = DextHost::open(host.registry(), "TestimonyDriver").expect("a connection");
        let wish = Wish { drain: Some(u64::MAX), doorbell: false };
        let reader = Attachment::attach(connection, wish).expect("an attachment");
        let mut drained = lane(&reader.region(), DRAINED);
        let page = reader.place().expect("it drains").page;
        let number = u32::try_from(DRAINED).expect("a few lanes");
        assert!(page.release(number, drained.position()));
        reader.serve().expect("it may");
        reader.choose(Flags::from_raw(0).with(Classes::Vital)).expect("it may");
        reader.flush(1 << DRAINED).expect("it may");
        let emit = EmitIn { lane: DRAINED as u64, count: 10_000, seed: 1 };
        let emitted = reader.emit(emit).expect("it may");
        assert!(emitted.refused > 0, "{flavour:?}: {emitted:?}");
        let _ = take(&mut drained);
        assert!(page.release(number, drained.position()));
        thread::sleep(Duration::from_millis(5));
        assert!(take(&mut drained).is_empty() && drained.books().dropped == 0, "{flavour:?}: not yet");
        reader.flush(1 << DRAINED).expect("it may");
        let Next::Item(Item::Gap(gap)) = drained.next() else { panic!("{flavour:?}: the gap comes first") };
        assert_eq!(gap.count, Count::Exact(emitted.refused), "{flavour:?}");
        assert!(matches!(take(&mut drained)[..], [Found::Dispatch { .. }]), "{flavour:?}");
        drop(reader);
        host.stop();
    }
}

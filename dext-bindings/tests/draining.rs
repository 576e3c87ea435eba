//! Readers that are waited for, and readers that sleep (ATT-10 to ATT-12).

#![cfg(target_os = "linux")]

mod peer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::clock::Clock;
use abi_runtime::drain::Standing;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{Policy, RegionState};
use abi_runtime::reader::{LaneError, LaneReader, Start};
use abi_runtime::region::{Extras, LaneConfig, Region, RegionConfig, region_size};
use abi_runtime::writer::Writer;
use dext_bindings::linux::{
    Access, AttachError, Attachment, Drains, RegionMemory, Server, ServerThread, Wish, Woken, attach_with,
};
use peer::{SHAPE, STEPS, Stage, Step, config};

/// Long enough for whatever is to happen.
const PATIENCE: Duration = Duration::from_secs(20);

const TO_DRAIN: Wish = Wish { drain: Some(u64::MAX), doorbell: false };

/// A driver of one thread: its server runs in another.
fn drive<'m>(
    memory: &'m mut RegionMemory,
    drains: &'m Arc<Drains>,
    stage: &Stage,
) -> (Region<'m>, ServerThread) {
    let file = memory.share().unwrap();
    let extras = Extras { drain: drains.slots(), ..Extras::default() };
    let config: RegionConfig<'_> = config(1);
    let region = Region::format_with(memory.memory_mut(), &config, extras).unwrap();
    let server = Server::bind(&stage.socket(), Access::owner(), file).unwrap();
    (region, server.draining(Arc::clone(drains)).in_thread().unwrap())
}

fn memory() -> RegionMemory {
    RegionMemory::create(region_size(SHAPE, &STEPS).unwrap()).unwrap()
}

fn open<'m>(region: &Region<'m>) -> Writer<'m, impl Clock> {
    region.open_lane(0, &LaneConfig::new("drained", Policy::Drain), || 1).unwrap()
}

/// Begins to read lane 0, and says so.
fn read(attachment: &Attachment) -> LaneReader<'_, Vec<u64>> {
    let lane = LaneReader::open(&attachment.region(), 0, Start::Oldest, vec![0; 512]).unwrap();
    attachment.draining().unwrap().page().release(0, lane.position());
    attachment.serve().unwrap();
    lane
}

fn standing(lane: &LaneReader<'_, Vec<u64>>, attachment: &Attachment) -> Option<Standing> {
    let draining = attachment.draining().unwrap();
    lane.standing(draining.slot, draining.ticket)
}

/// Emits until the writer holds the reader as `expected`.
fn emit_until(
    writer: &Writer<'_, impl Clock>,
    lane: &LaneReader<'_, Vec<u64>>,
    attachment: &Attachment,
    expected: Standing,
) {
    for attempt in 0_u64.. {
        let _ = writer.emit(&Step::new(attempt));
        let _ = writer.pressure();
        if standing(lane, attachment) == Some(expected) {
            return;
        }
        thread::sleep(Duration::from_micros(50));
        assert!(attempt < 400_000, "never {expected:?}");
    }
}

#[test]
fn nothing_is_lost_to_a_reader_that_drains_att_11() {
    let (stage, drains) = (Stage::new(), Arc::new(Drains::create(2, SHAPE.lanes).unwrap()));
    let mut memory = memory();
    let (region, server) = drive(&mut memory, &drains, &stage);
    let writer = open(&region);
    let attachment = attach_with(&stage.socket(), TO_DRAIN).unwrap();
    let mut lane = read(&attachment);
    emit_until(&writer, &lane, &attachment, Standing::Serving);
    let books = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let page = attachment.draining().unwrap().page();
            loop {
                match lane.next() {
                    Next::Item(Item::Record(record)) => assert_eq!(record.payload.len(), 16),
                    Next::Item(Item::Gap(gap)) => panic!("{gap}"),
                    Next::Item(Item::Opened(opened)) => panic!("{opened}"),
                    Next::Pending => assert!(page.release(0, lane.position())),
                    Next::Closed => return lane.finish().books,
                }
            }
        });
        // The writer waits for room, as one may that reads a file: with drain it never needs to lose.
        for attempt in 0..20_000 {
            while writer.pressure() == abi_runtime::layout::Pressure::Full {
                thread::yield_now();
            }
            writer.emit(&Step::new(attempt)).unwrap();
        }
        writer.close();
        reader.join().unwrap()
    });
    assert!(books.close(), "{books}");
    assert_eq!((books.delivered, books.missing()), (writer.account().published, 0));
    server.stop().unwrap();
}

#[test]
fn who_leaves_is_waited_for_no_more_and_its_page_reaches_nobody_att_10() {
    let (stage, drains) = (Stage::new(), Arc::new(Drains::create(1, SHAPE.lanes).unwrap()));
    let mut memory = memory();
    let (region, server) = drive(&mut memory, &drains, &stage);
    let writer = open(&region);
    let first = attach_with(&stage.socket(), TO_DRAIN).unwrap();
    let lane = read(&first);
    emit_until(&writer, &lane, &first, Standing::Serving);
    // There is one page.
    let refused = attach_with(&stage.socket(), TO_DRAIN).unwrap_err();
    assert!(matches!(refused, AttachError::NoReleasePage), "{refused}");
    // The next one gets it once the first has left, with another ticket.
    let ticket = first.draining().unwrap().ticket;
    drop(lane);
    drop(first);
    let second = loop {
        match attach_with(&stage.socket(), TO_DRAIN) {
            Ok(second) => break second,
            Err(AttachError::NoReleasePage) => thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_ne!(second.draining().unwrap().ticket, ticket);
    let lane = read(&second);
    emit_until(&writer, &lane, &second, Standing::Serving);
    server.stop().unwrap();
}

#[test]
fn a_lie_reaches_the_liar_across_the_boundary_reg_48() {
    let (stage, drains) = (Stage::new(), Arc::new(Drains::create(2, SHAPE.lanes).unwrap()));
    let mut memory = memory();
    let (region, server) = drive(&mut memory, &drains, &stage);
    let writer = open(&region);
    let (liar, honest) =
        (attach_with(&stage.socket(), TO_DRAIN).unwrap(), attach_with(&stage.socket(), TO_DRAIN).unwrap());
    let (lied_to, lane) = (read(&liar), read(&honest));
    emit_until(&writer, &lied_to, &liar, Standing::Serving);
    emit_until(&writer, &lane, &honest, Standing::Serving);
    liar.draining().unwrap().page().release(0, 1 << 40);
    emit_until(&writer, &lied_to, &liar, Standing::Faulty);
    assert_eq!(standing(&lane, &honest), Some(Standing::Serving), "the other one is waited for");
    server.stop().unwrap();
}

/// Readers attach while the writer runs at full speed, for another reader that keeps up. None of them is called
/// faulty, and each is served once it has caught up.
#[test]
fn an_honest_reader_is_served_however_fast_the_writer_is_reg_48() {
    const READERS: u64 = 120;
    let (stage, drains) = (Stage::new(), Arc::new(Drains::create(2, SHAPE.lanes).unwrap()));
    let mut memory = memory();
    let (region, server) = drive(&mut memory, &drains, &stage);
    let writer = open(&region);
    let quick = attach_with(&stage.socket(), TO_DRAIN).unwrap();
    let mut lane = read(&quick);
    emit_until(&writer, &lane, &quick, Standing::Serving);
    let is_over = AtomicBool::new(false);
    let (is_over, quick) = (&is_over, &quick);
    thread::scope(|scope| {
        scope.spawn(move || {
            let page = quick.draining().unwrap().page();
            for attempt in 0_u64.. {
                let _ = writer.emit(&Step::new(attempt));
                if attempt.is_multiple_of(16) {
                    while let Next::Item(_) = lane.next() {}
                    page.release(0, lane.position());
                }
                if is_over.load(Relaxed) {
                    return;
                }
            }
        });
        for _ in 0..READERS {
            let delayed = loop {
                match attach_with(&stage.socket(), TO_DRAIN) {
                    Ok(delayed) => break delayed,
                    Err(AttachError::NoReleasePage) => thread::yield_now(),
                    Err(error) => panic!("{error}"),
                }
            };
            let page = delayed.draining().unwrap().page();
            let mut lane = LaneReader::open(&delayed.region(), 0, Start::Oldest, vec![0; 512]);
            while lane.as_ref().is_err_and(LaneError::may_pass) {
                lane = LaneReader::open(&delayed.region(), 0, Start::Oldest, vec![0; 512]);
            }
            let mut lane = lane.unwrap();
            page.release(0, lane.position());
            // Time enough for the writer to go round.
            thread::sleep(Duration::from_micros(300));
            delayed.serve().unwrap();
            let deadline = Instant::now() + PATIENCE;
            loop {
                match standing(&lane, &delayed) {
                    Some(Standing::Serving) => break,
                    Some(Standing::Free) => assert!(Instant::now() < deadline, "never served"),
                    other => panic!("an honest reader is {other:?}"),
                }
                while let Next::Item(_) = lane.next() {}
                page.release(0, lane.position());
            }
        }
        is_over.store(true, Relaxed);
    });
    server.stop().unwrap();
}

#[test]
fn a_sleeper_is_woken_once_for_what_it_asked_att_12() {
    let (stage, drains) = (Stage::new(), Arc::new(Drains::create(1, SHAPE.lanes).unwrap()));
    let mut memory = memory();
    let (region, server) = drive(&mut memory, &drains, &stage);
    let writer = region.open_lane(0, &LaneConfig::new("lane", Policy::Overwrite), || 1).unwrap();
    let attachment = attach_with(&stage.socket(), Wish { drain: None, doorbell: true }).unwrap();
    let lane = LaneReader::open(&attachment.region(), 0, Start::Oldest, vec![0; 512]).unwrap();
    let emit = |count: u64| (0..count).for_each(|attempt| writer.emit(&Step::new(attempt)).unwrap());
    let sleep = |amount, timeout| attachment.sleep(lane.position(), amount, timeout).unwrap();
    // Nothing comes, or less than was asked for: nobody is woken.
    assert_eq!(sleep(1, Duration::from_millis(20)), Woken::TimedOut);
    emit(10);
    assert_eq!(sleep(1 << 20, Duration::from_millis(20)), Woken::TimedOut);
    // What is there already counts.
    assert_eq!(sleep(64, PATIENCE), Woken::Rung);
    // It wakes for what comes while it sleeps, once, however many records that is.
    thread::scope(|scope| {
        let sleeper = scope.spawn(|| sleep(30_000, PATIENCE));
        for _ in 0..3000 {
            emit(1);
        }
        assert_eq!(sleeper.join().unwrap(), Woken::Rung);
    });
    assert_eq!(sleep(1 << 30, Duration::from_millis(20)), Woken::TimedOut, "no ring is left over");
    // And when a lane or the region ends.
    thread::scope(|scope| {
        let sleeper = scope.spawn(|| sleep(1 << 30, PATIENCE));
        thread::sleep(Duration::from_millis(20));
        writer.close();
        assert_eq!(sleeper.join().unwrap(), Woken::Rung);
    });
    region.set_state(RegionState::Closed);
    assert_eq!(sleep(1 << 30, PATIENCE), Woken::Rung);
    server.stop().unwrap();
    assert_eq!(sleep(1 << 30, PATIENCE), Woken::DriverGone);
}

#[test]
fn what_was_not_asked_for_is_not_to_be_had_att_12() {
    let (stage, drains) = (Stage::new(), Arc::new(Drains::create(1, SHAPE.lanes).unwrap()));
    let mut memory = memory();
    let (region, server) = drive(&mut memory, &drains, &stage);
    let _writer = open(&region);
    let plain = attach_with(&stage.socket(), Wish::default()).unwrap();
    assert!(plain.draining().is_none());
    assert!(plain.sleep(0, 1, PATIENCE).is_err(), "no doorbell");
    plain.serve().unwrap();
    while plain.driver_is_alive() {
        thread::yield_now();
    }
    server.stop().unwrap();
    // A driver without pages says so.
    let stage = Stage::new();
    let memory = memory_of_a_driver_without_pages();
    let server = Server::bind(&stage.socket(), Access::owner(), memory.share().unwrap());
    let server = server.unwrap().in_thread().unwrap();
    let refused = attach_with(&stage.socket(), TO_DRAIN).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the driver has no release page for one more reader that drains (ATT-10); attach without draining, or when another has left"
    );
    server.stop().unwrap();
}

fn memory_of_a_driver_without_pages() -> RegionMemory {
    let mut memory = memory();
    Region::format(memory.memory_mut(), &config(1)).unwrap();
    memory
}

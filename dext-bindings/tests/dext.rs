//! The reader of a DriverKit extension, over a driver in memory that says whatever a test wants it to say
//! (ATT-14, ATT-16, ATT-17, ATT-19 to ATT-21).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ABI_MAJOR, ABI_MINOR, ClockKind, Policy, REGION};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::prelude::*;
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use dext_bindings::boundary::{
    Bell, BellReason, DoorbellIn, HelloOut, MAX_STAT_SIZE, MemoryType, Refusal, ReturnCode, Selector,
};
use dext_bindings::dext::{AttachError, Attachment, Connection, Event, Follows, MapError, Mapped};
use dext_bindings::{Attached, Wish, Woken};

const SHAPE: Shape = Shape { lanes: 2, block_size: 4096, blocks_per_lane: 2 };

type Words = Rc<Vec<AtomicU64>>;

/// A driver, and what it says.
struct Fake {
    region: Words,
    page: Words,
    hello: HelloOut,
    /// What each call is refused with.
    refuses: Vec<(Selector, ReturnCode)>,
    /// After so many calls it is gone.
    lives_for: Cell<usize>,
    /// Scalars that a call gives beside those that it should.
    surplus: usize,
    stat: Vec<u8>,
    events: RefCell<VecDeque<Event>>,
    /// What it says when it has said all of that.
    endless: Option<Event>,
    /// What was done, in order.
    log: Rc<RefCell<Vec<String>>>,
}

struct FakeMapping {
    words: Words,
    writable: bool,
    name: &'static str,
    log: Rc<RefCell<Vec<String>>>,
}

impl Mapped for FakeMapping {
    fn memory(&self) -> Memory<'_> {
        Memory::from_words(&self.words)
    }

    fn page(&self) -> Option<MemoryMut<'_>> {
        self.writable.then(|| MemoryMut::from_words(&self.words))
    }
}

impl Drop for FakeMapping {
    fn drop(&mut self) {
        self.log.borrow_mut().push(format!("unmap {}", self.name));
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.log.borrow_mut().push("close".to_owned());
    }
}

impl Fake {
    fn asked(&self, what: &str, selector: Option<Selector>) -> Result<(), ReturnCode> {
        self.log.borrow_mut().push(what.to_owned());
        let left = self.lives_for.get();
        if left == 0 {
            return Err(ReturnCode::BAD_ARGUMENT);
        }
        self.lives_for.set(left - 1);
        let refused = self.refuses.iter().find(|(refused, _)| Some(*refused) == selector);
        refused.map_or(Ok(()), |(_, code)| Err(*code))
    }
}

impl Connection for Fake {
    type Mapping = FakeMapping;

    fn call(&self, selector: Selector, _input: &[u64], output: &mut [u64]) -> Result<(), ReturnCode> {
        self.asked(&format!("{selector:?}"), Some(selector))?;
        if self.surplus != 0 {
            return Err(ReturnCode::BAD_ARGUMENT);
        }
        match selector {
            Selector::Hello => output.copy_from_slice(&self.hello.to_words()),
            _ => output.fill(1),
        }
        Ok(())
    }

    fn call_structure(&self, selector: Selector, output: &mut [u8]) -> Result<usize, ReturnCode> {
        self.asked(&format!("{selector:?}"), Some(selector))?;
        assert_eq!(output.len(), MAX_STAT_SIZE as usize);
        output[..self.stat.len()].copy_from_slice(&self.stat);
        Ok(self.stat.len())
    }

    fn map(&self, memory: MemoryType) -> Result<FakeMapping, MapError> {
        let (name, words, writable) = match memory {
            MemoryType::Region => ("region", &self.region, false),
            MemoryType::ReleasePage => ("page", &self.page, true),
        };
        self.asked(&format!("map {name}"), None).map_err(MapError::Refused)?;
        Ok(FakeMapping { words: Rc::clone(words), writable, name, log: Rc::clone(&self.log) })
    }

    fn ring_me(&self, _when: DoorbellIn) -> Result<u64, ReturnCode> {
        self.asked("ring me", Some(Selector::Doorbell))?;
        Ok(7)
    }

    fn wait(&self, _timeout: Duration) -> io::Result<Event> {
        Ok(self.events.borrow_mut().pop_front().or(self.endless).unwrap_or(Event::TimedOut))
    }

    fn is_terminated(&self) -> bool {
        self.lives_for.get() == 0
    }
}

fn zeroed(bytes: u64) -> Words {
    Rc::new((0..bytes / 8).map(|_| AtomicU64::new(0)).collect())
}

/// A driver whose region holds three records.
fn fake() -> Fake {
    let region = zeroed(region_size(SHAPE, &REGION).expect("a shape that can be"));
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config = RegionConfig { shape: SHAPE, region_id: [3, 4], generation: 9, clock, catalog: &REGION };
    {
        let region = Region::format(MemoryMut::from_words(&region), &config).expect("its size fits");
        let writer = region.open_lane(0, &LaneConfig::new("lane", Policy::Fill), || 1).expect("it is free");
        for number in 0..3 {
            writer.emit(&Fact { number }).expect("there is room");
        }
    }
    let hello = HelloOut {
        abi_major: ABI_MAJOR.into(),
        abi_minor: ABI_MINOR.into(),
        total_size: Memory::from_words(&region).len(),
        region_id: [3, 4],
        generation: 9,
        fingerprint: REGION.fingerprint().0,
    };
    Fake {
        region,
        page: zeroed(2 * 128),
        hello,
        refuses: Vec::new(),
        lives_for: Cell::new(usize::MAX),
        surplus: 0,
        stat: Vec::new(),
        events: RefCell::default(),
        endless: None,
        log: Rc::default(),
    }
}

/// Something that is written.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
struct Fact {
    /// Which one.
    number: u64,
}

const ALL: Wish = Wish { drain: Some(4096), doorbell: true };

fn refused(fake: Fake, wish: Wish) -> AttachError {
    Attachment::attach(fake, wish).err().expect("it is refused")
}

#[test]
fn mappings_are_taken_back_before_the_connection_closes_att_17() {
    let fake = fake();
    let log = Rc::clone(&fake.log);
    let attachment = Attachment::attach(fake, ALL).expect("all is well");
    attachment.serve().expect("it is served");
    assert_eq!((attachment.generation().number, attachment.place().expect("it drains").ticket), (9, 1));
    drop(attachment);
    let order = ["Hello", "map region", "Attach", "map page", "Serve", "unmap region", "unmap page", "close"];
    assert_eq!(*log.borrow(), order);
}

#[test]
fn a_refused_reader_leaves_nothing_mapped() {
    for (selector, mapped) in [(Selector::Hello, 0), (Selector::Attach, 1)] {
        let mut fake = fake();
        fake.refuses.push((selector, ReturnCode::of(Refusal::NoReleasePage)));
        let log = Rc::clone(&fake.log);
        let error = refused(fake, ALL);
        assert!(error.to_string().contains("no release page for one more reader"), "{error}");
        let log = log.borrow();
        let unmapped = log.iter().filter(|line| line.starts_with("unmap")).count();
        assert_eq!(
            (unmapped, log.last().map(String::as_str)),
            (mapped, Some("close")),
            "{selector:?}: {log:?}"
        );
    }
}

#[test]
fn another_major_is_refused_with_both_numbers_on_either_side_att_14() {
    let mut driver_refuses = fake();
    driver_refuses.refuses.push((Selector::Hello, ReturnCode::abi_major(7)));
    let mut reader_refuses = fake();
    reader_refuses.hello.abi_major = 7;
    for (fake, number) in [(driver_refuses, "7"), (reader_refuses, "7.1")] {
        let error = refused(fake, Wish::default()).to_string();
        let both = format!("the driver speaks region ABI {number} and this reader {ABI_MAJOR}.{ABI_MINOR}:");
        assert!(error.starts_with(&both), "{error}");
    }
}

/// No code of the table, of IOKit, or of nobody is without words, a number, and an end.
#[test]
fn every_code_is_said_in_words_att_21() {
    let ours = (0..0x4000).map(|low| 0xe3ff_8000 | low);
    let kit = (0x2bc..0x2f4).map(|low| 0xe000_0000 | low);
    for code in ours.chain(kit).chain([1, 0x1000_0003, u32::MAX]) {
        let mut fake = fake();
        fake.refuses.push((Selector::Attach, ReturnCode(code)));
        let error = refused(fake, Wish::default()).to_string();
        let named = error.contains(&format!("{code:#010x}")) || ReturnCode(code).driver_major().is_some();
        assert!(named && error.starts_with("ATTACH: "), "{code:#x}: {error}");
    }
}

#[test]
fn what_is_not_the_region_that_was_said_is_refused_att_16() {
    type Lie = fn(&mut HelloOut);
    let lies: [(&str, Lie); 6] = [
        ("another id", |said| said.region_id[1] += 1),
        ("another generation", |said| said.generation -= 1),
        ("another fingerprint", |said| said.fingerprint[0] ^= 1),
        ("should have", |said| said.total_size += 8),
        ("should have", |said| said.total_size = 0),
        ("should have", |said| said.total_size = u64::MAX),
    ];
    for (words, lie) in lies {
        let mut fake = fake();
        lie(&mut fake.hello);
        let error = refused(fake, Wish::default()).to_string();
        assert!(error.contains(words) && error.contains("ATT-16"), "{words}: {error}");
    }
    let mut nothing = fake();
    nothing.region = zeroed(nothing.hello.total_size);
    assert!(matches!(refused(nothing, Wish::default()), AttachError::Region(_)));
}

#[test]
fn a_release_page_that_is_too_short_is_refused() {
    let mut fake = fake();
    fake.page = zeroed(128);
    let error = refused(fake, ALL);
    assert!(matches!(error, AttachError::Size { memory: "release page", said: 256, has: 128 }), "{error}");
}

#[test]
fn a_driver_that_gives_other_counts_is_refused_att_21() {
    let mut fake = fake();
    fake.surplus = 1;
    let error = refused(fake, Wish::default());
    assert!(error.to_string().contains("bad argument"), "{error}");
    for bytes in [1, 127, 129, 128 + 31] {
        let mut fake = self::fake();
        fake.stat = vec![0; bytes];
        let attachment = Attachment::attach(fake, Wish::default()).expect("all is well");
        assert_eq!(attachment.stat().err(), Some(ReturnCode::BAD_ARGUMENT), "{bytes}");
    }
    let mut fake = self::fake();
    fake.stat = vec![0; 128 + 2 * 32];
    let attachment = Attachment::attach(fake, Wish::default()).expect("all is well");
    assert_eq!(attachment.stat().expect("two lanes").1.len(), 2);
}

/// Wherever the driver dies: an error, or a region that can be read to the end.
#[test]
fn a_driver_may_die_between_any_two_calls_att_17() {
    let mut attached = 0;
    for lives_for in 0..8 {
        let fake = fake();
        fake.lives_for.set(lives_for);
        let log = Rc::clone(&fake.log);
        match Attachment::attach(fake, ALL) {
            Err(error) => assert!(error.to_string().contains("gone"), "{error}"),
            Ok(attachment) => {
                attached += 1;
                let _ = attachment.serve();
                let woken = attachment.sleep(0, u64::MAX, Duration::from_millis(1)).expect("it can wait");
                assert!(matches!(woken, Woken::DriverGone | Woken::TimedOut), "{woken:?}");
                let region = attachment.region();
                let mut lane = LaneReader::open(&region, 0, Start::Oldest, vec![0; 512]).expect("a lane");
                let mut records = 0;
                while let abi_runtime::item::Next::Item(_) = lane.next() {
                    records += 1;
                }
                assert_eq!(records, 3, "post mortem");
            }
        }
        assert_eq!(log.borrow().last().map(String::as_str), Some("close"));
    }
    assert_eq!(attached, 4, "from the fourth call on");
}

fn completed(number: u64, reason: BellReason) -> Event {
    Event::Completed { number, bell: Bell { reason: reason.into(), published: 1 } }
}

#[test]
fn a_sleeper_is_woken_by_its_own_bell_by_the_region_or_by_time_att_19() {
    let sleep = |events: &[Event], amount| {
        let fake = fake();
        fake.events.borrow_mut().extend(events);
        let attachment = Attachment::attach(fake, ALL).expect("all is well");
        attachment.sleep(0, amount, Duration::from_millis(20)).expect("it can wait")
    };
    let never = u64::MAX;
    assert_eq!(sleep(&[], never), Woken::TimedOut, "a completion that never comes");
    assert_eq!(sleep(&[], 1), Woken::Rung, "the region itself says that enough has come");
    assert_eq!(sleep(&[completed(7, BellReason::Rung)], never), Woken::Rung);
    assert_eq!(sleep(&[completed(7, BellReason::Closed)], never), Woken::Rung);
    let stale = [completed(6, BellReason::Replaced), completed(6, BellReason::Rung)];
    assert_eq!(sleep(&stale, never), Woken::TimedOut, "bells of earlier sleeps wake nobody");
    assert_eq!(sleep(&[Event::Terminated], never), Woken::DriverGone);
    let mut fake = fake();
    fake.refuses.push((Selector::Doorbell, ReturnCode::BAD_ARGUMENT));
    let attachment = Attachment::attach(fake, ALL).expect("all is well");
    assert_eq!(attachment.sleep(0, 1, Duration::ZERO).expect("no error"), Woken::DriverGone);
    let quiet = Attachment::attach(self::fake(), Wish::default()).expect("all is well");
    assert!(quiet.sleep(0, 1, Duration::ZERO).is_err(), "nobody asked for a doorbell");
}

#[test]
fn a_driver_that_completes_without_end_keeps_no_reader_past_its_time_att_19() {
    for endless in [completed(6, BellReason::Replaced), completed(6, BellReason::Rung), Event::TimedOut] {
        let mut fake = fake();
        fake.endless = Some(endless);
        let log = Rc::clone(&fake.log);
        let attachment = Attachment::attach(fake, ALL).expect("all is well");
        let woken = attachment.sleep(0, u64::MAX, Duration::from_millis(20)).expect("it can wait");
        assert_eq!(woken, Woken::TimedOut, "{endless:?}");
        drop(attachment);
        assert!(log.borrow().len() < 20, "one call of DOORBELL is enough");
    }
}

#[test]
fn a_driver_that_is_stopped_is_not_said_to_be_gone_att_17() {
    let mut fake = fake();
    fake.refuses.push((Selector::Doorbell, ReturnCode::TIMEOUT));
    let attachment = Attachment::attach(fake, ALL).expect("all is well");
    let woken = attachment.sleep(0, u64::MAX, Duration::from_millis(1)).expect("it can wait");
    assert_eq!(woken, Woken::TimedOut);
    let mut fake = self::fake();
    fake.refuses.push((Selector::Hello, ReturnCode::TIMEOUT));
    let said = refused(fake, ALL).to_string();
    assert!(said.contains("did not answer in time"), "{said}");
}

#[test]
fn a_restarted_driver_is_told_from_the_one_before_att_17() {
    let before = Attachment::attach(fake(), Wish::default()).expect("all is well").generation();
    let mut later = before;
    later.number += 1;
    later.region_id = [5, 6];
    assert_eq!(later.follows(&before), Follows::Later);
    assert_eq!(before.follows(&later), Follows::NotLater);
}

//! The parts that processes play in a hazard.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use abi_runtime::attach::RegionView;
use abi_runtime::geometry::Shape;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::Policy;
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::pool::{LanePool, PooledLane};
use abi_runtime::reader::{LaneError, LaneReader, Start};
use abi_runtime::region::{LaneConfig, Region, region_size};
use abi_runtime::writer::Writer;
use dext_bindings::linux::RegionMemory;
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use rustix::process::{Resource, Rlimit, setrlimit};

use super::ffi::in_a_copy;
use super::note::{Brief, HAZARDS, Note, Vast};
use super::peer::{Line, Role};
use super::scene::config;
use super::told::read_to_end;

/// Shape of the regions that processes share.
const SHAPE: Shape = Shape { lanes: 1, block_size: 4096, blocks_per_lane: 4 };

/// Plays the part that this process was started to play, if it was.
///
/// # Panics
///
/// If something is not as it must be: then the process that started this one sees it fail.
pub fn play() -> Option<ExitCode> {
    let role = Role::of_this_process()?;
    match role.part.as_str() {
        "writer" => write(&role),
        "passer-by" => read_for_ever(&role),
        "steady reader" => read_to_the_end(&role),
        "forker" => copy_itself(),
        other => panic!("there is no part {other:?}"),
    }
    Some(ExitCode::SUCCESS)
}

/// Words of a region of `SHAPE`.
///
/// # Panics
///
/// Never: there is such a region.
pub fn region_words() -> usize {
    let size = region_size(SHAPE, &HAZARDS).expect("a shape in range");
    usize::try_from(size / 8).expect("a small region")
}

/// Makes the region in its words.
///
/// # Panics
///
/// If the words are not those of a region of `SHAPE`.
pub fn format(words: &[AtomicU64]) -> Region<'_> {
    Region::format(MemoryMut::from_words(words), &config(SHAPE)).expect("words of the right size")
}

/// Makes attempt `number`, which takes that number: most become notes, some are refused or given up.
pub fn attempt<F: Fn() -> u64>(writer: &Writer<'_, F>, number: u64) {
    // Whether it is accepted is the lane's affair; whatever comes of it is counted.
    match number % 37 {
        5 => {
            let _ = writer.emit(&Vast::NEW);
        }
        17 => drop(writer.reserve::<Brief>()),
        23 => {
            if let Ok(mut place) = writer.reserve::<Note>() {
                place.fill(&Note::of(number));
                place.commit();
            }
        }
        _ => {
            let _ = writer.emit(&Note::of(number));
        }
    }
}

/// Attempts without end, each announced before and reported behind.
fn write(role: &Role) {
    let words = role.region(true);
    let region = format(&words);
    let policy = if role.seed % 3 == 2 { Policy::Fill } else { Policy::Overwrite };
    let ticks = AtomicU64::new(0);
    let clock = || ticks.fetch_add(1, Relaxed);
    let writer = region.open_lane(0, &LaneConfig::new("doomed", policy), clock).expect("an unused lane");
    if role.seed % 4 == 3 && policy == Policy::Overwrite {
        return come_and_go(role, &region, writer);
    }
    for number in 0.. {
        role.say(Line::Begun, number + 1);
        attempt(&writer, number);
        role.say(Line::Done, number + 1);
    }
}

/// As `write`, by owners that come and go.
fn come_and_go<F: Fn() -> u64>(role: &Role, region: &Region<'_>, writer: Writer<'_, F>) {
    let lanes = [PooledLane::new(writer)];
    let pool = LanePool::new(region, &lanes);
    let mut number = 0;
    for owner in 1.. {
        let claim = pool.claim(owner, "visitor").expect("a lane that overwrites always has room");
        for _ in 0..3 {
            role.say(Line::Begun, number + 1);
            attempt(&claim, number);
            role.say(Line::Done, number + 1);
            number += 1;
        }
    }
}

/// Opens lane 0, however often the writer passes.
fn open<'m>(view: &RegionView<'m>, start: Start) -> LaneReader<'m, Vec<u64>> {
    loop {
        match LaneReader::open(view, 0, start, vec![0; 512]) {
            Ok(lane) => return lane,
            Err(LaneError::TooFast) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Reads, and begins anew when there is nothing more, until it is killed.
fn read_for_ever(role: &Role) {
    let words = role.region(false);
    let view = RegionView::attach(Memory::from_words(&words)).expect("a region");
    let mut taken = 0;
    loop {
        let start = if taken % 2 == 0 { Start::Oldest } else { Start::Newest };
        let mut lane = open(&view, start);
        while let Next::Item(item) = lane.next() {
            if let Item::Record(record) = item {
                Note::expect(&record);
            }
            taken += 1;
            role.say(Line::Begun, taken);
        }
        let books = lane.finish().books;
        assert!(books.close(), "{books}");
    }
}

/// Reads until the writer has closed the lane, and leaves its books on the board.
fn read_to_the_end(role: &Role) {
    let words = role.region(false);
    let view = RegionView::attach(Memory::from_words(&words)).expect("a region");
    let mut lane = open(&view, Start::Oldest);
    let mut taken = 0;
    loop {
        match lane.next() {
            Next::Item(Item::Record(record)) => {
                Note::expect(&record);
                taken += 1;
                role.say(Line::Begun, taken);
            }
            Next::Item(_) => {}
            Next::Pending => std::thread::yield_now(),
            Next::Closed => break,
        }
        assert!(lane.books().close(), "{}", lane.books());
    }
    let statement = lane.finish();
    let books = statement.books;
    assert!(statement.read_to_end && books.close(), "{books}");
    role.say(Line::Before, books.before);
    role.say(Line::Delivered, books.delivered);
    role.say(Line::Missing, books.missing());
    role.say(Line::Finished, 1);
}

/// A driver that forks: its children do not have its region, neither to write nor to read (ATT-2, REG-1).
fn copy_itself() {
    let size = region_size(SHAPE, &HAZARDS).expect("a shape in range");
    let mut memory = RegionMemory::create(size).expect("memory for a region");
    let region = Region::format(memory.memory_mut(), &config(SHAPE)).expect("memory of the right size");
    let writer = region.open_lane(0, &LaneConfig::new("forked", Policy::Fill), || 7).expect("an unused lane");
    // Deaths that are wanted leave no image behind.
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).expect("a lower limit");
    let dies = |what: &str, act: &dyn Fn() -> bool| {
        let status = in_a_copy(|| assert!(!act(), "{what}: the child had the region"));
        assert!(matches!(status, WaitStatus::Signaled(_, Signal::SIGSEGV, _)), "{what}: {status:?}");
    };
    for number in 0..100 {
        writer.emit(&Note::of(number)).expect("room");
        if number % 25 == 3 {
            dies("an attempt", &|| writer.emit(&Note::of(number)).is_ok());
            dies("an attempt that is refused", &|| writer.emit(&Vast::NEW).is_err());
            dies("attaching", &|| RegionView::attach(region.memory()).is_ok());
            dies("closing", &|| {
                writer.close();
                true
            });
        }
    }
    // Whoever has the memory is not stopped: it is its absence that stops the others.
    let own = AtomicU64::new(0);
    let status = in_a_copy(|| own.store(1, Relaxed));
    assert!(matches!(status, WaitStatus::Exited(_, 0)), "{status:?}");
    writer.close();
    let view = RegionView::attach(region.memory()).expect("a region");
    let told = read_to_end(&mut open(&view, Start::Oldest), Note::expect);
    assert_eq!(told.records, (0..100).collect::<Vec<_>>(), "a child touched the lane");
    assert!(told.gaps.is_empty() && told.statement.gap.is_none(), "{told:?}");
}

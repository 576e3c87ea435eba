//! A lane of loom's words, and who plays on it.

use std::sync::Arc;
use std::vec::Vec;

use crate::drain::{DrainLane, DrainSlot};
use crate::geometry::Shape;
use crate::item::{Item, Next, Record};
use crate::lane;
use crate::layout::Policy;
use crate::memory::{Memory, MemoryMut, WORD};
use crate::prelude::*;
use crate::reader::{LaneReader, Start};
use crate::region::{LaneConfig, store_control};
use crate::sync::AtomicU64;
use crate::writer::{Beginning, Writer};

/// Two blocks of 512 bytes: the least that a lap needs.
pub(super) const SHAPE: Shape = Shape { lanes: 1, block_size: 512, blocks_per_lane: 2 };
/// Where the lane begins: not at 0, which is what words hold that nobody has stored to.
pub(super) const START: u64 = 1024;

/// 24 bytes with its header.
#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100, crate = crate)]
pub(super) struct Small {
    /// Number of the attempt, in both halves.
    pub(super) attempt: u64,
}

/// 344 bytes with its header: one of them fills a block.
#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0101, crate = crate)]
pub(super) struct Large {
    /// Number of the attempt, in both halves of each.
    pub(super) attempts: [u64; 41],
}

/// What no lane of these blocks takes.
#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0102, crate = crate)]
pub(super) struct TooBig {
    /// Nothing of interest.
    pub(super) bytes: [u64; 64],
}

/// A payload word that says whose attempt it is, and could not be half another's.
pub(super) const fn marked(attempt: u64) -> u64 {
    (attempt + 1) << 32 | (attempt + 1)
}

impl Small {
    pub(super) const fn new(attempt: u64) -> Self {
        Self { attempt: marked(attempt) }
    }
}

impl Large {
    pub(super) const fn new(attempt: u64) -> Self {
        Self { attempts: [marked(attempt); 41] }
    }
}

/// Interleavings that a test explores of a play that has too many.
const MOST: usize = 60_000;

/// Runs a play in every interleaving, with every value that a relaxed load may return, and says how many
/// that were.
pub(super) fn explore(play: impl Fn() + Sync + Send + 'static) {
    explore_with(None, play);
}

/// As `explore`, for a play that has too many: those in which threads are interrupted `interruptions` times
/// at most, and of them the first `MOST`. With `TESTIMONY_SOAK` there is no such bound.
pub(super) fn explore_some(interruptions: usize, play: impl Fn() + Sync + Send + 'static) {
    let soaks = std::env::var_os("TESTIMONY_SOAK").is_some();
    explore_with((!soaks).then_some(interruptions), play);
}

fn explore_with(interruptions: Option<usize>, play: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = interruptions;
    // A number, and not a time: a loaded machine explores as much as another one.
    model.max_permutations = interruptions.map(|_| MOST);
    model.max_branches = 100_000;
    let runs = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counted = Arc::clone(&runs);
    model.check(move || {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        play();
    });
    let name = std::string::String::from(std::thread::current().name().unwrap_or("a model"));
    std::println!("{name}: {} interleavings", runs.load(std::sync::atomic::Ordering::Relaxed));
}

/// The words of a lane's control, of its blocks, of a release page's line, and one for a region's state.
pub(super) struct Stage {
    control: Vec<AtomicU64>,
    blocks: Vec<AtomicU64>,
    page: Vec<AtomicU64>,
    state: Vec<AtomicU64>,
}

/// Attempts that fill the lane: a large one and four small ones in each block, with 8 bytes to spare.
pub(super) const FULL: u64 = 10;

/// Fills the lane.
pub(super) fn fill(writer: &Writer<'static, Still>) {
    for attempt in 0..FULL {
        let stored = if attempt.is_multiple_of(5) {
            writer.emit(&Large::new(attempt))
        } else {
            writer.emit(&Small::new(attempt))
        };
        stored.expect("room");
    }
}

/// A clock that stands still.
pub(super) type Still = fn() -> u64;

fn words(count: usize) -> Vec<AtomicU64> {
    (0..count).map(|_| AtomicU64::new(0)).collect()
}

/// Views words for as long as the model's run lasts.
fn view(words: &[AtomicU64]) -> MemoryMut<'static> {
    // SAFETY: the words belong to a `Stage` in an `Arc`, of which each thread of a model holds one for
    // as long as it uses what it made of the words.
    let words: &'static [AtomicU64] = unsafe { core::mem::transmute(words) };
    MemoryMut::from_words(words)
}

impl Stage {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            control: words(lane::CONTROL_WORDS),
            blocks: words(SHAPE.capacity() as usize / WORD),
            page: words(16),
            state: words(1),
        })
    }

    pub(super) fn control(&self) -> MemoryMut<'static> {
        view(&self.control)
    }

    pub(super) fn page(&self) -> MemoryMut<'static> {
        view(&self.page)
    }

    pub(super) fn state(&self) -> MemoryMut<'static> {
        view(&self.state)
    }

    /// Opens the lane.
    pub(super) fn open(
        &self,
        policy: Policy,
        drain: &'static [DrainSlot<'static>],
    ) -> Writer<'static, Still> {
        let config = LaneConfig { owner: 1, start_position: START, ..LaneConfig::new("model", policy) };
        store_control(&self.control(), &config);
        let beginning = Beginning {
            policy,
            shape: SHAPE,
            position: START,
            sequence: 0,
            allowed: [2; 3],
            drain: DrainLane::new(drain, 0),
        };
        Writer::new(self.control(), view(&self.blocks), (|| 7) as Still, beginning)
    }

    /// Runs a writer on a thread of its own, which keeps the words for as long as it writes.
    pub(super) fn beside<T: 'static>(
        self: &Arc<Self>,
        write: impl FnOnce() -> T + 'static,
    ) -> loom::thread::JoinHandle<T> {
        let words = Arc::clone(self);
        loom::thread::spawn(move || {
            let _held = words;
            write()
        })
    }

    /// Begins to read the lane.
    pub(super) fn read(&self) -> LaneReader<'static, Vec<u64>> {
        let (control, blocks) = (self.control().as_reader(), view(&self.blocks).as_reader());
        let buffer = std::vec![0; SHAPE.block_size as usize / WORD];
        LaneReader::over(control, blocks, SHAPE, 0, Start::Oldest, buffer).expect("the lane is open")
    }

    pub(super) fn reader(&self) -> Memory<'static> {
        self.control().as_reader()
    }
}

/// Asserts that a record is what its attempt wrote, and nothing else.
pub(super) fn check(record: &Record<'_>) {
    let expected = marked(record.sequence).to_le_bytes();
    assert!(!record.payload.is_empty());
    assert!(
        record.payload.chunks(WORD).all(|word| word == expected),
        "not what attempt {} wrote",
        record.sequence
    );
}

/// Takes what there is, `turns` things at most; checks every record. Returns whether the lane was closed.
pub(super) fn take(lane: &mut LaneReader<'static, Vec<u64>>, turns: usize) -> bool {
    for _ in 0..turns {
        match lane.next() {
            Next::Item(Item::Record(record)) => check(&record),
            Next::Item(Item::Gap(_) | Item::Opened(_)) => {}
            Next::Pending => return false,
            Next::Closed => return true,
        }
        assert!(lane.books().close(), "{}", lane.books());
    }
    false
}

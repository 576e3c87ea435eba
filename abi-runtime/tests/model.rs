//! The ring against a model of it: a list of attempts and what became of each.
//!
//! Proves REG-20 to REG-25, REG-32 to REG-37 and REG-40 for one writer and several readers on one
//! thread, in every order that proptest thinks of, with counters that start anywhere.

mod rig;

use abi_runtime::attach::RegionView;
use abi_runtime::books::InFlight;
use abi_runtime::drops::DropCause;
use abi_runtime::gap::{Cause, Count, Gap};
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{DropCounts, Policy};
use abi_runtime::prelude::*;
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::writer::Writer;
use abi_schema::Class;
use proptest::prelude::*;
use rig::{Checked, CountingClock, Large, Rig, Small, TooBig};

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Published(u16),
    Dropped(usize),
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Small,
    Checked,
    Large,
    TooBig,
    Commit { nested: u8 },
    Abandon { nested: u8 },
    Read { reader: usize, items: u8 },
    Attach { newest: bool },
    Close,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Small),
        8 => Just(Step::Checked),
        8 => Just(Step::Large),
        2 => Just(Step::TooBig),
        2 => (0u8..3).prop_map(|nested| Step::Commit { nested }),
        2 => (0u8..3).prop_map(|nested| Step::Abandon { nested }),
        6 => (0usize..4, 1u8..20).prop_map(|(reader, items)| Step::Read { reader, items }),
        1 => any::<bool>().prop_map(|newest| Step::Attach { newest }),
    ]
}

/// Where counters begin: at nothing, before 2^32, before 2^64.
fn start() -> impl Strategy<Value = (u64, u64)> {
    prop_oneof![
        Just((0, 0)),
        Just(((1 << 32) - 4096, (1 << 32) - 5)),
        Just((0u64.wrapping_sub(3 * 4096), 0u64.wrapping_sub(5))),
    ]
}

struct Model<'m> {
    writer: Writer<'m, CountingClock>,
    first: u64,
    fates: Vec<Fate>,
}

const REENTERED: usize = 5;
const ABANDONED: usize = 6;

impl Model<'_> {
    fn next_sequence(&self) -> u64 {
        self.first.wrapping_add(self.fates.len() as u64)
    }

    fn fate(&self, sequence: u64) -> Fate {
        self.fates[usize::try_from(sequence.wrapping_sub(self.first)).unwrap()]
    }

    fn emit<R: TraceRecord>(&mut self, record: &R) {
        let fate = match self.writer.emit(record) {
            Ok(()) => Fate::Published(R::SCHEMA.id),
            Err(refused) => Fate::Dropped(index_of(refused.cause)),
        };
        self.fates.push(fate);
    }

    /// Returns whether the attempt got its place: nested attempts are made only inside one.
    fn reserve(&mut self, nested: u8, commit: bool) {
        let attempt = self.next_sequence();
        match self.writer.reserve::<Checked>() {
            Err(refused) => self.fates.push(Fate::Dropped(index_of(refused.cause))),
            Ok(mut reservation) => {
                assert_eq!(reservation.sequence(), attempt);
                for _ in 0..nested {
                    let refused = self.writer.emit(&Small { attempt: 0 }).unwrap_err();
                    assert_eq!(refused.cause, DropCause::Reentered);
                }
                reservation.fill(&Checked::new(attempt));
                if commit {
                    reservation.commit();
                    self.fates.push(Fate::Published(Checked::SCHEMA.id));
                } else {
                    drop(reservation);
                    self.fates.push(Fate::Dropped(ABANDONED));
                }
                self.fates.extend((0..nested).map(|_| Fate::Dropped(REENTERED)));
            }
        }
    }

    fn counts(&self, first: u64, count: u64) -> ([u64; DropCounts::CAUSES], u64) {
        let mut dropped = [0; DropCounts::CAUSES];
        let mut published = 0;
        for at in 0..count {
            match self.fate(first.wrapping_add(at)) {
                Fate::Published(_) => published += 1,
                Fate::Dropped(cause) => dropped[cause] += 1,
            }
        }
        (dropped, published)
    }

    /// A gap says of its attempts what became of them, and no more than that.
    fn check_gap(&self, gap: &Gap, due: u64) -> u64 {
        assert_eq!(gap.first_sequence, due);
        let Count::Exact(count) = gap.count else { panic!("nothing here is unknowable: {gap}") };
        let (dropped, published) = self.counts(gap.first_sequence, count);
        match gap.cause {
            Cause::Dropped { by_cause } => {
                assert_eq!(published, 0, "{gap}");
                if let Some(by_cause) = by_cause {
                    assert_eq!(by_cause.to_array(), dropped, "{gap}");
                }
            }
            Cause::Overrun { overwritten, dropped: refused } => {
                assert_eq!((overwritten, refused), (published, dropped.iter().sum()), "{gap}");
            }
            other => panic!("nothing here is corrupt: {other:?}"),
        }
        count
    }
}

fn index_of(cause: DropCause) -> usize {
    match cause {
        DropCause::TooBig => 0,
        DropCause::Closed => 1,
        DropCause::Full(Class::Vital) => 2,
        DropCause::Full(Class::Normal) => 3,
        DropCause::Full(Class::Bulk) => 4,
        DropCause::Reentered => REENTERED,
        DropCause::Abandoned => ABANDONED,
        _ => unreachable!("a cause that this model does not know"),
    }
}

struct Follower<'m> {
    lane: LaneReader<'m, Vec<u64>>,
    due: u64,
}

impl<'m> Follower<'m> {
    fn attach(rig: &'m Rig, start: Start, words: usize) -> Self {
        let view = RegionView::attach(rig.memory()).unwrap();
        let lane = LaneReader::open(&view, 0, start, vec![0; words]).unwrap();
        let due = lane.fixed().start_sequence.wrapping_add(lane.books().before);
        Self { lane, due }
    }

    /// Takes up to `items` items; returns whether there may be more.
    fn read(&mut self, model: &Model<'_>, items: usize) -> bool {
        for _ in 0..items {
            match self.lane.next() {
                Next::Item(Item::Record(record)) => {
                    assert_eq!(record.sequence, self.due);
                    assert_eq!(model.fate(record.sequence), Fate::Published(record.header.id));
                    assert!(!record.ticks_backwards);
                    check_payload(&record);
                    self.due = self.due.wrapping_add(1);
                }
                Next::Item(Item::Gap(gap)) => {
                    self.due = self.due.wrapping_add(model.check_gap(&gap, self.due));
                }
                Next::Item(Item::Opened(opened)) => panic!("nobody opened the lane again: {opened:?}"),
                Next::Pending | Next::Closed => return false,
            }
            assert!(self.lane.books().close(), "{}", self.lane.books());
        }
        true
    }
}

fn check_payload(record: &abi_runtime::item::Record<'_>) {
    if let Ok(small) = record.view::<Small>() {
        assert_eq!(small.attempt(), record.sequence);
    } else if let Ok(large) = record.view::<Large>() {
        assert_eq!(large.attempts(), [record.sequence; 170]);
    } else {
        let checked = record.view::<Checked>().unwrap();
        assert_eq!(Checked::try_from(checked).unwrap(), Checked::new(record.sequence));
    }
}

fn run(policy: Policy, blocks: u32, start: (u64, u64), steps: &[Step], close_at_end: bool) {
    let rig = Rig::new(1, blocks);
    let region = rig.format();
    let writer = rig::open_lane(&region, 0, policy, start);
    let mut model = Model { writer, first: start.1, fates: Vec::new() };
    let mut followers = vec![Follower::attach(&rig, Start::Oldest, 512)];
    for &step in steps {
        let attempt = model.next_sequence();
        match step {
            Step::Small => model.emit(&Small { attempt }),
            Step::Checked => model.emit(&Checked::new(attempt)),
            Step::Large => model.emit(&Large { attempts: [attempt; 170] }),
            Step::TooBig => model.emit(&TooBig { bytes: [0; 4096] }),
            Step::Commit { nested } => model.reserve(nested, true),
            Step::Abandon { nested } => model.reserve(nested, false),
            Step::Read { reader, items } => {
                let reader = reader % followers.len();
                followers[reader].read(&model, items.into());
            }
            Step::Attach { newest } => {
                let start = if newest { Start::Newest } else { Start::Oldest };
                // The smallest buffer that is allowed: records are then cut at its end.
                followers.push(Follower::attach(&rig, start, (4096 - 64 - 104) / 8));
            }
            Step::Close => model.writer.close(),
        }
        let account = model.writer.account();
        assert_eq!(account.offered, model.fates.len() as u64);
        let (dropped, published) = model.counts(start.1, account.offered);
        assert_eq!((account.dropped.to_array(), account.published), (dropped, published));
    }
    if close_at_end {
        model.writer.close();
    }
    for mut follower in followers {
        while follower.read(&model, 1000) {}
        let statement = follower.lane.finish();
        if let Some(gap) = &statement.gap {
            follower.due = follower.due.wrapping_add(model.check_gap(gap, follower.due));
        }
        assert!(statement.read_to_end);
        assert!(statement.books.close(), "{}", statement.books);
        // Attempts inside the last one have no numbers yet, but on a lane that was closed.
        assert!(statement.unnumbered == 0 || statement.in_flight == InFlight::AtMostOne);
        let due = follower.due.wrapping_add(statement.unnumbered);
        assert_eq!(due, model.next_sequence(), "every attempt is accounted for");
        let told = statement.books.before + statement.books.offered + statement.unnumbered;
        assert_eq!(told, model.fates.len() as u64);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn overwrite_lane_is_as_its_model(
        blocks in prop_oneof![Just(2u32), Just(4)],
        start in start(),
        steps in prop::collection::vec(step(), 1..120),
        close in any::<bool>(),
    ) {
        run(Policy::Overwrite, blocks, start, &steps, close);
    }

    #[test]
    fn fill_lane_is_as_its_model(
        blocks in prop_oneof![Just(2u32), Just(4)],
        start in start(),
        steps in prop::collection::vec(step(), 1..80),
        close in any::<bool>(),
    ) {
        run(Policy::Fill, blocks, start, &steps, close);
    }
}

#[test]
fn a_closed_lane_refuses_and_its_books_still_close() {
    let steps = [Step::Small, Step::Checked, Step::Close, Step::Small, Step::Small, Step::TooBig];
    run(Policy::Overwrite, 2, (0, 0), &steps, true);
}

#[test]
fn a_lapped_reader_is_told_exactly() {
    let mut steps = vec![Step::Checked; 500];
    steps.push(Step::Read { reader: 0, items: 200 });
    steps.extend(vec![Step::Large; 40]);
    run(Policy::Overwrite, 4, (0, 0), &steps, true);
}

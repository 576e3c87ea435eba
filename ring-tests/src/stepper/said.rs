//! What a reader says of a lane.

use std::sync::atomic::{AtomicU64, Ordering};

use abi_runtime::attach::RegionView;
use abi_runtime::books::InFlight;
use abi_runtime::gap::{Cause, Count, Gap};
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::DropCounts;
use abi_runtime::memory::Memory;
use abi_runtime::reader::{LaneError, LaneReader, Start};

use super::board::{HANDLER, MAX_ACTS, SHAPE, number_of};
use super::script::Kind;
use super::truth::{CAUSES, REENTERED};

/// One thing that a reader tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Told {
    /// A record of this kind, whole, of the attempt with this number.
    Record { sequence: u64, ticks: u64, kind: Kind, number: u64 },
    /// Attempts that the writer refused.
    Dropped { first: u64, count: u64, by_cause: Option<[u64; 7]> },
    /// Attempts that the reader was too late for.
    Overrun { first: u64, overwritten: u64, dropped: u64 },
    /// A new writer of the lane.
    Opened { incarnation: u64 },
    /// What no reader may say of a writer that follows the specification.
    Wrong(&'static str),
}

/// What a reader says of a lane when it takes its last look.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Said {
    /// There is none yet.
    NotOpened,
    /// All of it.
    Lane { before: u64, told: Vec<Told>, delivered: u64, offered: u64, is_closed: bool },
    /// What no reader may say.
    Wrong(String),
}

impl Said {
    /// Returns the same without ticks: a signal handler reads the clock when it likes.
    pub(super) fn without_ticks(mut self) -> Self {
        if let Self::Lane { told, .. } = &mut self {
            for told in told {
                if let Told::Record { ticks, .. } = told {
                    *ticks = 0;
                }
            }
        }
        self
    }
}

/// A reader that keeps what it is told.
pub(super) struct Listener<'m> {
    reader: LaneReader<'m, Vec<u64>>,
    pub(super) told: Vec<Told>,
}

impl<'m> Listener<'m> {
    /// Begins with the oldest block; `None` if the lane is not open.
    pub(super) fn open(region: &RegionView<'m>) -> Result<Option<Self>, String> {
        let buffer = vec![0; SHAPE.block_size as usize / size_of::<u64>()];
        match LaneReader::open(region, 0, Start::Oldest, buffer) {
            Ok(reader) => Ok(Some(Self { reader, told: Vec::new() })),
            Err(LaneError::NotOpened(_) | LaneError::HalfOpened(_)) => Ok(None),
            Err(error) => Err(format!("the reader does not begin: {error}")),
        }
    }

    /// Reads what there is.
    pub(super) fn read_on(&mut self) {
        while let Next::Item(item) = self.reader.next() {
            let told = match item {
                Item::Record(record) => match identify(record.header.id, record.payload) {
                    Some((kind, number)) => {
                        Told::Record { sequence: record.sequence, ticks: record.header.ticks, kind, number }
                    }
                    None => Told::Wrong("a record that nobody wrote"),
                },
                Item::Gap(gap) => tell(&gap),
                Item::Opened(opened) => Told::Opened { incarnation: opened.incarnation },
            };
            self.told.push(told);
        }
    }

    /// Takes the last look.
    pub(super) fn finish(mut self) -> Said {
        self.read_on();
        let statement = self.reader.finish();
        let knows_causes = self.reader.knows_causes();
        if let Some(gap) = statement.gap {
            self.told.push(tell(&gap));
        }
        let books = statement.books;
        self.tell_unnumbered(
            statement.unnumbered,
            books.before + books.offered,
            knows_causes,
            statement.gap.is_some(),
        );
        if !statement.read_to_end || !books.close() {
            return Said::Wrong(format!("{statement:?}"));
        }
        Said::Lane {
            before: books.before,
            told: self.told,
            delivered: books.delivered,
            offered: books.offered + statement.unnumbered,
            is_closed: statement.in_flight == InFlight::Nothing,
        }
    }
}

impl Listener<'_> {
    /// Adds what was refused inside an attempt, and has no number yet, to what is missing at the end: the
    /// truth does not tell them apart.
    fn tell_unnumbered(&mut self, unnumbered: u64, due: u64, knows_causes: bool, behind_gap: bool) {
        if unnumbered == 0 {
            return;
        }
        match self.told.last_mut() {
            Some(Told::Dropped { count, by_cause, .. }) if behind_gap => {
                *count += unnumbered;
                if let Some(by_cause) = by_cause {
                    by_cause[REENTERED] += unnumbered;
                }
            }
            _ => {
                let mut causes = [0; CAUSES];
                causes[REENTERED] = unnumbered;
                let by_cause = knows_causes.then_some(causes);
                self.told.push(Told::Dropped { first: due, count: unnumbered, by_cause });
            }
        }
    }
}

/// Says of which kind a record is, and which attempt it tells of: all its words say so.
fn identify(id: u16, payload: &[u8]) -> Option<(Kind, u64)> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.id() == id)?;
    let (words, []) = payload.as_chunks::<8>() else { return None };
    let first = u64::from_le_bytes(*words.first()?);
    let whole = words.len() == kind.words() && words.windows(2).all(|pair| pair[0] == pair[1]);
    let number = number_of(first);
    let is_known = number < MAX_ACTS as u64 || number == HANDLER;
    (whole && is_known).then_some((kind, number))
}

fn tell(gap: &Gap) -> Told {
    let first = gap.first_sequence;
    match (gap.count, gap.cause) {
        (Count::Exact(count), Cause::Dropped { by_cause }) => {
            Told::Dropped { first, count, by_cause: by_cause.map(DropCounts::to_array) }
        }
        (Count::Exact(count), Cause::Overrun { overwritten, dropped }) if count == overwritten + dropped => {
            Told::Overrun { first, overwritten, dropped }
        }
        (Count::Exact(_), Cause::Corrupt(_)) => Told::Wrong("corrupt"),
        (Count::Unknowable { .. }, _) => Told::Wrong("unknowable"),
        _ => Told::Wrong("a gap whose counts do not add up"),
    }
}

/// Returns what a reader says that begins now, reads to the end, and looks no more.
pub(super) fn post_mortem(region: &RegionView<'_>) -> Said {
    match Listener::open(region) {
        Ok(Some(listener)) => listener.finish(),
        Ok(None) => Said::NotOpened,
        Err(error) => Said::Wrong(error),
    }
}

/// A region as it was at a stop.
pub(super) struct Mirror(Vec<AtomicU64>);

impl Mirror {
    /// Copies a region.
    pub(super) fn of(words: &[u64]) -> Self {
        Self(words.iter().map(|&word| AtomicU64::new(word)).collect())
    }

    /// Returns what a reader may do with it.
    pub(super) fn memory(&self) -> Memory<'_> {
        Memory::from_words(&self.0)
    }

    /// Copies words of a region, from `first` on, as they are now.
    pub(super) fn show(&self, first: usize, words: &[u64]) {
        for (mirrored, &word) in self.0[first..].iter().zip(words) {
            mirrored.store(word, Ordering::Relaxed);
        }
    }
}

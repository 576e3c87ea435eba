//! Several lanes, read as one trace.
//!
//! Each lane is in order by itself. Between lanes there are only clocks: a record is put before another
//! lane's because its ticks are less, and every record says how much that is worth. Memory is that of
//! the lanes' readers, whatever they hold.
//!
//! Spec: `spec/region.md`, REG-54.

use crate::item::{Item, Next};
use crate::reader::{LaneReader, Peeked};

/// Reads lanes of one region in the order of their ticks.
#[derive(Debug)]
pub struct Merged<'r, 'm, B> {
    lanes: &'r mut [LaneReader<'m, B>],
    /// The lane whose record came last, and up to which ticks its next ones come before all others.
    run: Option<Run>,
    /// The largest ticks that were delivered.
    latest: Option<u64>,
}

/// Records of one lane that come before those of all others.
#[derive(Clone, Copy, Debug)]
struct Run {
    lane: usize,
    /// Ticks of the first record of the other lanes; `None` if they have all ended.
    until: Option<u64>,
    /// Lanes that had nothing to show.
    silent: usize,
}

/// What is known of a record's place among those of other lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By the region's clock it comes before everything that any other lane has still to show: each has
    /// shown a record with larger ticks, or has ended.
    Known,
    /// Another lane's next record has the same ticks.
    Tied,
    /// So many lanes had nothing to show, and may still come with smaller ticks.
    Claimed {
        /// How many.
        silent: usize,
    },
    /// Records with larger ticks were delivered before: of lanes that had been silent, or its own lane's
    /// clock ran backwards.
    Late,
}

/// Whether to wait for lanes that have nothing to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Deliver nothing whose place is not known: say `Pending`.
    Wait,
    /// Deliver what there is, and say that its place is only claimed.
    Go,
}

/// What [`Merged::next`] found.
#[derive(Clone, Copy, Debug)]
#[must_use = "every gap is to be told, and every record counts"]
pub enum MergedNext<'r> {
    /// Something to tell.
    Item {
        /// Which of the lanes it is of, counted from 0.
        lane: usize,
        /// What is known of its place among other lanes. Of a gap: of the record before it.
        order: Order,
        /// What there is to tell.
        item: Item<'r>,
    },
    /// Nothing new, or nothing whose place is known; there may be more later.
    Pending,
    /// All lanes were closed, and all of them has been told but their statements: finish each.
    Closed,
}

impl<'r, 'm, B: AsRef<[u64]> + AsMut<[u64]>> Merged<'r, 'm, B> {
    /// Begins to read some lanes as one.
    pub const fn new(lanes: &'r mut [LaneReader<'m, B>]) -> Self {
        Self { lanes, run: None, latest: None }
    }

    /// Returns the next thing there is to say. Gaps and new incarnations are told where their lane has
    /// them, at once.
    ///
    /// One call looks at each lane a bounded number of times and never waits.
    pub fn next(&mut self, silence: Silence) -> MergedNext<'_> {
        if let Some(run) = self.run
            && let Some(ticks) = self.lanes[run.lane].next_ticks()
            && run.until.is_none_or(|until| ticks < until)
        {
            return self.deliver(run, ticks);
        }
        self.run = None;
        let mut first: Option<(usize, u64)> = None;
        let mut until = None;
        let (mut silent, mut ended) = (0, 0);
        for at in 0..self.lanes.len() {
            match self.lanes[at].peek() {
                Peeked::Record(ticks) => match first {
                    Some((_, least)) if least <= ticks => {
                        until = Some(until.map_or(ticks, |until: u64| until.min(ticks)));
                    }
                    _ => {
                        until = first.map(|(_, least)| least).or(until);
                        first = Some((at, ticks));
                    }
                },
                Peeked::Gap(gap) => return tell(at, Item::Gap(gap)),
                Peeked::Opened(opened) => return tell(at, Item::Opened(opened)),
                Peeked::Pending => silent += 1,
                Peeked::Closed => ended += 1,
            }
        }
        match first {
            None if ended == self.lanes.len() => MergedNext::Closed,
            None => MergedNext::Pending,
            Some(_) if silent != 0 && silence == Silence::Wait => MergedNext::Pending,
            Some((lane, ticks)) => {
                let run = Run { lane, until, silent };
                // What silent lanes have to say is asked again before each record.
                self.run = (silent == 0).then_some(run);
                self.deliver(run, ticks)
            }
        }
    }

    fn deliver(&mut self, run: Run, ticks: u64) -> MergedNext<'_> {
        let order = match self.latest {
            Some(latest) if ticks < latest => Order::Late,
            _ if run.silent != 0 => Order::Claimed { silent: run.silent },
            _ if run.until == Some(ticks) => Order::Tied,
            _ => Order::Known,
        };
        self.latest = Some(self.latest.map_or(ticks, |latest| latest.max(ticks)));
        match self.lanes[run.lane].next() {
            Next::Item(item) => MergedNext::Item { lane: run.lane, order, item },
            // Not reached: what was peeked lies in the reader's private copy.
            Next::Pending | Next::Closed => MergedNext::Pending,
        }
    }
}

/// Tells what has no ticks: it stands where its lane has it.
const fn tell(lane: usize, item: Item<'static>) -> MergedNext<'static> {
    MergedNext::Item { lane, order: Order::Known, item }
}

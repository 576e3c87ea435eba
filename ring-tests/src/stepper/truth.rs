//! What a script comes to, worked out from the specification alone: which attempts become records, which
//! are refused and why, and what a reader can say after each step that it can see.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use abi_runtime::layout::Policy;

use super::board::{HANDLER, OK, SHAPE, TICKET};
use super::case::{Case, Language};
use super::said::{Said, Told};
use super::script::{Act, Kind};

const BLOCK_SIZE: u64 = SHAPE.block_size as u64;
const BLOCKS: usize = SHAPE.blocks_per_lane as usize;
const BLOCK_HEADER: u64 = 64;
const RECORD_HEADER: u64 = 16;
const LOSS: u64 = 104;
const OPENED: u64 = 72;

/// Causes of a drop, as the counters of REG-11 stand.
pub(super) const TOO_BIG: usize = 0;
pub(super) const CLOSED: usize = 1;
pub(super) const FULL: usize = 2;
pub(super) const REENTERED: usize = 5;
pub(super) const ABANDONED: usize = 6;
pub(super) const CAUSES: usize = 7;

/// Where a signal handler emits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Interrupt {
    /// Before the act of this number, and after the one before.
    Before(usize),
    /// While the attempt of the act of this number is in progress.
    Inside(usize),
    /// While it is in progress, and before it has taken its number.
    Early(usize),
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// A record of this kind, with the number of the act in it.
    Published { kind: Kind, number: u64, ticks: u64 },
    /// Refused, for this cause.
    Dropped { cause: usize },
}

/// One thing that stands in the lane.
#[derive(Clone, Debug)]
struct Entry {
    block: usize,
    told: Told,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    first_sequence: u64,
    dropped: u64,
}

/// What can be seen of the lane at one moment.
#[derive(Clone, Copy, Debug)]
struct View {
    is_open: bool,
    is_closed: bool,
    blocks: usize,
    entries: usize,
    published: u64,
    dropped: [u64; CAUSES],
}

/// The drain reader, as the writer holds it (REG-48).
#[derive(Clone, Copy, Debug, Default)]
struct Drain {
    /// What its release page says.
    hint: u64,
    /// Whether the writer has looked at it.
    is_known: bool,
    standing: u64,
    /// What was taken of what it said; and that, as blocks that may be reused.
    taken: u64,
    released: u64,
}

impl Drain {
    const SERVING: u64 = 1;
    const FAULTY: u64 = 2;
    const EVICTED: u64 = 3;

    fn look(&mut self, publish: u64, lag: u64) {
        if self.is_known && self.standing != Self::SERVING {
            return;
        }
        let most = if self.is_known { publish - self.taken } else { SHAPE.capacity() };
        let behind = publish.wrapping_sub(self.hint);
        if !self.is_known && behind > most && (self.hint == 0 || behind < 1 << 63) {
            // It is asked anew.
            return;
        }
        self.is_known = true;
        self.standing = match behind {
            _ if behind > most => Self::FAULTY,
            _ if behind > lag => Self::EVICTED,
            _ => Self::SERVING,
        };
        if self.standing == Self::SERVING {
            self.taken = self.hint;
            self.released = self.released.max(self.hint / BLOCK_SIZE * BLOCK_SIZE);
        }
    }
}

/// What a script comes to.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    case: Case,
    blocks: Vec<Block>,
    entries: Vec<Entry>,
    views: Vec<View>,
    /// The view behind each act; the first is before all.
    ends: Vec<usize>,
    results: Vec<u64>,
    /// What came of the handler's attempt.
    handled: Option<u64>,
    fates: Vec<Fate>,
    now: View,
    /// Offset in the open block.
    cursor: u64,
    ticks: u64,
    drain: Drain,
    pressure: u64,
    /// First sequence and counts of the pending run.
    pending: Option<(u64, [u64; CAUSES])>,
}

/// Truths that were worked out, so that none is twice.
#[derive(Default)]
pub(super) struct Truths(RefCell<HashMap<Option<Interrupt>, Rc<Truth>>>);

impl Truths {
    /// Returns what the one case that this is for comes to.
    pub(super) fn of(&self, case: &Case, interrupt: Option<Interrupt>) -> Rc<Truth> {
        let mut truths = self.0.borrow_mut();
        Rc::clone(truths.entry(interrupt).or_insert_with(|| Rc::new(Truth::of(case, interrupt))))
    }
}

impl Truth {
    /// Works out what `case` comes to if a handler emits at `interrupt`.
    pub(super) fn of(case: &Case, interrupt: Option<Interrupt>) -> Self {
        let now = View {
            is_open: false,
            is_closed: false,
            blocks: 0,
            entries: 0,
            published: 0,
            dropped: [0; CAUSES],
        };
        let mut truth = Self {
            case: case.clone(),
            blocks: Vec::new(),
            entries: Vec::new(),
            views: vec![now],
            ends: vec![0],
            results: Vec::new(),
            handled: None,
            fates: Vec::new(),
            now,
            cursor: BLOCK_SIZE,
            ticks: 0,
            drain: Drain::default(),
            pressure: 0,
            pending: None,
        };
        for (at, &act) in case.script.0.iter().enumerate() {
            if interrupt == Some(Interrupt::Before(at)) {
                truth.handled = Some(truth.attempt(Kind::Small, HANDLER, false));
            }
            if interrupt == Some(Interrupt::Early(at)) {
                truth.handled = Some(truth.refuse(REENTERED));
            }
            let result = truth.act(act, at as u64);
            truth.results.push(result);
            if interrupt == Some(Interrupt::Inside(at)) {
                // Its number is the next after that of the attempt around it, however early it came.
                truth.handled = Some(truth.refuse(REENTERED));
            }
            truth.ends.push(truth.views.len() - 1);
        }
        if interrupt == Some(Interrupt::Before(case.script.0.len())) {
            truth.handled = Some(truth.attempt(Kind::Small, HANDLER, false));
        }
        truth
    }

    fn act(&mut self, act: Act, number: u64) -> u64 {
        match act {
            Act::Open => {
                self.now.is_open = true;
                self.show();
                if self.case.language == Language::Pool {
                    self.open_again();
                }
                OK
            }
            Act::Close => {
                self.now.is_closed = true;
                self.show();
                OK
            }
            Act::Release | Act::Overreach | Act::TakeBack => {
                self.drain.hint = match act {
                    Act::Release => self.now.published,
                    Act::Overreach => self.now.published + 8,
                    _ => 0,
                };
                OK
            }
            Act::Emit(kind) | Act::Commit(kind) => self.attempt(kind, number, false),
            Act::Abandon(kind) => self.attempt(kind, number, true),
        }
    }

    /// A pool closes a lane when it gets it, and opens it again for its first owner, by REG-52.
    fn open_again(&mut self) {
        self.now.is_closed = true;
        self.show();
        if self.case.lane.policy != Policy::Overwrite {
            self.may_hold(true, Kind::Small);
        }
        // Who comes now does not know the lane.
        self.now.is_open = false;
        self.show();
        self.now.is_open = true;
        self.show();
        self.blocks.push(Block { first_sequence: 0, dropped: 0 });
        self.now.blocks = 1;
        self.show();
        self.now.is_closed = false;
        self.show();
        self.ticks += 1;
        self.entries.push(Entry { block: 0, told: Told::Opened { incarnation: 2 } });
        self.cursor = BLOCK_HEADER + OPENED;
        self.now.entries = 1;
        self.now.published = self.cursor;
        self.show();
    }

    /// One attempt, by the steps of REG-20.
    fn attempt(&mut self, kind: Kind, number: u64, gives_up: bool) -> u64 {
        let size = RECORD_HEADER + 8 * kind.words() as u64;
        let ticks = self.ticks;
        self.ticks += 1;
        if self.now.is_closed {
            return self.refuse(CLOSED);
        }
        if size > BLOCK_SIZE - BLOCK_HEADER - LOSS {
            return self.refuse(TOO_BIG);
        }
        let need = if self.pending.is_some() { size + LOSS } else { size };
        let opens = need > BLOCK_SIZE - self.cursor;
        if self.case.lane.policy != Policy::Overwrite && !self.may_hold(opens, kind) {
            return self.refuse(FULL + kind.class() as usize);
        }
        let sequence = self.fates.len() as u64;
        if opens {
            let first_sequence = self.pending.map_or(sequence, |(first, _)| first);
            let pending = self.pending.map_or(0, |(_, counts)| counts.iter().sum());
            let dropped = self.now.dropped.iter().sum::<u64>() - pending;
            self.blocks.push(Block { first_sequence, dropped });
            self.now.blocks += 1;
            self.cursor = BLOCK_HEADER;
            self.show();
        }
        if gives_up {
            return self.refuse(ABANDONED);
        }
        let block = self.now.blocks - 1;
        if let Some((first, counts)) = self.pending.take() {
            let count = counts.iter().sum();
            self.entries.push(Entry { block, told: Told::Dropped { first, count, by_cause: Some(counts) } });
        }
        let told = Told::Record { sequence, ticks, kind, number };
        self.entries.push(Entry { block, told });
        self.fates.push(Fate::Published { kind, number, ticks });
        self.cursor += need;
        self.now.entries = self.entries.len();
        self.now.published = BLOCK_SIZE * block as u64 + self.cursor;
        self.show();
        OK
    }

    /// Returns how many blocks records of a kind may fill (REG-44).
    fn allowed(&self, kind: Kind) -> usize {
        let lane = self.case.lane;
        let blocks = [0, lane.normal_blocks, lane.bulk_blocks][kind.class() as usize];
        if blocks == 0 { BLOCKS } else { blocks as usize }
    }

    /// Says whether the lane may hold what it holds, and one block more if the attempt opens one (REG-43,
    /// REG-44). An attempt for which this is plain does not look at what was drained, nor say the pressure.
    fn may_hold(&mut self, opens: bool, kind: Kind) -> bool {
        let allowed = self.allowed(kind);
        if !opens && self.pending.is_none() && self.held() <= allowed {
            return true;
        }
        if self.case.lane.policy == Policy::Drain {
            let publish = BLOCK_SIZE * self.now.blocks as u64 + self.cursor - BLOCK_SIZE;
            self.drain.look(publish, self.case.lane.lag);
        }
        let held = self.held();
        let may = held + usize::from(opens) <= allowed;
        let held = if may { held + usize::from(opens) } else { held };
        self.pressure = match held {
            _ if held >= BLOCKS => 3,
            _ if held * 4 >= BLOCKS * 3 => 2,
            _ if held * 2 >= BLOCKS => 1,
            _ => 0,
        };
        may
    }

    /// Returns how many blocks the lane holds.
    fn held(&self) -> usize {
        self.now.blocks - (self.drain.released / BLOCK_SIZE) as usize
    }

    /// Returns words of the lane's control, and what stands in them at the end: released, how the drain
    /// reader is held, pressure (REG-11).
    pub(super) fn control(&self) -> [(usize, u64); 3] {
        let held = if self.drain.is_known { TICKET << 8 | self.drain.standing } else { 0 };
        [(136 / 8, self.drain.released), (144 / 8, held), (456 / 8, self.pressure)]
    }

    fn refuse(&mut self, cause: usize) -> u64 {
        let sequence = self.fates.len() as u64;
        self.fates.push(Fate::Dropped { cause });
        self.now.dropped[cause] += 1;
        self.pending.get_or_insert((sequence, [0; CAUSES])).1[cause] += 1;
        self.show();
        cause as u64 + 1
    }

    fn show(&mut self) {
        self.views.push(self.now);
    }

    /// Returns the numbers of the views that can be seen after `acts` acts, while the next is in progress
    /// if `inside`.
    pub(super) fn views(&self, acts: usize, inside: bool) -> std::ops::RangeInclusive<usize> {
        self.ends[acts]..=self.ends[acts + usize::from(inside)]
    }

    /// Returns the number of the last view.
    pub(super) fn last(&self) -> usize {
        self.views.len() - 1
    }

    /// Returns what a reader says that begins with the oldest block, and reads to the end, at view `at`.
    pub(super) fn said(&self, at: usize) -> Said {
        self.said_of(self.views[at])
    }

    fn said_of(&self, view: View) -> Said {
        if !view.is_open {
            return Said::NotOpened;
        }
        let oldest = if view.entries == 0 { 0 } else { view.blocks.saturating_sub(BLOCKS) };
        let begin = match oldest {
            0 => Block { first_sequence: 0, dropped: 0 },
            _ => self.blocks[oldest],
        };
        let entries = self.entries[..view.entries].iter().filter(|entry| entry.block >= oldest);
        let mut told: Vec<Told> = entries.map(|entry| entry.told).collect();
        let mut due = begin.first_sequence;
        let mut known = [0; CAUSES];
        let mut delivered = 0;
        for told in &told {
            match told {
                Told::Dropped { count, by_cause: Some(counts), .. } => {
                    due += count;
                    known = std::array::from_fn(|cause| known[cause] + counts[cause]);
                }
                Told::Opened { .. } => {}
                _ => {
                    due += 1;
                    delivered += 1;
                }
            }
        }
        let seen = begin.dropped + known.iter().sum::<u64>();
        let count = view.dropped.iter().sum::<u64>() - seen;
        if count != 0 {
            let rest = std::array::from_fn(|cause| view.dropped[cause] - known[cause]);
            // Who came late knows how many there were before, not why.
            let by_cause = (begin.dropped == 0).then_some(rest);
            told.push(Told::Dropped { first: due, count, by_cause });
        }
        let before = begin.first_sequence;
        Said::Lane { before, told, delivered, offered: due + count - before, is_closed: view.is_closed }
    }

    /// Returns the same if an attempt that was nested in another one has been counted, and no more.
    pub(super) fn said_with_nested(&self, at: usize) -> Said {
        let mut view = self.views[at];
        view.dropped[REENTERED] += 1;
        self.said_of(view)
    }

    /// Returns how many things a reader has been told at view `at` that was there from the beginning.
    pub(super) fn told_by(&self, at: usize) -> usize {
        self.views[at].entries
    }

    /// Returns what stands in the lane, from its beginning.
    pub(super) fn told(&self, at: usize) -> Option<&Told> {
        self.entries.get(at).map(|entry| &entry.told)
    }

    /// Returns what became of every attempt.
    pub(super) fn fates(&self) -> &[Fate] {
        &self.fates
    }

    /// Returns what came of each act.
    pub(super) fn results(&self) -> &[u64] {
        &self.results
    }

    /// Returns what came of the handler's attempt, if one was made.
    pub(super) const fn handled(&self) -> Option<u64> {
        self.handled
    }

    /// Returns the writer's account at the end: offered, published, drops by cause.
    pub(super) fn account(&self) -> Vec<u64> {
        let published = self.fates.iter().filter(|fate| matches!(fate, Fate::Published { .. })).count();
        let mut account = vec![self.fates.len() as u64, published as u64];
        account.extend(self.now.dropped);
        account
    }
}

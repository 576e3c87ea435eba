//! One victim, looked at after every instruction.
//!
//! At a stop the parent knows which acts are done and whether one is in progress. So it knows what can
//! have been seen of the lane: the view behind the last act that is done, or, while one is in progress,
//! that view or one of those that the act leads to, in their order. What a reader says must be one of these,
//! word for word, and never an earlier one than at the stop before.

use std::fmt;
use std::ops::AddAssign;
use std::path::Path;

use abi_runtime::attach::RegionView;

use rustix::thread::{CpuSet, sched_getcpu, sched_setaffinity};

use super::board::{ACCOUNT, ACCOUNT_WORDS, DONE, PROGRESS, RESULTS};
use super::branch::Branch;
use super::case::Case;
use super::said::{Listener, Mirror, Said, post_mortem};
use super::stage::{Fallible, Picture, Stage};
use super::truth::{Truth, Truths};

/// How often a victim is copied: at every so many stops; 0 for never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branches {
    /// To let a signal handler emit.
    pub signal: u64,
    /// To let one emit, and look at every instruction of it.
    pub nested: u64,
    /// To let its thread end here, and the pool give the lane to the next.
    pub gone: u64,
    /// To stop it for a while.
    pub stop: u64,
    /// To kill it.
    pub kill: u64,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Instructions that a writer was stopped behind.
    pub stops: u64,
    /// How many of them had changed what a reader could see or what was known.
    pub changes: u64,
    /// Signal handlers that emitted.
    pub signals: u64,
    /// Those of them that were refused, for they interrupted an attempt.
    pub reentered: u64,
    /// Signal handlers that were stepped too, and their instructions.
    pub nested: u64,
    /// See `nested`.
    pub nested_stops: u64,
    /// Owners that were gone, and whose lane somebody else got.
    pub gone: u64,
    /// Copies that were stopped for a while.
    pub halts: u64,
    /// Copies that were killed.
    pub kills: u64,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.stops += other.stops;
        self.changes += other.changes;
        self.signals += other.signals;
        self.reentered += other.reentered;
        self.nested += other.nested;
        self.nested_stops += other.nested_stops;
        self.gone += other.gone;
        self.halts += other.halts;
        self.kills += other.kills;
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stops, changes, signals, reentered, nested, nested_stops, gone, halts, kills } = self;
        write!(
            f,
            "{stops} instructions ({changes} of them seen), {signals} signal handlers ({reentered} refused as re-entered), {nested} more of them stepped ({nested_stops} instructions), {gone} owners gone, {halts} halts, {kills} kills"
        )
    }
}

/// Steps `program` as the victim of `case`, from its first instruction to its last.
///
/// # Errors
///
/// What was wrong, and where.
pub fn prove(program: &Path, case: &Case, branches: Branches) -> Result<Figures, String> {
    stay_here();
    let stage = Stage::start(program, case)?;
    let region = stage.region()?;
    let mirror = Mirror::of(&region);
    let view = RegionView::attach(mirror.memory()).map_err(|error| error.to_string())?;
    let aside = Mirror::of(&region);
    let aside_view = RegionView::attach(aside.memory()).map_err(|error| error.to_string())?;
    let truths = Truths::default();
    let mut proof = Proof {
        stage: &stage,
        mirror: &mirror,
        view,
        case,
        truth: Truth::of(case, None),
        at: 0,
        live: None,
        heard: 0,
        figures: Figures::default(),
    };
    let mut last = Stage::blank();
    let mut now = Stage::blank();
    stage.look(&mut last)?;
    loop {
        stage.step()?;
        stage.look(&mut now)?;
        if now.board[PROGRESS] == DONE {
            break;
        }
        proof.figures.stops += 1;
        let place = format!("{case}: stop {}, act {}", proof.figures.stops, acts(&now));
        let wrong = |error| format!("{place}: {error}");
        let branch =
            Branch { stage: &stage, case, now: &now, mirror: &aside, view: &aside_view, truths: &truths };
        if acts(&now) < case.script.0.len() {
            proof.figures += branch.take(proof.figures.stops, branches).map_err(&wrong)?;
        }
        if now != last {
            proof.look(&now).map_err(wrong)?;
            last.clone_from(&now);
        }
    }
    proof.end(&now).map_err(|error| format!("{case}: at the end: {error}"))?;
    Ok(proof.figures)
}

/// Keeps this thread, and the victims that it starts, on one processor: a step is then a switch from one to
/// the other, and not a message between two.
fn stay_here() {
    let mut here = CpuSet::new();
    here.set(sched_getcpu());
    // A matter of speed alone.
    let _ = sched_setaffinity(None, &here);
}

/// Returns how many acts are done.
fn acts(picture: &Picture) -> usize {
    picture.board[PROGRESS] as usize / 2
}

struct Proof<'p> {
    stage: &'p Stage,
    mirror: &'p Mirror,
    view: RegionView<'p>,
    case: &'p Case,
    truth: Truth,
    /// The view that was seen last.
    at: usize,
    /// A reader that was there from the beginning.
    live: Option<Listener<'p>>,
    /// How much of what it was told has been compared.
    heard: usize,
    figures: Figures,
}

impl Proof<'_> {
    /// Compares what can be seen now with the truth.
    fn look(&mut self, now: &Picture) -> Fallible<()> {
        self.figures.changes += 1;
        self.mirror.show(self.stage.control_word(), &now.control);
        self.mirror.show(self.stage.blocks_word(), &now.blocks);
        let done = acts(now);
        let inside = !now.board[PROGRESS].is_multiple_of(2);
        let results = &now.board[RESULTS..RESULTS + done];
        if results != &self.truth.results()[..done] {
            return Err(format!("the acts came to {results:?}, not to {:?}", self.truth.results()));
        }
        let mut views = self.truth.views(done, inside);
        let first = *views.start().max(&self.at);
        let said = post_mortem(&self.view);
        let seen = (first..=*views.end()).find(|&at| self.truth.said(at) == said);
        let Some(at) = seen else {
            let could: Vec<Said> = views.by_ref().map(|at| self.truth.said(at)).collect();
            return Err(format!("the reader says {said:?}, and could say {could:?}"));
        };
        self.at = at;
        self.listen(at)
    }

    /// Compares what the live reader is told with what stands in the lane.
    fn listen(&mut self, at: usize) -> Fallible<()> {
        if self.live.is_none() {
            self.live = Listener::open(&self.view)?;
        }
        let Some(live) = &mut self.live else { return Ok(()) };
        live.read_on();
        for told in &live.told[self.heard..] {
            if self.truth.told(self.heard) != Some(told) {
                let truth = self.truth.told(self.heard);
                return Err(format!("the live reader is told {told:?}, and there is {truth:?}"));
            }
            self.heard += 1;
        }
        // A view is the same as the next for a late reader, at times, and not for this one.
        if self.heard < self.truth.told_by(at) {
            return Err(format!("the live reader has been told {} things, and there are more", self.heard));
        }
        Ok(())
    }

    /// Compares the end.
    fn end(&mut self, now: &Picture) -> Fallible<()> {
        self.at = self.at.max(self.truth.last());
        let mut last = now.clone();
        last.board[PROGRESS] = 2 * self.case.script.0.len() as u64;
        self.look(&last)?;
        let account = &now.board[ACCOUNT..ACCOUNT + ACCOUNT_WORDS];
        if account != self.truth.account() {
            return Err(format!("the writer's account is {account:?}, not {:?}", self.truth.account()));
        }
        for (word, expected) in self.truth.control() {
            if now.control[word] != expected {
                return Err(format!(
                    "word {word} of the control is {:#x}, not {expected:#x}",
                    now.control[word]
                ));
            }
        }
        if self.heard != self.truth.told_by(self.truth.last()) {
            return Err("the live reader was not told all".to_owned());
        }
        Ok(())
    }
}

//! What else can happen to a writer at a stop: a copy of it is interrupted, stopped for a while, or killed.

use abi_runtime::attach::RegionView;
use nix::sys::signal::Signal;

use super::board::{ACCOUNT, ACCOUNT_WORDS, HANDLED, NO_LANE, PROGRESS, RESULTS};
use super::case::Case;
use super::ledger::reconcile;
use super::proof::{Branches, Figures};
use super::said::{Listener, Mirror, Said, post_mortem};
use super::stage::{Fallible, Picture, Stage};
use super::truth::{Interrupt, REENTERED, Truth, Truths};

/// What there is when a copy has played to its end.
struct End<'e> {
    picture: &'e Picture,
    /// What came of the handler's attempt.
    handled: u64,
    /// What a reader says that comes then.
    said: Said,
    /// What one says that has read since the stop.
    heard: Option<Said>,
}

/// A stop at which the victim can be copied.
pub(super) struct Branch<'b> {
    pub(super) stage: &'b Stage,
    pub(super) case: &'b Case,
    pub(super) now: &'b Picture,
    /// Memory for the reader, and the region there.
    pub(super) mirror: &'b Mirror,
    pub(super) view: &'b RegionView<'b>,
    /// What was worked out before.
    pub(super) truths: &'b Truths,
}

impl Branch<'_> {
    /// Takes those branches that are due at stop number `stop`.
    pub(super) fn take(&self, stop: u64, branches: Branches) -> Fallible<Figures> {
        let is_due = |every: u64| every != 0 && stop.is_multiple_of(every);
        let mut figures = Figures::default();
        if is_due(branches.signal) {
            figures += self.interrupt().map_err(|error| format!("interrupted: {error}"))?;
        }
        if is_due(branches.nested) {
            figures += self.step_nested().map_err(|error| format!("stepped in a handler: {error}"))?;
        }
        if is_due(branches.gone) {
            figures += self.give_on().map_err(|error| format!("gone: {error}"))?;
        }
        if is_due(branches.stop) {
            figures += self.halt().map_err(|error| format!("halted: {error}"))?;
        }
        if is_due(branches.kill) {
            figures += self.kill().map_err(|error| format!("killed: {error}"))?;
        }
        Ok(figures)
    }

    pub(super) fn done(&self) -> usize {
        self.now.board[PROGRESS] as usize / 2
    }

    /// Lets a signal handler emit here, and the copy play to its end.
    fn interrupt(&self) -> Fallible<Figures> {
        let view = self.view;
        self.show(self.now);
        let mut listener = Listener::open(view)?;
        if let Some(listener) = &mut listener {
            listener.read_on();
        }
        let end = self.play_on(|copy| copy.run(Some(Signal::SIGUSR1)))?;
        self.show(&end);
        let handled = end.board[HANDLED].checked_sub(1).ok_or("the handler did not run")?;
        self.find_truth(&End {
            picture: &end,
            handled,
            said: post_mortem(view),
            heard: listener.map(Listener::finish),
        })?;
        let reentered = u64::from(handled == REENTERED as u64 + 1);
        Ok(Figures { signals: 1, reentered, ..Figures::default() })
    }

    /// Finds where the handler emitted, by what came of it: everything else must agree.
    fn find_truth(&self, end: &End<'_>) -> Fallible<()> {
        let done = self.done();
        let places = if end.handled == NO_LANE {
            vec![None]
        } else if self.now.board[PROGRESS].is_multiple_of(2) {
            vec![Some(Interrupt::Before(done))]
        } else {
            let within = [
                Interrupt::Before(done),
                Interrupt::Inside(done),
                Interrupt::Early(done),
                Interrupt::Before(done + 1),
            ];
            within.map(Some).into()
        };
        let mut differences = Vec::new();
        for place in places {
            match self.differs(end, &self.truths.of(self.case, place)) {
                None => return Ok(()),
                Some(difference) => differences.push(format!("{place:?}: {difference}")),
            }
        }
        Err(format!("the handler came to {}, which fits nowhere: {}", end.handled, differences.join("; ")))
    }

    /// Says what at the end is not as in `truth`.
    fn differs(&self, end: &End<'_>, truth: &Truth) -> Option<String> {
        if truth.handled().unwrap_or(NO_LANE) != end.handled {
            return Some(format!("the handler would come to {:?}", truth.handled()));
        }
        let results = &end.picture.board[RESULTS..RESULTS + self.case.script.0.len()];
        if results != truth.results() {
            return Some(format!("the acts came to {results:?}, not to {:?}", truth.results()));
        }
        let account = &end.picture.board[ACCOUNT..ACCOUNT + ACCOUNT_WORDS];
        if account != truth.account() {
            return Some(format!("the account is {account:?}, not {:?}", truth.account()));
        }
        let (said, could) = (end.said.clone().without_ticks(), truth.said(truth.last()).without_ticks());
        if said != could {
            return Some(format!("the reader says {said:?}, not {could:?}"));
        }
        end.heard.as_ref().and_then(|heard| reconcile(truth.fates(), heard).err())
    }

    /// Stops a copy, looks, lets it go on, and reads on.
    fn halt(&self) -> Fallible<Figures> {
        let view = self.view;
        self.show(self.now);
        let mut listener = None;
        let end = self.play_on(|copy| {
            copy.stop()?;
            self.must_stand_still()?;
            listener = Listener::open(view)?;
            if let Some(listener) = &mut listener {
                listener.read_on();
            }
            copy.go_on()
        })?;
        self.show(&end);
        let heard = listener.map(Listener::finish);
        let end = End { picture: &end, handled: NO_LANE, said: post_mortem(view), heard };
        match self.differs(&end, &self.truths.of(self.case, None)) {
            None => Ok(Figures { halts: 1, ..Figures::default() }),
            Some(difference) => Err(difference),
        }
    }

    /// Kills a copy: the region is left as it was at the stop.
    fn kill(&self) -> Fallible<Figures> {
        let copy = self.stage.copy()?;
        copy.kill()?;
        self.must_stand_still()?;
        Ok(Figures { kills: 1, ..Figures::default() })
    }

    fn must_stand_still(&self) -> Fallible<()> {
        let mut after = Stage::blank();
        self.stage.look(&mut after)?;
        if after == *self.now { Ok(()) } else { Err("the memory is not that of the stop".to_owned()) }
    }

    /// Makes a copy, lets `go` bring it to its end, and returns what it has stored, which is then undone.
    pub(super) fn play_on(
        &self,
        go: impl FnOnce(&super::stage::Copy<'_>) -> Fallible<()>,
    ) -> Fallible<Picture> {
        let copy = self.stage.copy()?;
        go(&copy)?;
        let mut end = Stage::blank();
        self.stage.look(&mut end)?;
        self.stage.put_back(self.now)?;
        Ok(end)
    }

    pub(super) fn show(&self, picture: &Picture) {
        self.mirror.show(self.stage.control_word(), &picture.control);
        self.mirror.show(self.stage.blocks_word(), &picture.blocks);
    }
}

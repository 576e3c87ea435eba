//! A copy that is stopped at every instruction of its signal handler, and some that follow.

use std::collections::HashSet;

use nix::sys::signal::Signal;

use super::board::{HANDLED, PROGRESS};
use super::branch::Branch;
use super::proof::Figures;
use super::said::{Said, post_mortem};
use super::script::Act;
use super::stage::{Fallible, Stage};
use super::truth::Interrupt;

/// Instructions that are stepped once the handler has emitted.
const BEHIND: u64 = 300;

impl Branch<'_> {
    /// Lets a signal handler emit here, and stops the copy behind every instruction of the handler and some more.
    pub(super) fn step_nested(&self) -> Fallible<Figures> {
        let done = self.done();
        // What an attempt leaves that comes behind the close is not looked at.
        let has_come_to_close = self.case.script.0[..=done].contains(&Act::Close);
        if has_come_to_close {
            return Ok(Figures::default());
        }
        let could = self.sayings(done);
        let mut figures = Figures { nested: 1, ..Figures::default() };
        let copy = self.stage.copy()?;
        let mut last = self.now.clone();
        let mut now = Stage::blank();
        let mut signal = Some(Signal::SIGUSR1);
        let mut behind = 0;
        while behind < BEHIND {
            copy.step(signal.take())?;
            self.stage.look(&mut now)?;
            figures.nested_stops += 1;
            behind += u64::from(now.board[HANDLED] != 0);
            if now.board[PROGRESS] > self.now.board[PROGRESS] + 1 {
                break;
            }
            if now != last {
                self.show(&now);
                let said = post_mortem(self.view).without_ticks();
                if !could.contains(&said) {
                    return Err(format!("instruction {}: the reader says {said:?}", figures.nested_stops));
                }
                last.clone_from(&now);
            }
        }
        drop(copy);
        self.stage.put_back(self.now)?;
        Ok(figures)
    }

    /// Returns all that a reader can say while act number `done` is in progress, or due, and the handler
    /// emits: before it, in it, or behind it.
    fn sayings(&self, done: usize) -> HashSet<Said> {
        let mut could = HashSet::new();
        let plain = self.truths.of(self.case, None);
        for at in plain.views(done, true) {
            could.insert(plain.said(at).without_ticks());
            // A re-entered attempt is counted at once, and gets its number later.
            could.insert(plain.said_with_nested(at).without_ticks());
        }
        let places = [Interrupt::Before(done), Interrupt::Early(done), Interrupt::Before(done + 1)];
        for place in places {
            let truth = self.truths.of(self.case, Some(place));
            let behind = done + 2;
            let is_end = behind > self.case.script.0.len();
            let last = if is_end { truth.last() } else { *truth.views(behind, false).start() };
            let views = *truth.views(done, false).start()..=last;
            could.extend(views.map(|at| truth.said(at).without_ticks()));
        }
        could
    }
}

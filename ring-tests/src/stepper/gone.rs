//! A copy whose thread ends where it stands, and whose lane the pool gives to the next owner (REG-52).

use nix::sys::signal::Signal;

use super::board::{ACCOUNT, ACCOUNT_WORDS, GIVEN, HANDLED, HANDLER, NO_LANE, OK, PROGRESS};
use super::branch::Branch;
use super::case::Language;
use super::ledger::reconcile;
use super::proof::Figures;
use super::said::{Listener, post_mortem};
use super::script::Kind;
use super::stage::{Fallible, Picture};
use super::truth::{ABANDONED, Fate};

impl Branch<'_> {
    /// Lets the owner of the lane be gone here, and the next one write.
    pub(super) fn give_on(&self) -> Fallible<Figures> {
        if self.case.language != Language::Pool {
            return Ok(Figures::default());
        }
        self.show(self.now);
        let mut listener = Listener::open(self.view)?;
        if let Some(listener) = &mut listener {
            listener.read_on();
        }
        let end = self.play_on(|copy| copy.run_to_death(Signal::SIGUSR2))?;
        self.show(&end);
        match end.board[HANDLED] {
            0 => return Err("the driver did not come to its end".to_owned()),
            ended if ended == NO_LANE + 1 => return Ok(Figures::default()),
            _ if end.board[GIVEN] != 1 => return Err("the pool did not take the lane back".to_owned()),
            _ => {}
        }
        let (said, heard) = (post_mortem(self.view), listener.map(Listener::finish));
        let mut differences = Vec::new();
        for fates in self.could_be(&end) {
            let account = account_of(&fates);
            let difference = reconcile(&fates, &said)
                .and_then(|()| heard.as_ref().map_or(Ok(()), |heard| reconcile(&fates, heard)))
                .and_then(|()| match &end.board[ACCOUNT..ACCOUNT + ACCOUNT_WORDS] {
                    stated if stated == account => Ok(()),
                    stated => Err(format!("the account is {stated:?}, not {account:?}")),
                });
            match difference {
                Ok(()) => return Ok(Figures { gone: 1, ..Figures::default() }),
                Err(difference) => differences.push(difference),
            }
        }
        Err(format!("{}: {said:?}, {heard:?}", differences.join("; ")))
    }

    /// Returns what can have become of all attempts: of the one in progress nothing, or what would have, or
    /// it was abandoned.
    fn could_be(&self, end: &Picture) -> Vec<Vec<Fate>> {
        let truth = self.truths.of(self.case, None);
        let acts = &self.case.script.0;
        let done = self.done();
        let attempts = acts[..done].iter().filter(|act| act.kind().is_some()).count();
        let before = &truth.fates()[..attempts];
        let mut last = vec![None];
        if !self.now.board[PROGRESS].is_multiple_of(2) && acts[done].kind().is_some() {
            last.extend([Some(truth.fates()[attempts]), Some(Fate::Dropped { cause: ABANDONED })]);
        }
        let next = [Kind::Small, Kind::Medium].into_iter().zip(&end.board[GIVEN + 1..]);
        let next = next.filter(|&(_, &result)| result != NO_LANE).map(|(kind, &result)| match result {
            OK => Fate::Published { kind, number: HANDLER, ticks: 0 },
            refused => Fate::Dropped { cause: refused as usize - 1 },
        });
        last.into_iter()
            .map(|last| before.iter().copied().chain(last).chain(next.clone()).collect())
            .collect()
    }
}

/// Returns the account of a writer of these attempts: offered, published, drops by cause.
fn account_of(fates: &[Fate]) -> Vec<u64> {
    let mut account = vec![0; ACCOUNT_WORDS];
    for fate in fates {
        account[0] += 1;
        match fate {
            Fate::Published { .. } => account[1] += 1,
            Fate::Dropped { cause } => account[2 + cause] += 1,
        }
    }
    account
}

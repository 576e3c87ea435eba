//! A load whose every attempt meets the fate that its number says, as long as its lane has room.
//!
//! So whoever reads the lane can tell, of any run of attempts, how many were refused and why, without
//! asking the writer (REG-22, REG-23).

use abi_runtime::clock::Clock;
use abi_runtime::layout::DropCounts;
use abi_runtime::writer::Writer;

use crate::truth::{Excess, Mark, Sheet, words};

/// After so many attempts the pattern begins anew. A power of two, so that it goes on where numbers wrap.
const PERIOD: u64 = 256;

/// What becomes of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It becomes a record.
    Accepted,
    /// It is too big for a record.
    TooBig,
    /// It is a reservation that is given up.
    Abandoned,
    /// It is made inside the one before.
    Reentered,
}

/// Returns the fate of attempt `sequence`.
pub fn fate(sequence: u64) -> Fate {
    match sequence % PERIOD {
        17 | 90 | 91 | 92 | 255 => Fate::TooBig,
        31 | 130 => Fate::Abandoned,
        32 | 33 | 61 | 200 => Fate::Reentered,
        _ => Fate::Accepted,
    }
}

/// Returns how many of the `count` attempts from `first` on are refused, by cause.
pub fn refused(first: u64, count: u64) -> DropCounts {
    let mut counts = DropCounts::default();
    let whole = count / PERIOD;
    for at in 0..PERIOD {
        let times = whole + u64::from(at < count % PERIOD);
        match fate(first.wrapping_add(at)) {
            Fate::Accepted => {}
            Fate::TooBig => counts.too_big += times,
            Fate::Abandoned => counts.abandoned += times,
            Fate::Reentered => counts.reentered += times,
        }
    }
    counts
}

/// Makes the attempts of one lane.
#[derive(Debug)]
pub struct Load {
    /// What the lane's records are told from those of others by.
    pub key: u64,
    /// Number of the next attempt.
    pub next: u64,
}

impl Load {
    /// Makes the next attempt, and those that are to be made inside it.
    pub fn attempt<C: Clock>(&mut self, writer: &Writer<'_, C>) {
        let sequence = self.next;
        let inside = (1..PERIOD).take_while(|at| fate(sequence.wrapping_add(*at)) == Fate::Reentered).count();
        self.next = sequence.wrapping_add(1 + inside as u64);
        // Whether there is room is the lane's to say; it counts those that it refuses.
        let _ = match fate(sequence) {
            Fate::TooBig => writer.emit(&Excess { words: words(self.key, sequence) }),
            Fate::Accepted if inside == 0 && !sequence.is_multiple_of(16) => {
                writer.emit(&Mark { words: words(self.key, sequence) })
            }
            Fate::Accepted if inside == 0 => writer.emit(&Sheet { words: words(self.key, sequence) }),
            _ => self.reserve(writer, sequence, inside),
        };
    }

    /// A reservation with `inside` attempts inside it, given up or committed.
    fn reserve<C: Clock>(
        &self,
        writer: &Writer<'_, C>,
        sequence: u64,
        inside: usize,
    ) -> Result<(), abi_runtime::writer::Refused> {
        let reserved = writer.reserve::<Mark>();
        // If there was no room for the reservation, these are attempts like others.
        for at in 1..=inside as u64 {
            let _ = writer.emit(&Mark { words: words(self.key, sequence.wrapping_add(at)) });
        }
        let mut reserved = reserved?;
        if fate(sequence) == Fate::Accepted {
            reserved.fill(&Mark { words: words(self.key, sequence) });
            reserved.commit();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{PERIOD, refused};

    #[test]
    fn refusals_are_counted_over_whole_and_broken_periods() {
        let one = refused(0, PERIOD);
        assert_eq!((one.too_big, one.abandoned, one.reentered, one.total()), (5, 2, 4, 11));
        assert_eq!(refused(31, 3).total(), 3);
        assert_eq!(refused(0u64.wrapping_sub(1), 19).total(), 2, "numbers wrap in the middle");
        assert_eq!(refused(5, 3 * PERIOD + 13).total(), 34, "17 is the 13th from 5");
    }
}

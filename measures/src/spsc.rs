//! The least that carries records to another process: words, copied into shared memory and out of it.

use std::sync::atomic::{AtomicU64, Ordering};

/// Words of a slot: a record.
const SLOT: usize = 8;
/// Slots: 1 MiB, as a lane has.
const SLOTS: u32 = 1 << 14;
/// Index of the word that says how many slots were filled.
const FILLED: usize = 0;
/// Index of the word that says how many were emptied: two lines further.
const EMPTIED: usize = 32;
/// Index of the first slot's first word.
const FIRST: usize = 64;
/// Words of the whole.
pub const WORDS: usize = FIRST + SLOTS as usize * SLOT;
/// The first word of what is sent last.
const END: u64 = u64::MAX;

fn slot(words: &[AtomicU64], number: u64) -> &[AtomicU64] {
    let at = FIRST + usize::try_from(number % u64::from(SLOTS)).unwrap_or(0) * SLOT;
    &words[at..at + SLOT]
}

/// Fills slots.
pub struct Sender<'w> {
    words: &'w [AtomicU64],
    filled: u64,
    emptied: u64,
}

impl<'w> Sender<'w> {
    /// Begins anew, which nobody else may be doing.
    pub fn new(words: &'w [AtomicU64]) -> Self {
        words[FILLED].store(0, Ordering::Relaxed);
        words[EMPTIED].store(0, Ordering::Relaxed);
        Self { words, filled: 0, emptied: 0 }
    }

    /// Sends a record. Returns false, and has not sent it, if there is no room.
    #[inline]
    pub fn send(&mut self, record: [u64; SLOT]) -> bool {
        if self.filled - self.emptied == u64::from(SLOTS) {
            self.emptied = self.words[EMPTIED].load(Ordering::Acquire);
            if self.filled - self.emptied == u64::from(SLOTS) {
                return false;
            }
        }
        for (word, value) in slot(self.words, self.filled).iter().zip(record) {
            word.store(value, Ordering::Relaxed);
        }
        self.filled += 1;
        self.words[FILLED].store(self.filled, Ordering::Release);
        true
    }

    /// Says that this was all. Returns false if there is no room to say so.
    pub fn end(&mut self) -> bool {
        self.send([END; SLOT])
    }
}

/// Empties slots.
pub struct Receiver<'w> {
    words: &'w [AtomicU64],
    emptied: u64,
}

impl<'w> Receiver<'w> {
    /// Begins with the first slot.
    pub const fn new(words: &'w [AtomicU64]) -> Self {
        Self { words, emptied: 0 }
    }

    /// Looks once, copies every record that is there and hands it over. Returns how many these were, or
    /// nothing once the last one was taken.
    #[inline]
    pub fn take(&mut self, mut each: impl FnMut([u64; SLOT])) -> Option<u64> {
        let filled = self.words[FILLED].load(Ordering::Acquire);
        let count = filled - self.emptied;
        for number in self.emptied..filled {
            let mut record = [0; SLOT];
            for (value, word) in record.iter_mut().zip(slot(self.words, number)) {
                *value = word.load(Ordering::Relaxed);
            }
            if record[0] == END {
                return None;
            }
            each(record);
        }
        if count > 0 {
            self.emptied = filled;
            self.words[EMPTIED].store(filled, Ordering::Release);
        }
        Some(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_arrives_once_and_in_order_lap_after_lap() {
        let words: Vec<_> = (0..WORDS).map(|_| AtomicU64::new(0)).collect();
        let (mut sender, mut receiver) = (Sender::new(&words), Receiver::new(&words));
        let (mut sent, mut taken) = (0_u64, 0_u64);
        for _ in 0..3 {
            while sender.send(std::array::from_fn(|word| sent + word as u64)) {
                sent += 1;
            }
            assert_eq!(sent - taken, u64::from(SLOTS));
            let count = receiver.take(|record| {
                assert_eq!(record, std::array::from_fn::<u64, SLOT, _>(|word| taken + word as u64));
                taken += 1;
            });
            assert_eq!(count, Some(u64::from(SLOTS)));
        }
        assert_eq!(receiver.take(|_| ()), Some(0));
        assert!(sender.end());
        assert_eq!(receiver.take(|_| ()), None);
    }
}

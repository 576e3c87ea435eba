//! A place in a lane that is filled before it is committed.
//!
//! Spec: `spec/region.md`, REG-22.

use core::marker::PhantomData;
use core::mem;

use crate::TraceRecord;
use crate::clock::Clock;
use crate::words::Words;
use crate::writer::{Place, Writer};

/// A place for one record of type `R`, taken by [`Writer::reserve`].
///
/// Its payload is zero until it is filled. Readers see nothing of it before [`commit`]; dropping it
/// without a commit gives the attempt up, which is counted as abandoned.
///
/// [`commit`]: Reservation::commit
#[derive(Debug)]
#[must_use = "a reservation that is dropped is an abandoned attempt"]
pub struct Reservation<'w, 'm, C: Clock, R> {
    writer: &'w Writer<'m, C>,
    place: Place,
    record: PhantomData<R>,
}

impl<'w, 'm, C: Clock, R: TraceRecord> Reservation<'w, 'm, C, R> {
    pub(crate) const fn new(writer: &'w Writer<'m, C>, place: Place) -> Self {
        Self { writer, place, record: PhantomData }
    }

    /// Returns the sequence number that the attempt has taken.
    pub fn sequence(&self) -> u64 {
        self.writer.sequence_of(self.place)
    }

    /// Returns the ticks read when the attempt was made.
    pub const fn ticks(&self) -> u64 {
        self.place.ticks
    }

    /// Stores the record's values into the place. May be called again; the last values stay.
    pub fn fill(&mut self, record: &R) {
        let words = Words::<R>::of(record);
        for at in 0..Words::<R>::COUNT {
            self.writer.store_payload(self.place, at, words.word(at));
        }
    }

    /// Makes the record visible to readers.
    pub fn commit(self) {
        self.writer.commit(self.place, Words::<R>::SIZE);
        mem::forget(self);
    }
}

impl<C: Clock, R> Drop for Reservation<'_, '_, C, R> {
    fn drop(&mut self) {
        self.writer.abandon(self.place);
    }
}

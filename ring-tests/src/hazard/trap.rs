//! A reader's buffer that acts between the reader's own steps.
//!
//! A reader asks for its buffer to copy into it, and again to decode from it. What another process may do
//! between any two of its loads is done here at exactly those moments, every time.

use std::cell::Cell;

/// A buffer that calls somebody before each copy and before each look at the copy.
#[derive(Debug)]
pub struct Trap<C, L> {
    copy: Vec<u64>,
    copies: Cell<u64>,
    before_copy: C,
    before_look: L,
}

impl<C: FnMut(u64), L: Fn(u64)> Trap<C, L> {
    /// Makes a buffer of `words` words. Both are given the number of copies that were begun.
    pub const fn new(words: Vec<u64>, before_copy: C, before_look: L) -> Self {
        Self { copy: words, copies: Cell::new(0), before_copy, before_look }
    }
}

impl<C: FnMut(u64), L: Fn(u64)> AsRef<[u64]> for Trap<C, L> {
    fn as_ref(&self) -> &[u64] {
        (self.before_look)(self.copies.get());
        &self.copy
    }
}

impl<C: FnMut(u64), L: Fn(u64)> AsMut<[u64]> for Trap<C, L> {
    fn as_mut(&mut self) -> &mut [u64] {
        self.copies.set(self.copies.get() + 1);
        (self.before_copy)(self.copies.get());
        &mut self.copy
    }
}

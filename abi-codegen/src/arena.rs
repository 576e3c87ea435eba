//! Values that live as long as one another, so that they may borrow from each other.

use std::cell::{Cell, OnceCell};

/// A list that grows while its elements are borrowed.
///
/// The elements lie in blocks, each twice as long as the one before, so that no element ever moves and
/// dropping them does not recurse.
pub(crate) struct Arena<T> {
    blocks: [OnceCell<Box<[OnceCell<T>]>>; usize::BITS as usize],
    len: Cell<usize>,
}

impl<T> Arena<T> {
    pub(crate) fn new() -> Self {
        Self { blocks: [const { OnceCell::new() }; usize::BITS as usize], len: Cell::new(0) }
    }

    /// Adds a value, and returns where it lies.
    pub(crate) fn add(&self, value: T) -> &T {
        // Block k holds the elements from 2^k - 1 on, and is 2^k long.
        let at = self.len.get().saturating_add(1);
        self.len.set(at);
        let block = at.ilog2();
        let first = 1_usize << block;
        let cells = self
            .blocks
            .get(block as usize)
            .map(|cells| cells.get_or_init(|| std::iter::repeat_with(OnceCell::new).take(first).collect()));
        match cells.and_then(|cells| cells.get(at - first)) {
            Some(cell) => cell.get_or_init(|| value),
            None => unreachable!("each length has a place in the blocks"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arena;

    #[test]
    fn elements_stay_where_they_were_put() {
        let arena = Arena::new();
        let all: Vec<&String> = (0..1000).map(|number| arena.add(number.to_string())).collect();
        for (number, text) in all.into_iter().enumerate() {
            assert_eq!(*text, number.to_string());
        }
    }
}

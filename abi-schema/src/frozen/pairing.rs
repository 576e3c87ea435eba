//! Which field is which: what was released beside what is now.

use super::leaf::{Leaf, Leaves};
use super::line::{Line, Lines, MOST};
use super::words::is_word;
use crate::names::same_text;

/// Stands for no counterpart.
const ALONE: u16 = u16::MAX;

/// Frozen fields and today's, and which belong together. Reserved bytes belong to nobody.
pub(super) struct Pairing {
    pub(super) old: Lines,
    pub(super) new: Leaves,
    forward: [u16; MOST],
    backward: [u16; MOST],
}

/// By what fields are taken for the same. The surest comes first.
#[derive(Clone, Copy)]
enum Key {
    /// The path from the whole.
    Path,
    /// The name at a byte. Two fields of one composite have the same names inside, so when they are swapped
    /// it lies; the path does not.
    NameAtByte,
    /// The name alone.
    Name,
    /// The type at a byte, whatever the name.
    Place,
}

impl Key {
    const fn fits(self, line: &Line, leaf: &Leaf) -> bool {
        match self {
            Self::Path => line.path == leaf.path,
            Self::NameAtByte => line.offset == leaf.offset && same_text(line.name, leaf.field.name),
            Self::Name => same_text(line.name, leaf.field.name),
            Self::Place => line.offset == leaf.offset && is_word(&leaf.field.ty, line.ty),
        }
    }
}

impl Pairing {
    pub(super) const fn of(old: Lines, new: Leaves) -> Self {
        let mut pairing = Self { old, new, forward: [ALONE; MOST], backward: [ALONE; MOST] };
        pairing.pair_in_place();
        pairing.pair_by_path();
        pairing.pair_by(Key::NameAtByte);
        pairing.pair_by(Key::Name);
        pairing.pair_by(Key::Place);
        pairing
    }

    /// Pairs paths at their bytes: nearly all of them, in one pass.
    const fn pair_in_place(&mut self) {
        let (mut old, mut new) = (0, 0);
        while old < self.old.len && new < self.new.len {
            let (line, leaf) = (self.old.at(old), self.new.at(new));
            if line.offset < leaf.offset {
                old += 1;
                continue;
            }
            if line.offset == leaf.offset {
                if !line.reserved && !leaf.reserved() && Key::Path.fits(line, leaf) {
                    self.pair(old, new);
                }
                old += 1;
            }
            new += 1;
        }
    }

    #[allow(clippy::cast_possible_truncation, reason = "indices are below MOST")]
    const fn pair(&mut self, old: usize, new: usize) {
        self.forward[old] = new as u16;
        self.backward[new] = old as u16;
    }

    /// Pairs paths, of which there are no two alike: each is looked for behind the one before it first.
    const fn pair_by_path(&mut self) {
        let (mut old, mut behind) = (0, 0);
        while old < self.old.len {
            if self.is_only_old(old) {
                let mut left = self.new.len;
                let mut new = behind;
                while left > 0 {
                    new = if new < self.new.len { new } else { 0 };
                    if self.is_only_new(new) && Key::Path.fits(self.old.at(old), self.new.at(new)) {
                        self.pair(old, new);
                        behind = new + 1;
                        left = 1;
                    }
                    new += 1;
                    left -= 1;
                }
            }
            old += 1;
        }
    }

    /// Pairs fields that are both still alone, and that are the only ones of their key.
    const fn pair_by(&mut self, key: Key) {
        let mut old = 0;
        while old < self.old.len {
            if self.is_only_old(old)
                && let Some(new) = self.only_new_of(key, old)
                && self.is_only_old_of(key, new)
            {
                self.pair(old, new);
            }
            old += 1;
        }
    }

    const fn only_new_of(&self, key: Key, old: usize) -> Option<usize> {
        let (mut found, mut new) = (None, 0);
        while new < self.new.len {
            if self.is_only_new(new) && key.fits(self.old.at(old), self.new.at(new)) {
                if found.is_some() {
                    return None;
                }
                found = Some(new);
            }
            new += 1;
        }
        found
    }

    const fn is_only_old_of(&self, key: Key, new: usize) -> bool {
        let (mut count, mut old) = (0, 0);
        while old < self.old.len {
            if self.is_only_old(old) && key.fits(self.old.at(old), self.new.at(new)) {
                count += 1;
            }
            old += 1;
        }
        count == 1
    }

    /// Returns whether an old field means something and has no counterpart.
    pub(super) const fn is_only_old(&self, old: usize) -> bool {
        self.forward[old] == ALONE && !self.old.at(old).reserved
    }

    /// Returns whether a new field means something and has no counterpart.
    pub(super) const fn is_only_new(&self, new: usize) -> bool {
        self.backward[new] == ALONE && !self.new.at(new).reserved()
    }

    /// Returns what became of an old field.
    pub(super) const fn now(&self, old: usize) -> Option<&Leaf> {
        if self.forward[old] == ALONE { None } else { Some(self.new.at(self.forward[old] as usize)) }
    }

    /// Returns what a new field was.
    pub(super) const fn before(&self, new: usize) -> Option<&Line> {
        if self.backward[new] == ALONE { None } else { Some(self.old.at(self.backward[new] as usize)) }
    }
}

/// Returns whether a field that was and one that is share a byte.
pub(super) const fn overlap(line: &Line, leaf: &Leaf) -> bool {
    line.offset < leaf.end() && leaf.offset < line.end()
}

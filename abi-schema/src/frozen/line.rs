//! A frozen field, as the expansion of `catalog!` states it: a line of words.

use super::cursor::Cursor;
use super::finder::Break;
use super::said::What;

/// The most fields of a whole that are compared one by one.
pub(super) const MOST: usize = 512;

/// One field that is no composite, at its absolute bytes. What is not stated is empty.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) offset: u32,
    pub(super) size: u32,
    pub(super) name: &'static str,
    /// The record or the composite that declares it.
    pub(super) owner: &'static str,
    /// Digest of its path from the whole: see `path_digest`.
    pub(super) path: u64,
    /// Whether a composite declares it.
    pub(super) inside: bool,
    /// The field of the whole in which it lies then: name, first byte, bytes.
    pub(super) top: (&'static str, u32, u32),
    pub(super) ty: &'static str,
    pub(super) digest: u64,
    pub(super) since: u16,
    pub(super) bytes_since: u16,
    /// 0 when it is not.
    pub(super) deprecated: u16,
    pub(super) reserved: bool,
    /// Whether it, or a field that holds it, is private.
    pub(super) private: bool,
    pub(super) unit: &'static str,
    pub(super) scale: &'static str,
    pub(super) clock: &'static str,
    pub(super) kind: &'static str,
    pub(super) absent: &'static str,
}

impl Line {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the macro wrote what fits")]
    const fn read(cursor: &mut Cursor) -> Self {
        Self {
            offset: cursor.number() as u32,
            size: cursor.number() as u32,
            name: cursor.word(),
            owner: cursor.word(),
            path: cursor.number() as u64,
            inside: cursor.number() != 0,
            top: (cursor.word(), cursor.number() as u32, cursor.number() as u32),
            ty: cursor.word(),
            digest: cursor.number() as u64,
            since: cursor.number() as u16,
            bytes_since: cursor.number() as u16,
            deprecated: cursor.number() as u16,
            reserved: cursor.number() != 0,
            private: cursor.number() != 0,
            unit: cursor.word(),
            scale: cursor.word(),
            clock: cursor.word(),
            kind: cursor.word(),
            absent: cursor.word(),
        }
    }

    pub(super) const fn end(&self) -> u32 {
        self.offset + self.size
    }

    /// Says that the field breaks a rule.
    pub(super) const fn breaks(&self, rule: &'static str, what: What) -> Break {
        Break { rule, owner: self.owner, joint: ".", name: self.name, what }
    }
}

/// The frozen fields of a whole, in the order of their bytes.
pub(super) struct Lines {
    all: [Option<Line>; MOST],
    pub(super) len: usize,
}

impl Lines {
    /// Reads `count` lines; none when there are too many to compare.
    pub(super) const fn read(cursor: &mut Cursor, count: usize) -> Option<Self> {
        if count > MOST {
            return None;
        }
        let mut lines = Self { all: [None; MOST], len: 0 };
        while lines.len < count {
            lines.all[lines.len] = Some(Line::read(cursor));
            lines.len += 1;
        }
        Some(lines)
    }

    /// Returns the line at an index below `len`.
    pub(super) const fn at(&self, index: usize) -> &Line {
        match &self.all[index] {
            Some(line) => line,
            None => unreachable!(),
        }
    }
}

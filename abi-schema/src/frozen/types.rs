//! The types that frozen fields name: codes, flags, and the composites of arrays.
//!
//! They stand in blocks. A code's or flags' is `WORD INTEGER COUNT`, then `COUNT` lines `NUMBER NAME LIVE`,
//! where `LIVE` is 1, or 0 of what is retired. A composite's is `WORD SIZE COUNT`, then its fields as those of
//! a record.

use super::cursor::{Cursor, number};
use super::words::Form;
use crate::Scalar;
use crate::names::same_text;

/// The block of a type.
#[derive(Clone, Copy)]
pub(super) struct Block {
    /// The integer of a code or of flags, the size of a composite.
    pub(super) head: &'static str,
    /// Its lines.
    pub(super) count: usize,
    /// Where they begin.
    pub(super) lines: Cursor,
}

impl Block {
    /// Finds the block of the type that a lock states by `word`.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the macro wrote what fits")]
    pub(super) const fn find(types: &'static str, word: &str) -> Option<Self> {
        let mut cursor = Cursor::new(types);
        while !cursor.is_at_end() {
            let (ty, head, mut count) = (cursor.word(), cursor.word(), cursor.number() as usize);
            if same_text(ty, word) {
                return Some(Self { head, count, lines: cursor });
            }
            while count > 0 {
                cursor.skip_line();
                count -= 1;
            }
        }
        None
    }
}

/// Returns the number that lies on the wire, if it is one.
pub(super) const fn scalar_of(types: &'static str, word: &'static str) -> Option<Scalar> {
    let name = match Form::of(word) {
        Form::Scalar => word,
        Form::Code(_) | Form::Flags(_) => match Block::find(types, word) {
            Some(block) => block.head,
            None => return None,
        },
        Form::Array(..) | Form::Name(_) | Form::Struct(_) => return None,
    };
    let mut at = 0;
    while at < Scalar::ALL.len() {
        if same_text(Scalar::ALL[at].name(), name) {
            return Some(Scalar::ALL[at]);
        }
        at += 1;
    }
    None
}

/// Returns the bytes that a frozen type takes.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the macro wrote what fits")]
pub(super) const fn size_of(types: &'static str, word: &'static str) -> u32 {
    match Form::of(word) {
        Form::Array(element, len) => size_of(types, element) * len,
        Form::Name(len) => len,
        Form::Struct(_) => match Block::find(types, word) {
            Some(block) => number(block.head) as u32,
            None => 0,
        },
        Form::Scalar | Form::Code(_) | Form::Flags(_) => match scalar_of(types, word) {
            Some(scalar) => scalar.size(),
            None => 0,
        },
    }
}

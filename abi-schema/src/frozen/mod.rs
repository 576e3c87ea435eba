//! A layout that was released, held against what is now: in the compiler, at the record.
//!
//! The law itself judges in full (`abi-codegen`); this names the first thing that breaks, by the rule that the
//! law names. It runs only for records whose digest is not that of their lock, and is brief about those that
//! only grew.
//!
//! Spec: `spec/lock.md`, LOCK-11.

#![allow(clippy::large_stack_arrays, reason = "evaluated by the compiler, which has no stack to spare")]

mod bits;
mod cursor;
mod finder;
mod fresh;
mod leaf;
mod line;
mod meaning;
mod pairing;
mod said;
mod shift;
mod ty;
mod types;
mod values;
mod whole;
mod words;

use crate::digest::fields_digest;
use crate::names::same_text;
use crate::pattern::pattern_fits;
use crate::{Message, RecordSchema, StructSchema};
use cursor::Cursor;
use finder::{Break, Finder};
use leaf::Leaves;
use line::Lines;
use said::{Number, What};
use types::Block;
use values::Names;
use whole::{Kind, Whole};

/// What was released of a record or of a listed composite, as `catalog!` found it in the lock.
#[derive(Clone, Copy, Debug)]
pub struct Frozen {
    /// Its name.
    pub name: &'static str,
    /// The release in which it was stated last.
    pub release: u32,
    /// The record's id; 0 of a composite.
    pub id: u16,
    /// The newest released version; 1 of a composite.
    pub version: u16,
    /// How many fields it had, composites not taken apart.
    pub count: usize,
    /// The digest of those.
    pub digest: u64,
    /// Whether the catalog declares a minor number of the composites that it lists.
    pub minor_number: bool,
    /// Its fields, taken apart: how many there are, and a line each.
    pub fields: &'static str,
    /// The types that they name, a block each.
    pub types: &'static str,
    /// Breaks that were acknowledged: rule, and subject or pattern of subjects.
    pub acknowledged: &'static [(&'static str, &'static str)],
}

/// Returns the message for the first thing that breaks what was released of a record, if anything does.
pub const fn record_break(now: &'static RecordSchema, frozen: &Frozen) -> Option<Message> {
    let mut finder = Finder::new(frozen);
    if now.id != frozen.id {
        finder.say(Break::of_whole("TA4002", now.name, What::Id(now.id, frozen.id)));
    }
    if now.version < frozen.version {
        let (version, before) = (now.version as i128, frozen.version as i128);
        let what = What::Numbers("is version", Number::Decimal(version), Number::Decimal(before));
        finder.say(Break::of_whole("TA4010", now.name, what));
    }
    if finder.found.is_none() {
        Whole::of_record(now, frozen).compare(&mut finder);
    }
    finder.message(now.name)
}

/// Returns the same for a composite that the catalog lists itself.
pub const fn struct_break(now: &'static StructSchema, frozen: &Frozen) -> Option<Message> {
    let mut finder = Finder::new(frozen);
    Whole::of_struct(Kind::Listed, now, frozen.block()).compare(&mut finder);
    finder.message(now.name)
}

/// Returns whether a record has every field that was released of another with its id: its path at its byte,
/// of its type by name. Then it is that record under another name, or seems to be.
pub const fn is_renamed(now: &'static RecordSchema, frozen: &Frozen) -> bool {
    let block = frozen.block();
    let mut cursor = block.lines;
    let (Some(old), Some(new)) = (Lines::read(&mut cursor, block.count), Leaves::of(frozen.name, now.fields))
    else {
        return false;
    };
    let mut at = 0;
    while at < old.len {
        if !old.at(at).reserved && !new.has(old.at(at)) {
            return false;
        }
        at += 1;
    }
    now.id == frozen.id
}

/// Returns the message for the first name of a code or of flags that is not what was released, if there is
/// one. `word` is the type in the words of a lock. The type is looked for in everything that the catalog
/// holds, so that it is told once, however many records hold it.
pub const fn names_break(
    word: &'static str,
    records: &[&'static RecordSchema],
    structs: &[&'static StructSchema],
    frozen: &Frozen,
) -> Option<Message> {
    let mut finder = Finder::new(frozen);
    if let Some(names) = Names::find(word, records, structs) {
        values::compare(&mut finder, word, names);
    }
    finder.message("")
}

/// Returns whether something that is listed has the name that was released.
pub const fn is_named(name: &str, frozen: &Frozen) -> bool {
    same_text(name, frozen.name)
}

/// Returns whether a record has every field that was released, as it was, and new ones behind them in bytes
/// of newer versions.
pub const fn only_grew(now: &RecordSchema, frozen: &Frozen) -> bool {
    let Some((kept, added)) = now.fields.split_at_checked(frozen.count) else { return false };
    if now.id != frozen.id || now.version < frozen.version || !is_named(now.name, frozen) {
        return false;
    }
    let mut at = 0;
    while at < added.len() {
        if added[at].bytes_since <= frozen.version {
            return false;
        }
        at += 1;
    }
    fields_digest(kept) == frozen.digest
}

impl Frozen {
    /// Returns whether a break of `rule` by `subject` was acknowledged.
    pub const fn is_acknowledged(&self, rule: &str, subject: &str) -> bool {
        let mut at = 0;
        while at < self.acknowledged.len() {
            let (of_rule, of_subject) = self.acknowledged[at];
            if same_text(of_rule, rule) && pattern_fits(of_subject, &[subject]) {
                return true;
            }
            at += 1;
        }
        false
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the macro wrote what fits")]
    const fn block(&self) -> Block {
        let mut lines = Cursor::new(self.fields);
        let count = lines.number() as usize;
        Block { head: "", count, lines }
    }
}

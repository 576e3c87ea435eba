//! One whole, compared byte by byte: a record, or a composite.

use super::Frozen;
use super::finder::{Break, Finder};
use super::leaf::{Leaf, Leaves};
use super::line::{Line, Lines};
use super::pairing::Pairing;
use super::said::What;
use super::types::Block;
use super::{bits, fresh, meaning, shift, ty};
use crate::names::same_text;
use crate::{FieldSchema, RECORD_ALIGN, RecordSchema, StructSchema};

/// What kind of whole the fields make.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A record: it has versions.
    Record,
    /// A composite that the catalog lists itself.
    Listed,
    /// The element of an array.
    Element,
}

/// A whole as it was released, and its fields as they are now.
#[derive(Clone, Copy)]
pub(super) struct Whole {
    pub(super) kind: Kind,
    pub(super) name: &'static str,
    /// The newest version that was released; 1 of a composite.
    pub(super) version: u16,
    /// Bytes now, all versions.
    pub(super) size: u32,
    fields: &'static [FieldSchema],
    /// What was released.
    frozen: Block,
}

impl Whole {
    /// A record goes by the name that it was released with.
    pub(super) const fn of_record(record: &'static RecordSchema, frozen: &Frozen) -> Self {
        let RecordSchema { size, fields, .. } = *record;
        let Frozen { name, version, .. } = *frozen;
        Self { kind: Kind::Record, name, version, size, fields, frozen: frozen.block() }
    }

    pub(super) const fn of_struct(kind: Kind, composite: &'static StructSchema, frozen: Block) -> Self {
        let StructSchema { name, size, fields, .. } = *composite;
        Self { kind, name, version: 1, size, fields, frozen }
    }

    pub(super) const fn is_record(&self) -> bool {
        matches!(self.kind, Kind::Record)
    }

    /// Says what broke.
    pub(super) const fn compare(self, finder: &mut Finder<'_>) {
        let mut cursor = self.frozen.lines;
        let (Some(old), Some(new)) =
            (Lines::read(&mut cursor, self.frozen.count), Leaves::of(self.name, self.fields))
        else {
            let what = What::Words("changed, and has too many fields to be compared here");
            finder.say(Break::of_whole("TA8006", self.name, what));
            return;
        };
        let pairing = Pairing::of(old, new);
        let (said, to_new) = (finder.said, finder.said_to_new_readers);
        let mut at = 0;
        while at < pairing.old.len {
            if let Some(leaf) = pairing.now(at) {
                kept(finder, &self, &pairing, pairing.old.at(at), leaf);
            }
            at += 1;
        }
        fresh::gone(finder, &pairing);
        let inserted = shift::compare(finder, self.name, &pairing);
        fresh::appeared(finder, &self, &pairing, &inserted);
        bits::compare(finder, &self, &pairing, &inserted);
        at = 0;
        while at < pairing.old.len && self.is_record() {
            if let Some(leaf) = pairing.now(at) {
                self.versions(finder, pairing.old.at(at), leaf);
            }
            at += 1;
        }
        if finder.said_to_new_readers == to_new {
            self.sizes(finder, &pairing.old, finder.said != said);
        }
    }

    /// Holds the versions of a field that is still there against those that it had.
    const fn versions(&self, finder: &mut Finder<'_>, line: &Line, leaf: &Leaf) {
        let (now, before) = ([leaf.top.since, leaf.top.bytes_since], [line.since, line.bytes_since]);
        if now[0] != before[0] || now[1] != before[1] {
            finder.say(line.breaks("TA2011", What::Since(now, before)));
        }
        let deprecated = leaf.top.deprecated;
        if line.deprecated != deprecated && deprecated != 0 && deprecated <= self.version {
            let what = What::Words("is deprecated since a version that was released, in which it was not");
            finder.say(Break { owner: self.name, joint: "", name: "", ..line.breaks("TA4009", what) });
        }
    }

    /// Requires that every released version keeps its size: a reader holds the payload against it (VER-6).
    /// Why it shrank may have been told already; that a new reader refuses old records has not.
    const fn sizes(&self, finder: &mut Finder<'_>, old: &Lines, only_grown: bool) {
        let mut version = 1;
        while version <= self.version && !matches!(self.kind, Kind::Element) {
            let (before, now) = (self.size_before(old, version), self.size_now(version));
            if before < now || before != now && !only_grown {
                finder.say(Break::of_whole("TA1008", self.name, What::Size(version, now, before)));
            }
            version += 1;
        }
    }

    /// Returns whether the name of a field that was released is gone, and another one is new.
    const fn replaced(&self, pairing: &Pairing, before: &str, now: &str) -> bool {
        let mut at = 0;
        while at < self.fields.len() {
            if same_text(self.fields[at].name, before) {
                return false;
            }
            at += 1;
        }
        at = 0;
        while at < pairing.old.len {
            let line = pairing.old.at(at);
            if same_text(if line.inside { line.top.0 } else { line.name }, now) {
                return false;
            }
            at += 1;
        }
        true
    }

    const fn size_before(&self, old: &Lines, version: u16) -> u32 {
        let (mut end, mut at) = (0, 0);
        while at < old.len {
            let line = old.at(at);
            if (line.bytes_since <= version || !self.is_record()) && line.end() > end {
                end = line.end();
            }
            at += 1;
        }
        if self.is_record() { end.next_multiple_of(RECORD_ALIGN) } else { end }
    }

    const fn size_now(&self, version: u16) -> u32 {
        if !self.is_record() {
            return self.size;
        }
        let (mut end, mut at) = (0, 0);
        while at < self.fields.len() {
            let field = &self.fields[at];
            if field.bytes_since <= version && field.end() > end {
                end = field.end();
            }
            at += 1;
        }
        end.next_multiple_of(RECORD_ALIGN)
    }
}

/// What a new name at released bytes may mean.
const RENAMED: &str = " now, or its bytes were given to another field";

/// Holds a field that is still there against what it was.
const fn kept(finder: &mut Finder<'_>, whole: &Whole, pairing: &Pairing, line: &Line, leaf: &Leaf) {
    let (name, offset, size) = line.top;
    let same_bytes = offset == leaf.top.offset && size == leaf.top.size;
    if !same_text(line.name, leaf.field.name) {
        finder.say(line.breaks("TA7002", What::Of("is called ", leaf.field.name, RENAMED)));
    } else if line.inside
        && leaf.inside
        && !same_text(name, leaf.top.name)
        && (same_bytes || whole.replaced(pairing, name, leaf.top.name))
    {
        // What holds it has another name: whoever spells the path breaks.
        let what = What::Of("is called ", leaf.top.name, RENAMED);
        finder.say(Break { rule: "TA7002", owner: whole.name, joint: ".", name, what });
    }
    if line.inside && leaf.inside && line.path == leaf.path && !same_text(line.owner, leaf.owner) {
        finder.say(Break::of_whole("TA7001", line.owner, What::Of("is called ", leaf.owner, " now")));
    }
    ty::compare(finder, line, &leaf.field.ty);
    meaning::compare(finder, line, leaf);
}

//! A layout that was released, held against what is now: in the compiler, at the record.
//!
//! The law itself judges in full (`abi-codegen`); this names the first thing that breaks, with the rule that
//! the law would name. It runs only for records whose digest is not that of their lock, so it may be slow.
//!
//! Spec: `spec/lock.md`, LOCK-11.

#![allow(clippy::large_stack_arrays, reason = "evaluated by the compiler, which has no stack to spare")]

mod cursor;
mod leaf;
mod line;
mod meaning;
mod ty;
mod values;
mod words;

use crate::names::same_text;
use crate::{FieldSchema, Message, RecordSchema, StructSchema};
use cursor::Cursor;
use leaf::Leaf;
use line::Line;

/// What was released of a record or of a listed composite, as `catalog!` found it in the lock.
#[derive(Clone, Copy, Debug)]
pub struct Frozen {
    /// The release in which it was stated last.
    pub release: u32,
    /// The record's id; 0 of a composite.
    pub id: u16,
    /// The newest released version; 0 of a composite.
    pub version: u16,
    /// Bytes of the newest released version; 0 of a composite.
    pub size: u32,
    /// Its fields, a line each: see `Line`.
    pub fields: &'static str,
    /// The codes and flags that it uses: see `values`.
    pub types: &'static str,
    /// Breaks that were acknowledged: rule and subject.
    pub acknowledged: &'static [(&'static str, &'static str)],
}

/// Something that broke: the rule, its subject as findings name it, and what it was and is.
struct Break {
    rule: &'static str,
    subject: Message,
    what: Message,
}

impl Break {
    /// Says that a whole breaks a rule, or a field of it that no lock names.
    const fn of(rule: &'static str, owner: &str, field: &str, what: Message) -> Self {
        let mut subject = Message::new();
        subject.text(owner);
        if !field.is_empty() {
            subject.text(".").text(field);
        }
        Self { rule, subject, what }
    }
}

/// Returns the message for the first thing that breaks what was released of a record; empty if nothing does.
pub const fn record_break(now: &'static RecordSchema, frozen: &Frozen) -> Message {
    let mut message = Message::new();
    if now.id != frozen.id {
        let mut what = Message::new();
        what.text("has id ").id(now.id).text(" now, and was released with ").id(frozen.id);
        tell(&mut message, frozen, &Break::of("TA4002", now.name, "", what));
        return message;
    }
    if now.version < frozen.version {
        let mut what = Message::new();
        what.text("is version ").number(now.version as u64).text(" now, and was version ");
        what.number(frozen.version as u64);
        tell(&mut message, frozen, &Break::of("TA4010", now.name, "", what));
        return message;
    }
    fields(now.name, now.fields, frozen, true, &mut message);
    let size = now.size_of_version(frozen.version);
    if message.as_str().is_empty() && size != frozen.size {
        let mut what = Message::new();
        what.text("takes ").number(size as u64).text(" bytes in version ").number(frozen.version as u64);
        what.text(" now, and took ").number(frozen.size as u64);
        tell(&mut message, frozen, &Break::of("TA4009", now.name, "", what));
    }
    message
}

/// Returns the same for a composite that the catalog lists itself.
pub const fn struct_break(now: &'static StructSchema, frozen: &Frozen) -> Message {
    let mut message = Message::new();
    fields(now.name, now.fields, frozen, false, &mut message);
    message
}

/// Returns whether a composite that was released is not listed any more.
pub const fn is_struct_gone(name: &str, structs: &[&StructSchema]) -> bool {
    let mut at = 0;
    while at < structs.len() {
        // A composite that did not compile has no name: that has been said already.
        if same_text(structs[at].name, name) || structs[at].name.is_empty() {
            return false;
        }
        at += 1;
    }
    true
}

/// Returns whether a record that was released is there no more: neither listed nor retired.
pub const fn is_gone(id: u16, records: &[&RecordSchema], retired: &[crate::Retired]) -> bool {
    let mut at = 0;
    while at < records.len() {
        // A record that did not compile has no id: that has been said already.
        if records[at].id == id || records[at].version == 0 {
            return false;
        }
        at += 1;
    }
    at = 0;
    while at < retired.len() {
        if retired[at].id == id {
            return false;
        }
        at += 1;
    }
    true
}

/// Writes the message, unless the break was acknowledged; returns whether it stands.
const fn tell(message: &mut Message, frozen: &Frozen, found: &Break) -> bool {
    let subject = found.subject.as_str();
    let mut at = 0;
    while at < frozen.acknowledged.len() {
        let (rule, of) = frozen.acknowledged[at];
        if same_text(of, subject) && (same_text(rule, found.rule) || is_finer(rule, found.rule)) {
            return false;
        }
        at += 1;
    }
    message.text(found.rule).text(": `").text(subject).text("` ").text(found.what.as_str());
    message.text(" (release ").number(frozen.release as u64).text("): ").text(advice(found.rule));
    message.text("; `TESTIMONY_LOCK=report cargo xtask abi check` shows all of it");
    true
}

/// Returns whether the law tells more exactly what is told here: a field that is gone may have been split,
/// merged, or moved to another record.
const fn is_finer(rule: &str, than: &str) -> bool {
    same_text(than, "TA1003") && (same_text(rule, "TA1029") || same_text(rule, "TA1030"))
}

/// What to do instead, by family.
const fn advice(rule: &str) -> &'static str {
    match rule.as_bytes() {
        b"TA1003" => "give the field back and mark it `deprecated`",
        b"TA4009" => "raise `version`, and let new fields say `since` that version",
        b"TA1011" => "claim reserved bytes in a new version: `since = N, claims = M`",
        b"TA3001" | b"TA3002" | b"TA3003" | b"TA3009" | b"TA3010" => {
            "keep released numbers, and `retired(Name = number)` those that go"
        }
        b"TA4002" | b"TA4010" => "put it back",
        b"TA7002" | b"TA7003" => "put the name back, or acknowledge the break beside the lock",
        [b'T', b'A', b'6' | b'2', ..] => "put it back, or append a field that means the new thing",
        _ => "put it back, and append what is new with `since`",
    }
}

/// Holds every field that was released against what is now, and what is new against what was released.
const fn fields(
    owner: &str,
    now: &'static [FieldSchema],
    frozen: &Frozen,
    is_record: bool,
    message: &mut Message,
) {
    let mut cursor = Cursor::new(frozen.fields);
    while !cursor.is_at_end() {
        let line = Line::read(&mut cursor);
        let found = if line.reserved {
            [reserved(owner, now, &line, frozen, is_record), None, None]
        } else {
            kept(owner, now, &line, frozen, is_record)
        };
        let mut at = 0;
        while at < found.len() {
            if let Some(found) = &found[at]
                && tell(message, frozen, found)
            {
                return;
            }
            at += 1;
        }
    }
    if is_record {
        fresh(owner, now, frozen, message);
    }
}

/// Holds a field that was released against what is now.
const fn kept(
    owner: &str,
    now: &'static [FieldSchema],
    line: &Line<'_>,
    frozen: &Frozen,
    is_record: bool,
) -> [Option<Break>; 3] {
    let Some(found) = leaf::find(now, line.name, Some(line.offset)) else {
        return match leaf::find(now, line.name, None) {
            Some(moved) => [Some(pushed(owner, now, line, &moved, frozen)), None, None],
            None => [Some(gone(now, line, frozen)), None, None],
        };
    };
    let mut since = None;
    if is_record && (found.top.since != line.since || found.top.bytes_since != line.bytes_since) {
        let mut what = Message::new();
        what.text("is there since version ").number(found.top.since as u64).text(" now, and was since ");
        what.number(line.since as u64);
        since = Some(line.broken("TA2011", what));
    }
    let late = found.top.deprecated != 0 && found.top.deprecated <= frozen.version;
    if is_record && since.is_none() && late && found.top.deprecated != line.deprecated {
        let mut what = Message::new();
        what.text("says that `").text(line.name).text("` is deprecated since version ");
        what.number(found.top.deprecated as u64).text(", and that version was released otherwise");
        since = Some(Break::of("TA4009", owner, "", what));
    }
    let ty = ty::type_break(&found.field.ty, line, frozen);
    [since, ty, meaning::meaning_break(&found, line)]
}

/// Says why a field lies elsewhere: something was put in before it, or it just moved.
const fn pushed(
    owner: &str,
    now: &'static [FieldSchema],
    line: &Line<'_>,
    moved: &Leaf,
    frozen: &Frozen,
) -> Break {
    let (all, mut at) = (leaf::count(now), 0);
    while at < all {
        let before = leaf::leaf(now, at);
        let between = before.end() <= moved.offset && before.end() > line.offset;
        if between && !before.reserved() && !was_released(before.field.name, frozen) {
            let mut what = Message::new();
            what.text("was put in before `").text(line.name).text("`, which moved from byte ");
            what.number(line.offset as u64).text(" to byte ").number(moved.offset as u64);
            return Break::of("TA1004", owner, before.field.name, what);
        }
        at += 1;
    }
    if let Some(found) = reserved_pushed(now, line, moved, frozen) {
        return found;
    }
    at = 0;
    while at < all {
        let here = leaf::leaf(now, at);
        at += 1;
        let same_size = here.field.size == line.size && moved.field.size == line.size;
        if here.offset == line.offset
            && same_size
            && !here.reserved()
            && lay_at(here.field.name, moved.offset, line.size, frozen)
        {
            let mut what = Message::new();
            what.text("and `").text(here.field.name).text("` have taken each other's bytes");
            return line.broken("TA1006", what);
        }
    }
    let mut what = Message::new();
    what.text("lies at byte ").number(moved.offset as u64).text(" now, and lay at byte ");
    what.number(line.offset as u64);
    line.broken("TA1001", what)
}

/// Says that reserved bytes pushed a field, when as much data stands before it as ever did.
const fn reserved_pushed(
    now: &'static [FieldSchema],
    line: &Line<'_>,
    moved: &Leaf,
    frozen: &Frozen,
) -> Option<Break> {
    let (mut data, mut at) = (0, 0);
    while at < leaf::count(now) {
        let leaf = leaf::leaf(now, at);
        if leaf.offset < moved.offset && !leaf.reserved() {
            data += leaf.field.size;
        }
        at += 1;
    }
    let mut before = None;
    let mut released = 0;
    let mut cursor = Cursor::new(frozen.fields);
    while !cursor.is_at_end() {
        let other = Line::read(&mut cursor);
        if other.offset < line.offset {
            if other.reserved {
                before = Some(other);
            } else {
                released += other.size;
            }
        }
    }
    if data != released {
        return None;
    }
    let mut what = Message::new();
    if let Some(before) = before {
        what.text("changed, and `").text(line.name).text("` moved");
        from_to(&mut what, line.offset, moved.offset);
        return Some(before.broken("TA1012", what));
    }
    what.text("moved");
    from_to(&mut what, line.offset, moved.offset);
    what.text(", for reserved bytes were put in before it");
    Some(line.broken("TA1012", what))
}

const fn from_to(out: &mut Message, from: u32, to: u32) {
    out.text(" from byte ").number(from as u64).text(" to byte ").number(to as u64);
}

/// Returns whether a field of that name was released at those bytes.
const fn lay_at(name: &str, offset: u32, size: u32, frozen: &Frozen) -> bool {
    let mut cursor = Cursor::new(frozen.fields);
    while !cursor.is_at_end() {
        let line = Line::read(&mut cursor);
        if !line.reserved && line.offset == offset && line.size == size && same_text(line.name, name) {
            return true;
        }
    }
    false
}

const fn was_released(name: &str, frozen: &Frozen) -> bool {
    let mut cursor = Cursor::new(frozen.fields);
    while !cursor.is_at_end() {
        let line = Line::read(&mut cursor);
        if !line.reserved && same_text(line.name, name) {
            return true;
        }
    }
    false
}

/// Says what became of a field that has no namesake: it has another name, or it is gone.
const fn gone(now: &'static [FieldSchema], line: &Line<'_>, frozen: &Frozen) -> Break {
    let (all, mut at) = (leaf::count(now), 0);
    let mut what = Message::new();
    while at < all {
        let other = leaf::leaf(now, at);
        let same =
            other.offset == line.offset && !other.reserved() && !was_released(other.field.name, frozen);
        if same && crate::digest::type_digest(&other.field.ty) == line.ty_digest {
            what.text("is called `").text(other.field.name).text("` now");
            return line.broken("TA7002", what);
        }
        at += 1;
    }
    what.text("is gone: old readers take its ").number(line.size as u64).text(" bytes at byte ");
    what.number(line.offset as u64).text(" for it still");
    line.broken("TA1003", what)
}

/// Holds bytes that were reserved against what is now: reserved still, or claimed in a new version.
const fn reserved(
    owner: &str,
    now: &'static [FieldSchema],
    line: &Line<'_>,
    frozen: &Frozen,
    is_record: bool,
) -> Option<Break> {
    let (all, mut at, mut covered) = (leaf::count(now), 0, 0);
    while at < all {
        let over = leaf::leaf(now, at);
        at += 1;
        if over.end() <= line.offset || over.offset >= line.end() {
            continue;
        }
        covered += over.field.size;
        let kept = over.top.bytes_since == line.bytes_since;
        if over.reserved() && (kept || !is_record) {
            continue;
        }
        let claimed = over.top.since > frozen.version && kept && over.end() <= line.end();
        if claimed || !is_record && !was_released(over.field.name, frozen) {
            continue;
        }
        let mut what = Message::new();
        what.text("lies at byte ").number(over.offset as u64).text(", in bytes that were reserved as `");
        what.text(line.name).text("`, without claiming them in a new version");
        let same = over.reserved() || was_released(over.field.name, frozen);
        let rule = if same { "TA1012" } else { "TA1011" };
        return Some(Break::of(rule, owner, over.field.name, what));
    }
    if covered < line.size {
        let mut what = Message::new();
        what.text("had ")
            .number(line.size as u64)
            .text(" reserved bytes at byte ")
            .number(line.offset as u64);
        what.text(", and not all of them are there");
        return Some(line.broken("TA1012", what));
    }
    None
}

/// Requires of what is new that it is there since a version that is new.
const fn fresh(owner: &str, now: &'static [FieldSchema], frozen: &Frozen, message: &mut Message) {
    let (all, mut at) = (leaf::count(now), 0);
    while at < all {
        let leaf = leaf::leaf(now, at);
        at += 1;
        if leaf.reserved() || leaf.top.since > frozen.version || was_released(leaf.field.name, frozen) {
            continue;
        }
        let mut what = Message::new();
        what.text("has a field `").text(leaf.field.name).text("` that is there since version ");
        what.number(leaf.top.since as u64).text(", and that version was released without it");
        if tell(message, frozen, &Break::of("TA4009", owner, "", what)) {
            return;
        }
    }
}

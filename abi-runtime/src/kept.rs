//! What the lock holds, as assertions that the expansion of `catalog!` spans on the entry that breaks it.
//!
//! Spec: `spec/lock.md`, LOCK-11.

#![allow(clippy::indexing_slicing, reason = "runs in the compiler only, where a slip stops the build")]

use abi_schema::digest::{record_digest, struct_digest};
use abi_schema::frozen::{Frozen, is_named, is_renamed, names_break, only_grew, record_break, struct_break};
use abi_schema::{Message, RecordSchema, Retired, StructSchema};

use crate::{TraceRecord, WireStruct};

/// Requires that a record is what was released of it, or grew as the law lets it. `digest` is the released
/// layout's: most records did not change, and are done with it.
///
/// # Panics
///
/// In the compiler, when it is not: the build stops with the message.
#[track_caller]
pub const fn keeps_record<R: TraceRecord>(digest: u64, frozen: &Frozen) {
    // A record of version 0 did not compile: that has been said already.
    if record_digest(R::SCHEMA) == digest || R::SCHEMA.version == 0 || only_grew(R::SCHEMA, frozen) {
        return;
    }
    if is_named(R::SCHEMA.name, frozen) {
        stop_if(record_break(R::SCHEMA, frozen).as_ref());
    } else if R::SCHEMA.id == frozen.id {
        renamed(R::SCHEMA, frozen);
    } else {
        let mut message = Message::new();
        message.text("`").text(R::SCHEMA.name).text("` is listed as `").text(frozen.name);
        message.text("`, and another record was released by that name: list records by their own names");
        stop(&message);
    }
}

/// Requires that a record that is listed by a name of which the lock knows nothing is new, or one of `unlisted`
/// by another path.
///
/// # Panics
///
/// As [`keeps_record`].
#[track_caller]
pub const fn is_new<R: TraceRecord>(unlisted: &[Frozen]) {
    let mut at = 0;
    while at < unlisted.len() && R::SCHEMA.version != 0 {
        let frozen = &unlisted[at];
        if is_named(R::SCHEMA.name, frozen) {
            stop_if(record_break(R::SCHEMA, frozen).as_ref());
        } else if R::SCHEMA.id == frozen.id {
            renamed(R::SCHEMA, frozen);
        }
        at += 1;
    }
}

/// Stops the build: an id that was released belongs to a record of another name.
#[track_caller]
const fn renamed(now: &'static RecordSchema, frozen: &Frozen) {
    let mut message = Message::new();
    if frozen.is_acknowledged("TA4001", now.name) {
        return;
    }
    if is_renamed(now, frozen) {
        if frozen.is_acknowledged("TA7001", frozen.name) {
            // It is the record that was released, and is held against it.
            stop_if(record_break(now, frozen).as_ref());
            return;
        }
        message.text("TA7001: `").text(frozen.name).text("` is called `").text(now.name);
        message.text("` now, or its id was given to another record: put the name back, or acknowledge it ");
        message.text("beside the lock with a reason that begins with `renamed`");
    } else {
        message
            .text("TA4001: `")
            .text(now.name)
            .text("` has id ")
            .id(now.id)
            .text(", which was released as that of `");
        message.text(frozen.name).text("`: give it one that no record of the catalog has or had");
    }
    stop(&message);
}

/// Requires that a record that was released is listed, by whatever path, or retired.
///
/// # Panics
///
/// As [`keeps_record`].
#[track_caller]
pub const fn is_listed(frozen: &Frozen, records: &[&RecordSchema], retired: &[Retired]) {
    let (mut listed, mut at) = (frozen.is_acknowledged("TA4003", frozen.name), 0);
    while at < records.len() {
        // A record that did not compile has no id; one with this id has been judged where it is listed.
        listed |=
            records[at].id == frozen.id || records[at].version == 0 || is_named(records[at].name, frozen);
        at += 1;
    }
    at = 0;
    while at < retired.len() {
        listed |= retired[at].id == frozen.id;
        at += 1;
    }
    if !listed {
        let mut message = Message::new();
        message.text("TA4003: record `").text(frozen.name).text("` with id ").id(frozen.id);
        message.text(" was released, and is neither listed nor retired: write `retired: [").id(frozen.id);
        message.text(" \"").text(frozen.name).text("\"]`");
        stop(&message);
    }
}

/// Stops the build: a retired id is retired no more, and may have been given out again.
///
/// # Panics
///
/// Always, in the compiler.
#[track_caller]
pub const fn stays_retired(id: u16, name: &str, records: &[&'static RecordSchema]) {
    let mut message = Message::new();
    let mut at = 0;
    while at < records.len() {
        if records[at].id == id {
            message.text("TA4001: id ").id(id).text(" was that of `").text(name);
            message.text("` until it was retired, and `").text(records[at].name);
            message.text("` has it now: an id is never given out again; choose another");
            stop(&message);
        }
        at += 1;
    }
    message
        .text("TA4003: id ")
        .id(id)
        .text(" was retired, and the entry that says so is gone: put `retired: [");
    message.id(id).text(" \"").text(name).text("\"]` back");
    stop(&message);
}

/// Requires of a composite that the catalog lists what [`keeps_record`] requires of a record.
///
/// # Panics
///
/// As [`keeps_record`].
#[track_caller]
pub const fn keeps_struct<S: WireStruct>(digest: u64, frozen: &Frozen) {
    // A composite without a name did not compile: that has been said already.
    if struct_digest(S::SCHEMA) == digest || S::SCHEMA.name.is_empty() {
        return;
    }
    stop_if(struct_break(S::SCHEMA, frozen).as_ref());
}

/// Requires that a composite that was released is listed, by whatever path, and is what was released.
///
/// # Panics
///
/// As [`keeps_record`].
#[track_caller]
pub const fn is_struct_listed(frozen: &Frozen, structs: &[&'static StructSchema]) {
    let mut at = 0;
    while at < structs.len() {
        if is_named(structs[at].name, frozen) {
            stop_if(struct_break(structs[at], frozen).as_ref());
            return;
        }
        if structs[at].name.is_empty() {
            return;
        }
        at += 1;
    }
    if !frozen.is_acknowledged("TA4003", frozen.name) {
        let mut message = Message::new();
        message.text("TA4003: composite `").text(frozen.name);
        message.text("` was released, and is not listed: list it again");
        stop(&message);
    }
}

/// Requires that every name of a code or of flags stands for what it was released for. `word` is the type in
/// the words of a lock.
///
/// # Panics
///
/// As [`keeps_record`].
#[track_caller]
pub const fn keeps_names(
    word: &'static str,
    records: &[&'static RecordSchema],
    structs: &[&'static StructSchema],
    frozen: &Frozen,
) {
    stop_if(names_break(word, records, structs, frozen).as_ref());
}

/// Stops the build with a message, if there is one.
#[track_caller]
const fn stop_if(message: Option<&Message>) {
    if let Some(message) = message {
        stop(message);
    }
}

/// Stops the build with a message.
#[track_caller]
const fn stop(message: &Message) -> ! {
    panic!("{}", message.as_str())
}

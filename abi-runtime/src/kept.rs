//! What the lock holds, as assertions that the expansion of `catalog!` spans on the entry that breaks it.
//!
//! Spec: `spec/lock.md`, LOCK-11.

use abi_schema::digest::{record_digest, struct_digest};
use abi_schema::frozen::{Frozen, is_gone, is_struct_gone, record_break, struct_break};
use abi_schema::{Message, RecordSchema, Retired, StructSchema, fold_alike};

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
    if record_digest(R::SCHEMA) == digest || R::SCHEMA.version == 0 {
        return;
    }
    stop(&record_break(R::SCHEMA, frozen));
}

/// Requires the same of a composite that the catalog lists.
///
/// # Panics
///
/// As [`keeps_record`].
#[track_caller]
pub const fn keeps_struct<S: WireStruct>(digest: u64, frozen: &Frozen) {
    if struct_digest(S::SCHEMA) == digest || S::SCHEMA.name.is_empty() {
        return;
    }
    stop(&struct_break(S::SCHEMA, frozen));
}

/// Requires that a record that was released is listed, under whatever name, or retired.
///
/// # Panics
///
/// As [`keeps_record`].
#[track_caller]
pub const fn is_listed(name: &str, frozen: &Frozen, records: &[&'static RecordSchema], retired: &[Retired]) {
    let mut message = Message::new();
    if is_gone(frozen.id, records, retired) {
        message.text("TA4003: record `").text(name).text("` with id ").id(frozen.id);
        message.text(" was released, and is neither listed nor retired: write `retired: [").id(frozen.id);
        message.text(" \"").text(name).text("\"]`");
        stop(&message);
    }
}

/// Requires of a record that no lock knows by its name that it has not taken the id of one that was released
/// as `name`, and is that one under an alias otherwise.
///
/// # Panics
///
/// As [`keeps_record`].
#[track_caller]
pub const fn is_not<R: TraceRecord>(name: &str, frozen: &Frozen) {
    let now = R::SCHEMA;
    if now.id != frozen.id || now.version == 0 {
        return;
    }
    let broken = record_break(now, frozen);
    // Listed under an alias, it is what it was.
    if fold_alike(now.name, name) {
        stop(&broken);
        return;
    }
    let mut message = Message::new();
    if broken.as_str().is_empty() {
        message.text("TA7001: record `").text(name).text("` is called `").text(now.name);
        message.text("` now: put the name back, or acknowledge the break beside the lock");
    } else {
        message.text("TA4001: id ").id(now.id).text(" was released as `").text(name).text("`, and `");
        message.text(now.name).text("` has it now: give that one another id, or put the name back");
    }
    stop(&message);
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

/// Requires that a composite that was released is listed.
///
/// # Panics
///
/// As [`keeps_record`].
#[track_caller]
pub const fn is_struct_listed(name: &str, structs: &[&StructSchema]) {
    if is_struct_gone(name, structs) {
        let mut message = Message::new();
        message
            .text("TA4003: composite `")
            .text(name)
            .text("` was released, and is not listed: list it again");
        stop(&message);
    }
}

/// Stops the build with a message, if there is one.
#[track_caller]
const fn stop(message: &Message) {
    assert!(message.as_str().is_empty(), "{}", message.as_str());
}

//! The layout law as const assertions, which the derive spans on the field that breaks it.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "runs in the compiler only, where a slip stops the build"
)]

use abi_schema::{
    CodeSchema, Fault, FieldSchema, FlagsSchema, Message, RECORD_ALIGN, RecordSchema, StructSchema,
    check_field, check_flag, check_size, retired_flag,
};

/// Requires that field `at` of a record lies where the law says.
#[track_caller]
pub const fn record_field(schema: &RecordSchema, at: usize, source: &str) {
    if let Some(fault) = check_field(schema.fields, at) {
        fail(fault, schema.name, schema.fields, RECORD_ALIGN, source);
    }
}

/// Requires that a whole record keeps the law. Returns 0, the length of an array that the
/// expansion names so that rustc evaluates the assertions first.
#[track_caller]
pub const fn record(schema: &RecordSchema, source: &str) -> usize {
    if let Some(fault) = check_size(schema.fields, schema.size, RECORD_ALIGN) {
        fail(fault, schema.name, schema.fields, RECORD_ALIGN, source);
    }
    0
}

/// Requires that field `at` of a composite lies where the law says.
#[track_caller]
pub const fn composite_field(schema: &StructSchema, at: usize, source: &str) {
    if let Some(fault) = check_field(schema.fields, at) {
        fail(fault, schema.name, schema.fields, schema.align(), source);
    }
}

/// Requires that a whole composite keeps the law. Returns 0, like [`record`].
#[track_caller]
pub const fn composite(schema: &StructSchema, source: &str) -> usize {
    if let Some(fault) = check_size(schema.fields, schema.size, schema.align()) {
        fail(fault, schema.name, schema.fields, schema.align(), source);
    }
    0
}

/// Requires that flag `at` is one run of bits that no flag before it has. Retired flags are counted on after the
/// live ones.
///
/// # Panics
///
/// In the compiler, when it is not: the build stops with the message.
#[track_caller]
pub const fn flag(schema: &FlagsSchema, at: usize) {
    let Some(fault) = check_flag(schema, at) else {
        return;
    };
    let mut message = Message::new();
    let live = schema.flags.len();
    let named = if at < live { schema.flags[at].name } else { schema.retired[at - live].name };
    message.text("flag `").text(named).text("`");
    fault.write(&mut message);
    message.text(" (").text(fault.rule()).text(")");
    panic!("{}", message.as_str())
}

/// Requires that value `at` of a code is none that was retired (REC-16).
///
/// # Panics
///
/// In the compiler, when it is: the build stops with the message.
#[track_caller]
pub const fn live_value(schema: &CodeSchema, at: usize) {
    let live = &schema.values[at];
    let mut retired = 0;
    while retired < schema.retired.len() {
        if schema.retired[retired].value == live.value {
            not_again(schema.name, live.name, schema.retired[retired].name);
        }
        retired += 1;
    }
}

/// Requires that flag `at` has no bit that was retired (REC-16).
///
/// # Panics
///
/// In the compiler, when it has: the build stops with the message.
#[track_caller]
pub const fn live_flag(schema: &FlagsSchema, at: usize) {
    if let Some(retired) = retired_flag(schema, at) {
        not_again(schema.name, schema.flags[at].name, schema.retired[retired].name);
    }
}

#[track_caller]
const fn not_again(owner: &str, live: &str, retired: &str) -> ! {
    let mut message = Message::new();
    message.text("`").text(owner).text("::").text(live).text("` has a number that was given to `");
    message
        .text(retired)
        .text("` until it was retired: a number is never given out again; choose another (REC-16)");
    panic!("{}", message.as_str())
}

/// Stops the build with the fault, and with the corrected struct where reserved bytes correct it.
#[track_caller]
const fn fail(fault: Fault, name: &str, fields: &[FieldSchema], unit: u32, source: &str) -> ! {
    let mut message = Message::new();
    message.text("`").text(name).text("`: ");
    fault.write(fields, &mut message);
    message.text(" (").text(fault.rule()).text(")");
    match fault {
        Fault::Padding { .. } | Fault::Tail { .. } => {
            // A lock knows what was released; this expansion does not see it, and is read first.
            message.text(
                "\n\nIf a lock has it, a field of it was widened, moved or taken out (TA1001, TA1003, TA1011): put the \
                 field back\nas it was released and append the new one. Reserved bytes here would make the break \
                 permanent; the error at\n`catalog!` names the field.\n\nIf it was never released, name every byte, \
                 and zerocopy's error below goes too: write\n\n",
            );
            corrected(&mut message, fields, unit, source);
        }
        Fault::Misaligned { .. } | Fault::Size { .. } => {
            message.text("\n\nName every byte: write\n\n");
            corrected(&mut message, fields, unit, source);
        }
        _ => {}
    }
    panic!("{}", message.as_str())
}

/// Appends the struct with a reserved field wherever the law needs one.
///
/// Where fields go is worked out from their wire types, not from rustc's offsets, so that the
/// struct is right on every target.
const fn corrected(to: &mut Message, fields: &[FieldSchema], unit: u32, source: &str) {
    let (head, mut rest) = split(source, fields.len());
    to.text(head).text("\n");
    let (mut end, mut number, mut at) = (0_u32, 0, 0);
    while at < fields.len() {
        let field = &fields[at];
        let gap = end.next_multiple_of(field.ty.align()) - end;
        if gap > 0 {
            number = reserved(to, fields, number, gap);
        }
        doc(to, field.doc);
        let (line, after) = first_line(rest);
        to.text("    ").text(line).text("\n");
        rest = after;
        end += gap + field.size;
        at += 1;
    }
    let gap = end.next_multiple_of(unit) - end;
    if gap > 0 {
        reserved(to, fields, number, gap);
    }
    to.text("}");
}

/// Appends a reserved field of `len` bytes under the first free name from `_reserved{number}` on,
/// and returns the number that follows it.
const fn reserved(to: &mut Message, fields: &[FieldSchema], mut number: u64, len: u32) -> u64 {
    while is_taken(fields, number) {
        number += 1;
    }
    to.text("    #[trace(reserved)] _reserved").number(number);
    to.text(": [u8; ").number(len as u64).text("],\n");
    number + 1
}

/// Returns whether a field is named `_reserved{number}`.
const fn is_taken(fields: &[FieldSchema], number: u64) -> bool {
    let mut name = Message::new();
    name.text("_reserved").number(number);
    let mut at = 0;
    while at < fields.len() {
        if same(fields[at].name.as_bytes(), name.as_str().as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Appends doc text as `///` lines.
const fn doc(to: &mut Message, doc: &str) {
    let mut rest = doc;
    while !rest.is_empty() {
        let (line, after) = first_line(rest);
        to.text(if line.is_empty() { "    ///" } else { "    /// " }).text(line).text("\n");
        rest = after;
    }
}

/// Splits the last `lines` lines from the head before them.
const fn split(source: &str, lines: usize) -> (&str, &str) {
    let bytes = source.as_bytes();
    let (mut at, mut left) = (bytes.len(), lines);
    while at > 0 && left > 0 {
        at -= 1;
        if bytes[at] == b'\n' {
            left -= 1;
        }
    }
    let (head, rest) = source.split_at(at);
    (head, if rest.is_empty() { rest } else { rest.split_at(1).1 })
}

/// Splits the first line from what follows it.
const fn first_line(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && bytes[at] != b'\n' {
        at += 1;
    }
    let (line, rest) = text.split_at(at);
    (line, if rest.is_empty() { rest } else { rest.split_at(1).1 })
}

//! The layout law as const assertions, which the derive spans on the field that breaks it.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "runs in the compiler only, where a slip stops the build"
)]

use abi_schema::{
    Fault, FieldSchema, FlagsSchema, Message, RECORD_ALIGN, RecordSchema, StructSchema, check_field, check_flag,
    check_size,
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

/// Requires that flag `at` is one run of bits that no flag before it has.
#[track_caller]
pub const fn flag(schema: &FlagsSchema, at: usize) {
    if !check_flag(schema, at) {
        let start = Message::new().text("the mask of `").text(schema.flags[at].name);
        let rule = "` must be one run of neighbouring bits, at least one, that no flag before it has: \
                    give each flag bits of its own";
        panic!("{}", start.text(rule).as_str());
    }
}

/// Stops the build with the fault, and with the corrected struct where reserved bytes correct it.
#[track_caller]
const fn fail(fault: Fault, name: &str, fields: &[FieldSchema], unit: u32, source: &str) -> ! {
    let message = Message::new().text("`").text(name).text("`: ");
    let message = message.text(fault.message(fields).as_str());
    let message = match fault {
        Fault::Padding { .. } | Fault::Misaligned { .. } | Fault::Tail { .. } | Fault::Size { .. } => {
            let message = message.text("\n\nName every byte: write\n\n");
            corrected(message, fields, unit, source)
        }
        _ => message,
    };
    panic!("{}", message.as_str())
}

/// Appends the struct with a reserved field wherever the law needs one.
///
/// Where fields go is worked out from their wire types, not from rustc's offsets, so that the
/// struct is right on every target.
const fn corrected(message: Message, fields: &[FieldSchema], unit: u32, source: &str) -> Message {
    let (head, mut rest) = split(source, fields.len());
    let mut message = message.text(head).text("\n");
    let (mut end, mut inserted, mut at) = (0_u32, 0, 0);
    while at < fields.len() {
        let field = &fields[at];
        let gap = end.next_multiple_of(field.ty.align()) - end;
        if gap > 0 {
            (message, inserted) = reserved(message, fields, inserted, gap);
        }
        message = doc(message, field.doc);
        let (line, after) = first_line(rest);
        message = message.text("    ").text(line).text("\n");
        rest = after;
        end += gap + field.size;
        at += 1;
    }
    let gap = end.next_multiple_of(unit) - end;
    if gap > 0 {
        (message, _) = reserved(message, fields, inserted, gap);
    }
    message.text("}")
}

/// Appends a reserved field of `len` bytes under the first free name from `_reserved{from}` on,
/// and returns the number that follows it.
const fn reserved(message: Message, fields: &[FieldSchema], from: u64, len: u32) -> (Message, u64) {
    let mut number = from;
    loop {
        let name = Message::new().text("_reserved").number(number);
        if !named(fields, name.as_str()) {
            let message = message.text("    #[trace(reserved)] ").text(name.as_str());
            return (message.text(": [u8; ").number(len as u64).text("],\n"), number + 1);
        }
        number += 1;
    }
}

/// Returns whether a field has this name.
const fn named(fields: &[FieldSchema], name: &str) -> bool {
    let mut at = 0;
    while at < fields.len() {
        if same(fields[at].name.as_bytes(), name.as_bytes()) {
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
const fn doc(mut message: Message, doc: &str) -> Message {
    let mut rest = doc;
    while !rest.is_empty() {
        let (line, after) = first_line(rest);
        message = message.text("    ///").text(if line.is_empty() { "" } else { " " }).text(line).text("\n");
        rest = after;
    }
    message
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

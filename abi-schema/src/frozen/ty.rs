//! The type of a released field, held against what it is now.

use super::cursor::Cursor;
use super::line::Line;
use super::values::named_break;
use super::{Break, Frozen, words};
use crate::digest::type_digest;
use crate::names::same_text;
use crate::{Message, Scalar, TypeSchema};

/// Returns what breaks when a field of such a type is of the type `now`.
pub(super) const fn type_break(now: &TypeSchema, line: &Line<'_>, frozen: &Frozen) -> Option<Break> {
    if type_digest(now) == line.ty_digest {
        return None;
    }
    let mut word = Message::new();
    words::ty(now, &mut word);
    let word = word.as_str();
    if let TypeSchema::Array { element, .. } = now
        && let Some(before) = element_of(line.ty)
    {
        let mut own = Message::new();
        words::ty(element, &mut own);
        if !same_text(own.as_str(), before) {
            return line.retyped(judge_element(element, before, line, frozen), word);
        }
        if !same_text(word, line.ty) {
            return line.retyped(Some("TA1017"), word);
        }
        return same_name(element, before, line, word, frozen);
    }
    if same_text(word, line.ty) {
        return same_name(now, line.ty, line, word, frozen);
    }
    let rule = match (integer_of_schema(now), integer_of(line.ty, frozen)) {
        (Some(after), Some(before)) => judge_integers(now, after, line.ty, before),
        _ => match now {
            TypeSchema::Name(_) if begins(line.ty, "Name<") => Some("TA2007"),
            TypeSchema::Name(_) if begins(line.ty, "[u8;") || begins(line.ty, "[i8;") => Some("TA2006"),
            TypeSchema::Array { element, .. } if begins(line.ty, "Name<") && element.size() == 1 => {
                Some("TA2006")
            }
            _ if now.size() == line.size => Some("TA2002"),
            _ => Some("TA1002"),
        },
    };
    line.retyped(rule, word)
}

/// Judges a type that has the name it had, and is another.
const fn same_name(
    now: &TypeSchema,
    before: &str,
    line: &Line<'_>,
    word: &str,
    frozen: &Frozen,
) -> Option<Break> {
    if let (Some(after), Some(before)) = (integer_of_schema(now), integer_of(before, frozen))
        && after as u8 != before as u8
    {
        let rule = if after.size() == before.size() { "TA3008" } else { "TA3007" };
        let mut what = Message::new();
        what.text("is ").text(after.name()).text(" on the wire now, and was ").text(before.name());
        return Some(line.broken(rule, what));
    }
    match now {
        TypeSchema::Code(code) => {
            named_break(code.name, (code.values, &[]), (code.retired, &[]), line, frozen)
        }
        TypeSchema::Flags(flags) => {
            named_break(flags.name, (&[], flags.flags), (&[], flags.retired), line, frozen)
        }
        // The element of an array: a composite that changed.
        _ => line.retyped(Some("TA1015"), word),
    }
}

/// Judges integers, with names for their values and without.
const fn judge_integers(now: &TypeSchema, after: Scalar, word: &str, before: Scalar) -> Option<&'static str> {
    let was_named = scalar_of(word).is_none();
    let alike = match now {
        TypeSchema::Code(_) => begins(word, "Code<"),
        TypeSchema::Flags(_) => begins(word, "Flags<"),
        _ => false,
    };
    let named = !matches!(now, TypeSchema::Scalar(_));
    if named && was_named && !alike {
        return Some(if after.size() == before.size() { "TA2002" } else { "TA1002" });
    }
    if after.size() != before.size() {
        return Some(if alike { "TA3007" } else { "TA1002" });
    }
    if after.is_float() != before.is_float() {
        return Some("TA2002");
    }
    if after as u8 != before as u8 {
        return Some(if alike { "TA3008" } else { "TA2001" });
    }
    // The same integer with names and without: nobody reads it otherwise.
    if alike { Some("TA7001") } else { None }
}

/// Judges the elements of an array that have another type.
const fn judge_element(
    now: &TypeSchema,
    before: &str,
    line: &Line<'_>,
    frozen: &Frozen,
) -> Option<&'static str> {
    match (integer_of_schema(now), integer_of(before, frozen)) {
        (Some(after), Some(was)) if after.size() == was.size() => judge_integers(now, after, before, was),
        _ => {
            let len = length_of(line.ty);
            let stays = len != 0 && line.size == len * now.size();
            Some(if stays && begins(before, "Struct<") { "TA7001" } else { "TA1018" })
        }
    }
}

/// Returns the integer that lies on the wire.
const fn integer_of_schema(ty: &TypeSchema) -> Option<Scalar> {
    match ty {
        TypeSchema::Scalar(scalar) => Some(*scalar),
        TypeSchema::Code(code) => Some(code.repr),
        TypeSchema::Flags(flags) => Some(flags.repr),
        _ => None,
    }
}

/// Returns the integer that a frozen type's word stands for.
const fn integer_of(word: &str, frozen: &Frozen) -> Option<Scalar> {
    let mut cursor = Cursor::new(frozen.types);
    while !cursor.is_at_end() {
        let (ty, integer, mut count) = (cursor.word(), cursor.word(), cursor.number());
        if same_text(ty, word) {
            return scalar_of(integer);
        }
        while count > 0 {
            cursor.word();
            cursor.word();
            cursor.word();
            count -= 1;
        }
    }
    scalar_of(word)
}

/// Returns the scalar of that name.
const fn scalar_of(word: &str) -> Option<Scalar> {
    let mut at = 0;
    while at < Scalar::ALL.len() {
        if same_text(Scalar::ALL[at].name(), word) {
            return Some(Scalar::ALL[at]);
        }
        at += 1;
    }
    None
}

/// Returns the element's word of a frozen array `[ELEMENT;N]`.
const fn element_of(word: &str) -> Option<&str> {
    let bytes = word.as_bytes();
    if bytes.is_empty() || bytes[0] != b'[' {
        return None;
    }
    let mut end = bytes.len();
    while end > 0 && bytes[end - 1] != b';' {
        end -= 1;
    }
    if end < 2 {
        return None;
    }
    let (inner, _) = bytes.split_at(end - 1);
    match core::str::from_utf8(inner.split_at(1).1) {
        Ok(element) => Some(element),
        Err(_) => None,
    }
}

/// Returns the length of a frozen array `[ELEMENT;N]`.
const fn length_of(word: &str) -> u32 {
    let bytes = word.as_bytes();
    let (mut length, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b';' => length = 0,
            digit @ b'0'..=b'9' => length = length * 10 + (digit - b'0') as u32,
            _ => {}
        }
        at += 1;
    }
    length
}

const fn begins(text: &str, with: &str) -> bool {
    let (text, with) = (text.as_bytes(), with.as_bytes());
    let mut at = 0;
    while at < with.len() {
        if at >= text.len() || text[at] != with[at] {
            return false;
        }
        at += 1;
    }
    true
}

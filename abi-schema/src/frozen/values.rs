//! The type of a released field, and the names of its values, held against what they are now.
//!
//! Types stand in blocks: `TYPE COUNT`, then `COUNT` times `NUMBER NAME LIVE`, where `LIVE` is 1 or 0.

use super::cursor::Cursor;
use super::line::Line;
use super::{Break, Frozen, words};
use crate::digest::type_digest;
use crate::names::same_text;
use crate::{FlagSchema, Message, Scalar, TypeSchema, ValueSchema};

/// Returns what breaks when a field of such a type is of the type `now`.
pub(super) const fn type_break(now: &TypeSchema, line: &Line<'_>, frozen: &Frozen) -> Option<Break> {
    if type_digest(now) == line.ty_digest {
        return None;
    }
    let mut word = Message::new();
    words::ty(now, &mut word);
    if !same_text(word.as_str(), line.ty) {
        return other_type(now, line, word.as_str());
    }
    // The type has the same name and is another: a code, flags, or an array of them or of composites.
    match innermost(now) {
        TypeSchema::Code(code) => {
            named_break(code.name, (code.values, &[]), (code.retired, &[]), line, frozen)
        }
        TypeSchema::Flags(flags) => {
            named_break(flags.name, (&[], flags.flags), (&[], flags.retired), line, frozen)
        }
        _ => {
            let mut what = Message::new();
            what.text("is made of ").text(word.as_str()).text(", and that is not what it was");
            Some(line.broken("TA1015", what))
        }
    }
}

const fn innermost(ty: &TypeSchema) -> &TypeSchema {
    match ty {
        TypeSchema::Array { element, .. } => innermost(element),
        other => other,
    }
}

/// Judges a field whose type has another name.
const fn other_type(now: &TypeSchema, line: &Line<'_>, word: &str) -> Option<Break> {
    let before = scalar_of(line.ty);
    let rule = match (now, before) {
        // The same integer with names and without: nobody reads it otherwise.
        (TypeSchema::Code(code), Some(before)) if code.repr as u8 == before as u8 => return None,
        (TypeSchema::Flags(flags), Some(before)) if flags.repr as u8 == before as u8 => return None,
        (TypeSchema::Scalar(now), Some(before))
            if now.size() == before.size() && now.is_float() == before.is_float() =>
        {
            "TA2001"
        }
        (TypeSchema::Name(_), _) if begins(line.ty, "Name<") => "TA2007",
        (TypeSchema::Name(_), _) if begins(line.ty, "[u8;") => "TA2006",
        (TypeSchema::Array { .. }, _) if begins(line.ty, "Name<") && now.size() == line.size => "TA2006",
        (TypeSchema::Array { element, .. }, _) if begins(line.ty, "[") && same_element(element, line.ty) => {
            "TA1017"
        }
        _ if now.size() != line.size => "TA1002",
        _ => "TA2002",
    };
    let mut what = Message::new();
    what.text("is ").text(word).text(" now, and was ").text(line.ty);
    Some(line.broken(rule, what))
}

/// Returns whether the frozen array `[ELEMENT;N]` has such elements.
const fn same_element(element: &TypeSchema, frozen: &str) -> bool {
    let mut begun = Message::new();
    begun.text("[");
    words::ty(element, &mut begun);
    begun.text(";");
    begins(frozen, begun.as_str())
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

/// Returns the scalar of a word, also the one that a code's or flags' word cannot tell: none then.
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

/// The names of a code, or else of flags.
type Names<'n> = (&'n [ValueSchema], &'n [FlagSchema]);

/// One name of a code or of flags.
#[derive(Clone, Copy)]
struct Named<'n> {
    name: &'n str,
    value: i128,
}

const fn at<'n>(values: &'n [ValueSchema], flags: &'n [FlagSchema], index: usize) -> Named<'n> {
    if index < values.len() {
        Named { name: values[index].name, value: values[index].value }
    } else {
        let flag = &flags[index - values.len()];
        Named { name: flag.name, value: flag.mask as i128 }
    }
}

const fn holds(values: &[ValueSchema], flags: &[FlagSchema], value: i128) -> bool {
    let mut index = 0;
    while index < values.len() + flags.len() {
        if at(values, flags, index).value == value {
            return true;
        }
        index += 1;
    }
    false
}

/// Returns the first name that was released and is not what it was.
const fn named_break(
    owner: &str,
    (values, flags): Names<'_>,
    retired: Names<'_>,
    line: &Line<'_>,
    frozen: &Frozen,
) -> Option<Break> {
    let is_code = flags.is_empty();
    let mut cursor = Cursor::new(frozen.types);
    while !cursor.is_at_end() {
        let (ty, mut count) = (cursor.word(), cursor.number());
        let own = contains(line.ty, ty);
        while count > 0 {
            let before = Named { value: cursor.number(), name: cursor.word() };
            let is_live = cursor.number() != 0;
            count -= 1;
            if !own {
                continue;
            }
            let found = judge(values, flags, before, is_live, is_code);
            let kept = holds(retired.0, retired.1, before.value);
            match found {
                Some(rule) if kept && same_text(rule, "TA3002") => {}
                Some(rule) => {
                    let mut subject = Message::new();
                    subject.text(owner).text("::").text(before.name);
                    let mut what = Message::new();
                    what.text("had the name `").text(before.name).text("` for ").integer(before.value);
                    what.text(", and that changed");
                    return Some(Break { rule, subject, what });
                }
                None => {}
            }
        }
    }
    None
}

/// Returns the rule that a name breaks.
const fn judge(
    values: &[ValueSchema],
    flags: &[FlagSchema],
    before: Named<'_>,
    live: bool,
    is_code: bool,
) -> Option<&'static str> {
    let mut index = 0;
    let mut other = None;
    while index < values.len() + flags.len() {
        let now = at(values, flags, index);
        if live && same_text(now.name, before.name) {
            return if now.value == before.value {
                None
            } else if is_code {
                Some("TA3001")
            } else {
                Some("TA3009")
            };
        }
        if now.value == before.value {
            other = Some(now.name);
        }
        index += 1;
    }
    match (other, live) {
        (Some(_), false) => Some(if is_code { "TA3003" } else { "TA3010" }),
        (Some(_), true) => Some("TA7003"),
        (None, _) => Some("TA3002"),
    }
}

/// Returns whether a type's word holds `part`: arrays hold their element's.
const fn contains(word: &str, part: &str) -> bool {
    let (word, part) = (word.as_bytes(), part.as_bytes());
    let mut from = 0;
    while from + part.len() <= word.len() {
        let mut at = 0;
        while at < part.len() && word[from + at] == part[at] {
            at += 1;
        }
        if at == part.len() {
            return true;
        }
        from += 1;
    }
    false
}

//! Names of values and of bits that were released, held against what they are now.
//!
//! Types stand in blocks: `TYPE INTEGER COUNT`, then `COUNT` times `NUMBER NAME LIVE`, where `LIVE` is 1 or
//! 0.

use super::cursor::Cursor;
use super::line::Line;
use super::{Break, Frozen};
use crate::names::same_text;
use crate::{FlagSchema, Message, ValueSchema};

/// The names of a code, or else of flags.
pub(super) type Names<'n> = (&'n [ValueSchema], &'n [FlagSchema]);

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
pub(super) const fn named_break(
    owner: &str,
    (values, flags): Names<'_>,
    retired: Names<'_>,
    line: &Line<'_>,
    frozen: &Frozen,
) -> Option<Break> {
    let is_code = flags.is_empty();
    let mut cursor = Cursor::new(frozen.types);
    while !cursor.is_at_end() {
        let (ty, _, mut count) = (cursor.word(), cursor.word(), cursor.number());
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
            let bits = (now.value.count_ones(), before.value.count_ones());
            return if now.value == before.value {
                None
            } else if is_code {
                Some("TA3001")
            } else if bits.0 != bits.1 {
                Some("TA1026")
            } else if bits.0 > 1 {
                Some("TA1025")
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

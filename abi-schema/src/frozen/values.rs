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
            let now = judge(values, flags, before, is_live, is_code, frozen);
            let kept = holds(retired.0, retired.1, before.value);
            let Some((rule, now)) = now else { continue };
            if kept && same_text(rule, "TA3002") {
                continue;
            }
            let mut subject = Message::new();
            subject.text(owner).text("::").text(before.name);
            return Some(Break { rule, subject, what: told(rule, before, now, is_code) });
        }
    }
    None
}

/// Says what became of a name: it has another number, its number another name, or neither is there.
const fn told(rule: &str, before: Named<'_>, now: Named<'_>, is_code: bool) -> Message {
    let mut what = Message::new();
    if same_text(rule, "TA3002") {
        what.text("was ");
        number(&mut what, before.value, is_code);
        what.text(", which has no name any more and is not retired");
    } else if same_text(now.name, before.name) {
        what.text("is ");
        number(&mut what, now.value, is_code);
        what.text(" now, and was ");
        number(&mut what, before.value, is_code);
    } else {
        what.text("was ");
        number(&mut what, before.value, is_code);
        what.text(", which is called `").text(now.name).text("` now");
    }
    what
}

/// Writes a value in decimal, a mask in hexadecimal digits.
const fn number(out: &mut Message, value: i128, is_code: bool) {
    if is_code {
        out.integer(value);
        return;
    }
    out.text("0x");
    // A mask has at most 64 bits: 16 digits.
    let mut digits = 16;
    while digits > 1 && value >> (4 * (digits - 1)) == 0 {
        digits -= 1;
    }
    while digits > 0 {
        digits -= 1;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "one of sixteen")]
        let digit = ((value >> (4 * digits)) & 0xf) as usize;
        out.text(HEXADECIMAL[digit]);
    }
}

const HEXADECIMAL: [&str; 16] =
    ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"];

/// Returns the rule that a name breaks, and what stands in its way: its own new number, or the new name of
/// its number.
const fn judge<'n>(
    values: &'n [ValueSchema],
    flags: &'n [FlagSchema],
    before: Named<'n>,
    live: bool,
    is_code: bool,
    frozen: &Frozen,
) -> Option<(&'static str, Named<'n>)> {
    let mut index = 0;
    let mut other = None;
    while index < values.len() + flags.len() {
        let now = at(values, flags, index);
        if live && same_text(now.name, before.name) {
            let bits = (now.value.count_ones(), before.value.count_ones());
            return if now.value == before.value {
                None
            } else if is_code {
                Some(("TA3001", now))
            } else if bits.0 != bits.1 {
                Some(("TA1026", now))
            } else if bits.0 > 1 {
                Some(("TA1025", now))
            } else {
                Some(("TA3009", now))
            };
        }
        if now.value == before.value {
            other = Some(now);
        }
        index += 1;
    }
    let reused = if is_code { "TA3003" } else { "TA3010" };
    match other {
        Some(now) if live && !was_named(now.name, frozen) => Some(("TA7003", now)),
        Some(now) => Some((reused, now)),
        None => Some(("TA3002", before)),
    }
}

/// Returns whether a code or flags had a value of that name.
const fn was_named(name: &str, frozen: &Frozen) -> bool {
    let mut cursor = Cursor::new(frozen.types);
    while !cursor.is_at_end() {
        let (_, _, mut count) = (cursor.word(), cursor.word(), cursor.number());
        while count > 0 {
            cursor.number();
            if same_text(cursor.word(), name) {
                return true;
            }
            cursor.number();
            count -= 1;
        }
    }
    false
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

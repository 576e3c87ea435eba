//! The type of a released field, held against what it is now.

use super::finder::{Break, Finder};
use super::line::Line;
use super::said::What;
use super::types::{Block, scalar_of, size_of};
use super::values::{Names, compare as compare_names, lose_flags};
use super::whole::{Kind, Whole};
use super::words::Form;
use crate::digest::type_digest;
use crate::names::same_text;
use crate::{Scalar, TypeSchema};

/// A rule that a change of type breaks, and what the change is.
type Judged = Option<(&'static str, &'static str)>;

/// Says what breaks when a released field is of the type `now`.
pub(super) const fn compare(finder: &mut Finder<'_>, line: &Line, now: &'static TypeSchema) {
    if type_digest(now) == line.digest {
        return;
    }
    if let Some((rule, why)) = judge(finder, line.ty, now) {
        finder.say(line.breaks(rule, What::Type(now, line.ty, why)));
    }
}

/// Returns the rule that a change of type breaks; says by itself what changed inside named types.
const fn judge(finder: &mut Finder<'_>, before: &'static str, now: &'static TypeSchema) -> Judged {
    let types = finder.frozen.types;
    match (Form::of(before), now) {
        (Form::Array(element, len), TypeSchema::Array { element: now, len: now_len }) => {
            let inner = judge(finder, element, now);
            if size_of(types, element) != now.size() {
                return Some(("TA1018", ": its elements have another size"));
            }
            if len == *now_len { inner } else { Some(("TA1017", ": the array has another length")) }
        }
        (Form::Name(len), TypeSchema::Name(now)) if len == *now => None,
        (Form::Name(_), TypeSchema::Name(_)) => Some(("TA2007", ": the name has another capacity")),
        (Form::Array(element, _), TypeSchema::Name(_)) if size_of(types, element) == 1 => {
            Some(("TA2006", ": bytes became a NUL-padded name"))
        }
        (Form::Name(_), TypeSchema::Array { element, .. }) if element.size() == 1 => {
            Some(("TA2006", ": a NUL-padded name became bytes"))
        }
        (Form::Code(name), TypeSchema::Code(code)) => {
            compare_here(finder, before, name, code.name, Names::of_code(code));
            judge_named(finder, before, name, code.name, code.repr)
        }
        (Form::Flags(name), TypeSchema::Flags(flags)) => {
            compare_here(finder, before, name, flags.name, Names::of_flags(flags));
            judge_named(finder, before, name, flags.name, flags.repr)
        }
        (Form::Scalar, TypeSchema::Scalar(now)) => judge_scalars(scalar_of(types, before), *now),
        (Form::Scalar, TypeSchema::Code(code)) => judge_scalars(scalar_of(types, before), code.repr),
        (Form::Scalar, TypeSchema::Flags(flags)) => judge_mask(scalar_of(types, before), flags.repr),
        (Form::Code(name), TypeSchema::Scalar(now)) => {
            compare_names(finder, before, Names::none(name, true));
            judge_scalars(scalar_of(types, before), *now)
        }
        (Form::Flags(name), TypeSchema::Scalar(now)) => {
            lose_flags(finder, before, name);
            judge_mask(scalar_of(types, before), *now)
        }
        (Form::Struct(name), TypeSchema::Struct(composite)) => {
            if let Some(block) = Block::find(types, before) {
                Whole::of_struct(Kind::Element, composite, block).compare(finder);
            }
            renamed(finder, name, composite.name);
            None
        }
        _ if size_of(types, before) == now.size() => Some(("TA2002", "")),
        _ => Some(("TA1002", "")),
    }
}

/// Judges numbers, with names for their values and without: names alone break nobody.
const fn judge_scalars(before: Option<Scalar>, now: Scalar) -> Judged {
    let Some(before) = before else { return None };
    if before.size() != now.size() {
        Some(("TA1002", ""))
    } else if before.is_float() != now.is_float() {
        Some(("TA2002", ": an integer and a floating-point number"))
    } else if before as u8 == now as u8 {
        None
    } else {
        Some(("TA2001", ": the same bits, another sign"))
    }
}

/// Judges an integer of which one side names bits: bits of a mask have no sign.
const fn judge_mask(before: Option<Scalar>, now: Scalar) -> Judged {
    match judge_scalars(before, now) {
        Some((rule, _)) if same_text(rule, "TA2001") => None,
        judged => judged,
    }
}

/// Compares the names of a code or of flags. What is still called what it was is told once for all records
/// that hold it, and counts here only.
const fn compare_here(
    finder: &mut Finder<'_>,
    word: &'static str,
    before: &'static str,
    now: &'static str,
    names: Names,
) {
    finder.counts_only = same_text(before, now);
    compare_names(finder, word, names);
    finder.counts_only = false;
}

/// Judges the name and the integer of a code or of flags.
const fn judge_named(
    finder: &mut Finder<'_>,
    word: &'static str,
    before: &'static str,
    now: &'static str,
    repr: Scalar,
) -> Judged {
    let Some(integer) = scalar_of(finder.frozen.types, word) else { return None };
    renamed(finder, before, now);
    let wide = integer.size() != repr.size();
    if integer as u8 == repr as u8 || !wide && matches!(Form::of(word), Form::Flags(_)) {
        return None;
    }
    let what = What::Integer(repr, integer);
    finder.say(Break::of_whole(if wide { "TA3007" } else { "TA3008" }, now, what));
    None
}

const fn renamed(finder: &mut Finder<'_>, before: &'static str, now: &'static str) {
    if !same_text(before, now) {
        finder.say(Break::of_whole("TA7001", before, What::Of("is called ", now, " now")));
    }
}

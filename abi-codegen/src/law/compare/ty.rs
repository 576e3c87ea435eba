//! The type of a field, before and now.

use super::entries::Elsewhere;
use super::leaf::Leaf;
use super::shape::{Shape, Whole};
use super::{Comparison, bytes, values};
use crate::law::finding::Place;
use crate::law::rule::Rule;
use crate::law::rules;
use crate::lock::type_word;
use crate::model::{Composite, Scalar, Type};

/// What a mask of another sign comes to.
const MASK: (&Rule, &str) = (rules::TA2003, ": the same bits, and a mask has no sign");

/// Compares the types of a field.
pub(super) fn compare(comparison: &mut Comparison, subject: &str, old: &Leaf<'_>, new: &Leaf<'_>) {
    let (before, now) = (&old.field.ty, &new.field.ty);
    if before == now {
        return;
    }
    if let Some((rule, why)) = judge(comparison, before, now) {
        let what = format!("its type is {} now, and was {}{why}", type_word(now), type_word(before));
        comparison.say_changed(rule, subject, what, (Some(old.place()), Some(new.place())));
    }
}

/// Returns the rule that a change of type breaks, and says by itself what changed inside named types.
fn judge(comparison: &mut Comparison, old: &Type, new: &Type) -> Option<(&'static Rule, &'static str)> {
    match (old, new) {
        (Type::Scalar(before), Type::Scalar(now)) => judge_scalars(*before, *now),
        (Type::Array { array: before, len }, Type::Array { array: now, len: now_len }) => {
            if before == now {
                return Some((rules::TA1017, ": the array has another length"));
            }
            let inner = judge(comparison, before, now);
            let found = match (before.size() == now.size(), len == now_len) {
                (false, _) if matches!((&**before, &**now), (Type::Struct(_), Type::Struct(_))) => {
                    Some((rules::TA1018, ": its elements lie further apart, or closer"))
                }
                (false, _) => Some((rules::TA1018, ": its elements have another size")),
                (true, false) => Some((rules::TA1017, ": the array has another length")),
                (true, true) => None,
            };
            found.or(inner)
        }
        (Type::Name { .. }, Type::Name { .. }) => Some((rules::TA2007, ": the name has another capacity")),
        (Type::Array { array, .. }, Type::Name { .. }) | (Type::Name { .. }, Type::Array { array, .. })
            if array.size() == Some(1) =>
        {
            Some((rules::TA2006, ": bytes, and a NUL-padded name"))
        }
        (Type::Code { repr, .. }, Type::Code { repr: now, .. })
        | (Type::Flags { repr, .. }, Type::Flags { repr: now, .. }) => {
            let changed = judge_named(comparison, old, new);
            if repr.size() != now.size() {
                return Some((rules::TA3007, ": its integer has another width"));
            }
            if repr != now && matches!(new, Type::Flags { .. }) {
                return Some(MASK);
            }
            if repr != now {
                return Some((rules::TA3008, ": its integer has another sign"));
            }
            changed
        }
        (Type::Scalar(before), Type::Code { repr, .. } | Type::Flags { repr, .. }) => {
            judge_plain(*before, *repr, matches!(new, Type::Flags { .. }))
        }
        (Type::Code { code, repr, values, retired, .. }, Type::Scalar(now)) => {
            values::compare_codes(comparison, code, (values, retired), (&[], &[]));
            judge_plain(*repr, *now, false)
        }
        (Type::Flags { flags, repr, masks, retired, .. }, Type::Scalar(now)) => {
            values::lose_flags(comparison, flags, (masks, retired));
            judge_plain(*repr, *now, true)
        }
        (Type::Struct(before), Type::Struct(now)) => {
            judge_composites(comparison, before, now);
            None
        }
        _ if old.size() == new.size() => Some((rules::TA2002, "")),
        _ => Some((rules::TA1002, "")),
    }
}

/// Judges an integer that has names on one side only. Bits of a `mask` have no sign.
fn judge_plain(old: Scalar, new: Scalar, mask: bool) -> Option<(&'static Rule, &'static str)> {
    if old == new {
        return Some((rules::TA2003, ": the same integer, with names and without"));
    }
    match judge_scalars(old, new) {
        Some((rule, _)) if mask && rule == rules::TA2001 => Some(MASK),
        judged => judged,
    }
}

fn judge_scalars(old: Scalar, new: Scalar) -> Option<(&'static Rule, &'static str)> {
    let (before, now) = (old.schema(), new.schema());
    if before.size() != now.size() {
        Some((rules::TA1002, ""))
    } else if before.is_float() != now.is_float() {
        Some((rules::TA2002, ": an integer, and a floating-point number"))
    } else if before == now {
        None
    } else {
        Some((rules::TA2001, ": the same bits, another sign"))
    }
}

/// Compares what a code or flags name, and their own name.
fn judge_named(comparison: &mut Comparison, old: &Type, new: &Type) -> Option<(&'static Rule, &'static str)> {
    let (Type::Code { code: before, .. } | Type::Flags { flags: before, .. }) = old else { return None };
    let (Type::Code { code: now, .. } | Type::Flags { flags: now, .. }) = new else { return None };
    match (old, new) {
        (Type::Code { values, retired, .. }, Type::Code { values: now, retired: now_retired, .. }) => {
            values::compare_codes(comparison, before, (values, retired), (now, now_retired));
        }
        (Type::Flags { masks, retired, .. }, Type::Flags { masks: now, retired: now_retired, .. }) => {
            values::compare_flags(comparison, before, (masks, retired), (now, now_retired));
        }
        _ => {}
    }
    renamed(comparison, before, now);
    None
}

fn judge_composites(comparison: &mut Comparison, old: &Composite, new: &Composite) {
    let of = |composite| Shape::of_composite(composite, Whole::Element);
    bytes::compare(comparison, of(old), of(new), &Elsewhere::default());
    renamed(comparison, &old.name, &new.name);
}

pub(super) fn renamed(comparison: &mut Comparison, old: &str, new: &str) {
    if old != new {
        let place = |text: &str| Some(Place { text: text.to_owned(), bytes: None });
        let what = format!("the type `{old}` is called `{new}` now");
        comparison.say_changed(rules::TA7001, old, what, (place(old), place(new)));
    }
}

//! A field that is still there: is it what it was?

use super::leaf::Leaf;
use super::shape::{Shape, Whole};
use super::{Comparison, meaning, ty};
use crate::law::rules;

/// Compares a field with what became of it, in two wholes.
pub(super) fn compare(
    comparison: &mut Comparison,
    wholes: (&Shape<'_>, &Shape<'_>),
    old: &Leaf<'_>,
    new: &Leaf<'_>,
) {
    let whole = wholes.0;
    let subject = old.subject(whole.name);
    let places = || (Some(old.place()), Some(new.place()));
    if old.name() != new.name() {
        let what =
            format!("`{}` is called `{}` now, or its bytes were given to another field", old.path, new.path);
        comparison.say_changed(rules::TA7002, &subject, what, places());
    } else if holder_renamed(wholes, old, new) {
        let (before, now) = (&old.top.name, &new.top.name);
        let what = format!("`{before}` is called `{now}` now, or its bytes were given to another field");
        comparison.say_changed(rules::TA7002, format!("{}.{before}", whole.name), what, places());
    } else if old.path != new.path && old.span == new.span {
        let what = format!("`{}` is declared as `{}` now; its bytes are the same", old.path, new.path);
        comparison.say_changed(rules::TA1016, &subject, what, places());
    }
    if let (Some(before), Some(now)) = (old.inside, new.inside)
        && old.path == new.path
        && before.name != now.name
    {
        ty::renamed(comparison, &before.name, &now.name);
    }
    ty::compare(comparison, &subject, old, new);
    meaning::compare(comparison, &subject, old, new);
    if whole.whole == Whole::Record {
        compare_versions(comparison, &subject, old, new);
    }
}

/// Returns whether the field that holds both may be the same field under another name: it has the bytes that
/// it had, or its old name is gone and its new name is new. What it holds may be of another thing then. Its
/// composite may have another name, other fields and another size as well.
fn holder_renamed((whole, now_whole): (&Shape<'_>, &Shape<'_>), old: &Leaf<'_>, new: &Leaf<'_>) -> bool {
    let (before, now) = (old.top, new.top);
    let same_bytes = (before.offset, before.size) == (now.offset, now.size);
    let has = |shape: &Shape<'_>, name: &str| shape.fields.iter().any(|field| field.name == name);
    let replaced = !has(now_whole, &before.name) && !has(whole, &now.name);
    before.name != now.name && (same_bytes || replaced) && old.inside.is_some() && new.inside.is_some()
}

fn compare_versions(comparison: &mut Comparison, subject: &str, old: &Leaf<'_>, new: &Leaf<'_>) {
    let since = |leaf: &Leaf<'_>| (leaf.top.since, leaf.top.bytes_since());
    if since(old) != since(new) {
        let said = |leaf: &Leaf<'_>| match since(leaf) {
            (since, bytes) if since == bytes => format!("since version {since}"),
            (since, bytes) => format!("since version {since}, in bytes of version {bytes}"),
        };
        let what = format!("`{}` is there {} now, and was {}", old.path, said(new), said(old));
        comparison.say(rules::TA2011, subject, what);
    }
    match (old.top.deprecated, new.top.deprecated) {
        (before, now) if before == now => {}
        (None, Some(version)) => {
            let what = format!("`{}` is deprecated since version {version}; its bytes stay", old.path);
            comparison.say(rules::TA1031, subject, what);
        }
        (Some(before), Some(now)) => {
            let what =
                format!("`{}` is deprecated since version {now} now, and was since {before}", old.path);
            comparison.say(rules::TA1031, subject, what);
        }
        (Some(version), None) => {
            let what = format!("`{}` was deprecated since version {version}, and is not any more", old.path);
            comparison.say(rules::TA1031, subject, what);
        }
        (None, None) => {}
    }
}

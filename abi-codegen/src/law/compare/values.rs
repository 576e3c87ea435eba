//! Names of values and of bits, before and now.

use super::Comparison;
use crate::law::finding::Place;
use crate::law::rule::{Fact, Rule};
use crate::law::rules;
use crate::model::Named;

/// Live values and retired ones.
type Values<'c> = (&'c [Named], &'c [Named]);

fn by_name<'c>(values: &'c [Named], name: &str) -> Option<&'c Named> {
    values.iter().find(|named| named.name == name)
}

fn by_value<'c>(values: &'c [Named], value: &Named) -> Option<&'c Named> {
    values.iter().find(|named| named.value == value.value)
}

/// Returns a number in decimal digits, and behind it in hexadecimal ones where a source is likely to write it so.
fn decimal(named: &Named) -> String {
    let number = named.value.0;
    if number > 0xff { format!("{number} ({number:#x})") } else { number.to_string() }
}

fn mask(named: &Named) -> String {
    format!("{:#x}", named.value.0)
}

fn place(text: String) -> Place {
    Place { text, bytes: None }
}

/// Compares the values of a code.
pub(super) fn compare_codes(comparison: &mut Comparison, code: &str, old: Values<'_>, new: Values<'_>) {
    for named in old.0 {
        let subject = format!("{code}::{}", named.name);
        match by_name(new.0, &named.name) {
            Some(now) if now.value == named.value => {}
            Some(now) => comparison.say_changed(
                rules::TA3001,
                subject,
                format!("`{}` is {} now, and was {}", named.name, decimal(now), decimal(named)),
                (Some(place(decimal(named))), Some(place(decimal(now)))),
            ),
            None => gone(comparison, subject, named, old, new, (rules::TA3003, decimal)),
        }
    }
    retired(comparison, code, old, new, (rules::TA3003, decimal));
    taken(comparison, code, old, new, (rules::TA3003, decimal));
    for named in new.0.iter().filter(|named| is_new(named, old)) {
        let rule = if comparison.facts.declare(&[Fact::CodesOpen]) { rules::TA3005 } else { rules::TA3004 };
        let subject = format!("{code}::{}", named.name);
        comparison.say(rule, subject, format!("{} has the name `{}` now", decimal(named), named.name));
    }
}

/// Compares the bits of flags.
pub(super) fn compare_flags(comparison: &mut Comparison, flags: &str, old: Values<'_>, new: Values<'_>) {
    for named in old.0 {
        let subject = format!("{flags}::{}", named.name);
        match by_name(new.0, &named.name) {
            Some(now) if now.value == named.value => {}
            Some(now) => {
                let bits = |named: &Named| named.value.0.count_ones();
                let rule = if bits(now) != bits(named) {
                    rules::TA1026
                } else if bits(named) > 1 {
                    rules::TA1025
                } else {
                    rules::TA3009
                };
                comparison.say_changed(
                    rule,
                    subject,
                    format!("`{}` is {} now, and was {}", named.name, mask(now), mask(named)),
                    (Some(place(mask(named))), Some(place(mask(now)))),
                );
            }
            None => gone(comparison, subject, named, old, new, (rules::TA3010, mask)),
        }
    }
    retired(comparison, flags, old, new, (rules::TA3010, mask));
    taken(comparison, flags, old, new, (rules::TA3010, mask));
    for named in new.0.iter().filter(|named| is_new(named, old)) {
        let subject = format!("{flags}::{}", named.name);
        let over = old.0.iter().chain(old.1).find(|before| before.value.0 & named.value.0 != 0);
        match over {
            Some(before) => comparison.say(
                rules::TA3010,
                subject,
                format!("`{}` takes bits that were those of `{}`", named.name, before.name),
            ),
            None => {
                comparison.say(
                    rules::TA3011,
                    subject,
                    format!("{} has the name `{}` now", mask(named), named.name),
                );
            }
        }
    }
}

/// Says of every flag, live or retired, that its bits belong to a number now.
pub(super) fn lose_flags(comparison: &mut Comparison, flags: &str, old: Values<'_>) {
    for named in old.0.iter().chain(old.1) {
        let what = format!("{} was `{}`, and belongs to a plain number now", mask(named), named.name);
        comparison.say(rules::TA3010, format!("{flags}::{}", named.name), what);
    }
}

/// Returns whether a value is new, and is not an old one under another name.
fn is_new(named: &Named, old: Values<'_>) -> bool {
    by_name(old.0, &named.name).is_none()
        && by_value(old.0, named).is_none()
        && by_value(old.1, named).is_none()
}

/// Judges a name that is gone: retired, called otherwise, or taken away with its number.
fn gone(
    comparison: &mut Comparison,
    subject: String,
    named: &Named,
    old: Values<'_>,
    new: Values<'_>,
    (reused, written): (&'static Rule, fn(&Named) -> String),
) {
    if new.1.iter().any(|kept| kept.value == named.value) {
        return;
    }
    let number = written(named);
    match by_value(new.0, named) {
        Some(now) if by_name(old.0, &now.name).is_none() && by_name(old.1, &now.name).is_none() => {
            let what = format!("{number} was `{}` and is `{}`: renamed, or reused", named.name, now.name);
            let places = (Some(place(named.name.clone())), Some(place(now.name.clone())));
            comparison.say_changed(rules::TA7003, subject, what, places);
        }
        Some(now) => {
            let what = format!("{number} means `{}` now, and meant `{}`", now.name, named.name);
            comparison.say(reused, subject, what);
        }
        None => {
            let what = format!("{number} has no name any more, was `{}`, and is not retired", named.name);
            comparison.say(rules::TA3002, subject, what);
        }
    }
}

/// Judges new names that have the number of a name which has another one now.
fn taken(
    comparison: &mut Comparison,
    owner: &str,
    old: Values<'_>,
    new: Values<'_>,
    (reused, written): (&'static Rule, fn(&Named) -> String),
) {
    for named in new.0.iter().filter(|named| by_name(old.0, &named.name).is_none()) {
        let before = by_value(old.0, named).filter(|before| by_name(new.0, &before.name).is_some());
        if let Some(before) = before {
            let what = format!("{} means `{}` now, and meant `{}`", written(named), named.name, before.name);
            comparison.say(reused, format!("{owner}::{}", named.name), what);
        }
    }
}

/// Judges numbers that were retired.
fn retired(
    comparison: &mut Comparison,
    owner: &str,
    old: Values<'_>,
    new: Values<'_>,
    (reused, written): (&'static Rule, fn(&Named) -> String),
) {
    for named in old.1 {
        let subject = format!("{owner}::{}", named.name);
        let number = written(named);
        if let Some(now) = by_value(new.0, named) {
            let what =
                format!("{number} means `{}` now; it was retired, and meant `{}`", now.name, named.name);
            comparison.say(reused, subject, what);
        } else if by_value(new.1, named).is_none() {
            let what = format!("the entry that retires {number}, once `{}`, is gone", named.name);
            comparison.say(rules::TA3002, subject, what);
        }
    }
}

//! What a number means: as much a part of the ABI as where it lies (REC-13).

use super::Comparison;
use super::leaf::Leaf;
use crate::law::finding::Place;
use crate::law::rule::Rule;
use crate::law::rules;
use crate::model::Kind;

/// Compares what two fields mean.
pub(super) fn compare(comparison: &mut Comparison, subject: &str, old: &Leaf<'_>, new: &Leaf<'_>) {
    let (before, now) = (old.field, new.field);
    let scale =
        |scale: Option<[u32; 2]>| scale.map(|[numerator, denominator]| format!("{numerator}/{denominator}"));
    let kind = |kind: Option<Kind>| kind.map(|kind| kind.name().to_owned());
    let kinds = [before.kind, now.kind];
    let identity = kinds.contains(&Some(Kind::Identity));
    let stated: [(&'static Rule, &str, Option<String>, Option<String>); 4] = [
        (rules::TA6001, "unit", before.unit.clone(), now.unit.clone()),
        (rules::TA6002, "scale", scale(before.scale), scale(now.scale)),
        (rules::TA6003, "clock", before.clock.clone(), now.clock.clone()),
        (if identity { rules::TA6007 } else { rules::TA6006 }, "kind", kind(before.kind), kind(now.kind)),
    ];
    for (rule, word, before, now) in stated {
        // What was never stated can be stated; a person has to say that it was meant all along.
        let rule = if before.is_none() { rules::TA6010 } else { rule };
        changed(comparison, rule, subject, word, (before, now));
    }
    let absent = |absent: Option<crate::model::Integer>| absent.map(|absent| absent.0.to_string());
    let rule = match (before.absent, now.absent) {
        (None, _) => rules::TA2010,
        (_, None) => rules::TA2011,
        _ => rules::TA2009,
    };
    changed(comparison, rule, subject, "absent value", (absent(before.absent), absent(now.absent)));
    match (old.private, new.private) {
        (true, false) => {
            comparison.say(rules::TA6008, subject, format!("`{}` was private, and is public now", old.path));
        }
        (false, true) => {
            comparison.say(rules::TA6009, subject, format!("`{}` was public, and is private now", old.path));
        }
        (true, true) | (false, false) => {}
    }
    let wraps = before.clock.is_some() || before.kind == Some(Kind::Counter);
    if wraps && before.size != now.size {
        let what = format!(
            "`{}` grew round at {} bits, and does at {} now: differences across the change are wrong",
            old.path,
            8 * before.size,
            8 * now.size
        );
        comparison.say(rules::TA6005, subject, what);
    }
    if !before.doc.is_empty() && !now.doc.is_empty() && before.doc != now.doc {
        comparison.say(
            rules::TA6013,
            subject,
            format!("the documentation of `{}` reads otherwise", old.path),
        );
    }
}

fn changed(
    comparison: &mut Comparison,
    rule: &'static Rule,
    subject: &str,
    word: &str,
    (before, now): (Option<String>, Option<String>),
) {
    if before == now {
        return;
    }
    let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "not stated".to_owned());
    let what = format!("its {word} is {} now, and was {}", said(&now), said(&before));
    let place = |text: Option<String>| text.map(|text| Place { text, bytes: None });
    comparison.say_changed(rule, subject, what, (place(before), place(now)));
}

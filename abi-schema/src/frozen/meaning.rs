//! What a released field's values meant, held against what they mean now.

use super::Break;
use super::leaf::Leaf;
use super::line::Line;
use crate::names::same_text;
use crate::{Message, Privacy};

/// What is not stated.
const NOTHING: &str = "-";

/// Returns the first change of meaning that breaks somebody. What was never stated may be stated.
pub(super) const fn meaning_break(leaf: &Leaf, line: &Line<'_>) -> Option<Break> {
    let now = &leaf.field.meaning;
    let kind = match now.kind {
        Some(kind) => kind.name(),
        None => NOTHING,
    };
    let identity = same_text(kind, "identity") || same_text(line.kind, "identity");
    let mut scale = Message::new();
    match now.scale {
        Some(stated) => scale.number(stated.numerator as u64).text("/").number(stated.denominator as u64),
        None => scale.text(NOTHING),
    };
    let stated = [
        ("TA6001", "unit", line.unit, or_nothing(now.unit)),
        ("TA6002", "scale", line.scale, scale.as_str()),
        ("TA6003", "clock", line.clock, or_nothing(now.clock)),
        (if identity { "TA6007" } else { "TA6006" }, "kind", line.kind, kind),
    ];
    let mut at = 0;
    while at < stated.len() {
        let (rule, word, before, now) = stated[at];
        if !same_text(before, now) && !same_text(before, NOTHING) {
            return Some(changed(rule, word, line, before, now));
        }
        at += 1;
    }
    let mut absent = Message::new();
    match now.absent {
        Some(value) => absent.integer(value),
        None => absent.text(NOTHING),
    };
    if !same_text(line.absent, absent.as_str()) {
        let rule = if same_text(line.absent, NOTHING) {
            "TA2010"
        } else if same_text(absent.as_str(), NOTHING) {
            "TA2011"
        } else {
            "TA2009"
        };
        return Some(changed(rule, "absent value", line, line.absent, absent.as_str()));
    }
    if line.private && matches!(now.privacy, Privacy::Public) {
        return Some(changed("TA6008", "privacy", line, "private", "public"));
    }
    None
}

const fn or_nothing(text: &str) -> &str {
    if text.is_empty() { NOTHING } else { text }
}

const fn changed(rule: &'static str, word: &str, line: &Line<'_>, before: &str, now: &str) -> Break {
    let mut what = Message::new();
    what.text("has the ").text(word).text(" ").text(shown(now)).text(" now, and had ").text(shown(before));
    line.broken(rule, what)
}

const fn shown(text: &str) -> &str {
    if same_text(text, NOTHING) { "none" } else { text }
}

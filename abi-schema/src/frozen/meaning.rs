//! What a released field's values meant, held against what they mean now (REC-13).

use super::cursor::number;
use super::finder::Finder;
use super::leaf::Leaf;
use super::line::Line;
use super::said::{Text, What};
use crate::names::same_text;

/// Says what breaks somebody. What was never stated may be stated.
pub(super) const fn compare(finder: &mut Finder<'_>, line: &Line, leaf: &Leaf) {
    let now = &leaf.field.meaning;
    let kind = match now.kind {
        Some(kind) => kind.name(),
        None => "",
    };
    let identity = same_text(kind, "identity") || same_text(line.kind, "identity");
    let kinds = if identity { "TA6007" } else { "TA6006" };
    word(finder, line, "TA6001", "unit", line.unit, now.unit);
    word(finder, line, "TA6003", "clock", line.clock, now.clock);
    word(finder, line, kinds, "kind", line.kind, kind);
    scale(finder, line, leaf);
    absent(finder, line, leaf);
    if line.private && !leaf.private {
        finder.say(line.breaks("TA6008", What::Words("was private, and is public now")));
    }
}

const fn word(
    finder: &mut Finder<'_>,
    line: &Line,
    rule: &'static str,
    word: &'static str,
    before: &'static str,
    now: &'static str,
) {
    if !before.is_empty() && !same_text(before, now) {
        finder.say(line.breaks(rule, What::Stated(word, Text::Word(now), Text::Word(before))));
    }
}

const fn scale(finder: &mut Finder<'_>, line: &Line, leaf: &Leaf) {
    if line.scale.is_empty() {
        return;
    }
    let now = match leaf.field.meaning.scale {
        Some(scale) => Text::Fraction(scale.numerator, scale.denominator),
        None => Text::Word(""),
    };
    if !is_fraction(line.scale, now) {
        finder.say(line.breaks("TA6002", What::Stated("scale", now, Text::Word(line.scale))));
    }
}

/// Returns whether a lock writes the scale by this word: `1/1000`.
const fn is_fraction(word: &str, scale: Text) -> bool {
    let Text::Fraction(numerator, denominator) = scale else { return false };
    let bytes = word.as_bytes();
    let mut mark = 0;
    while mark < bytes.len() && bytes[mark] != b'/' {
        mark += 1;
    }
    let (before, behind) = word.split_at(mark);
    number(before) == numerator as i128 && number(behind) == denominator as i128
}

const fn absent(finder: &mut Finder<'_>, line: &Line, leaf: &Leaf) {
    let before = if line.absent.is_empty() { None } else { Some(number(line.absent)) };
    let (rule, now) = match (before, leaf.field.meaning.absent) {
        (None, None) => return,
        (Some(before), Some(now)) if before == now => return,
        (None, Some(now)) => ("TA2010", Text::Integer(now)),
        (Some(_), None) => ("TA2011", Text::Word("")),
        (Some(_), Some(now)) => ("TA2009", Text::Integer(now)),
    };
    finder.say(line.breaks(rule, What::Stated("absent value", now, Text::Word(line.absent))));
}

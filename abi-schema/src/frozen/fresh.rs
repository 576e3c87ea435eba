//! Fields that were, and are no more; and fields that are, and were not.

use super::finder::{Break, Finder};
use super::leaf::Leaf;
use super::line::Line;
use super::pairing::{Pairing, overlap};
use super::said::What;
use super::shift::Shifts;
use super::whole::{Kind, Whole};

/// Says what became of fields that have no counterpart.
pub(super) const fn gone(finder: &mut Finder<'_>, pairing: &Pairing) {
    let mut at = 0;
    while at < pairing.old.len {
        if pairing.is_only_old(at) {
            finder.say(lost(pairing, pairing.old.at(at)));
        }
        at += 1;
    }
}

const fn lost(pairing: &Pairing, line: &Line) -> Break {
    let (mut covering, mut bytes, mut within, mut into, mut at) = (0, 0, true, "", 0);
    while at < pairing.new.len {
        let leaf = pairing.new.at(at);
        if pairing.is_only_new(at) && overlap(line, leaf) {
            covering += 1;
            bytes += leaf.field.size;
            within &= line.offset <= leaf.offset && leaf.end() <= line.end();
            into = leaf.field.name;
            if leaf.field.size > line.size && is_merged(pairing, leaf) {
                return line.breaks("TA1029", What::Of("was merged into ", into, ""));
            }
        }
        at += 1;
    }
    if covering > 1 && within && bytes == line.size {
        line.breaks("TA1029", What::Of("was split; ", into, " is one of its parts"))
    } else {
        line.breaks("TA1003", What::Words("is gone; old readers still take its bytes for it"))
    }
}

/// Returns whether a new field is made of old ones that are gone.
const fn is_merged(pairing: &Pairing, leaf: &Leaf) -> bool {
    let (mut parts, mut bytes, mut at) = (0, 0, 0);
    while at < pairing.old.len {
        if pairing.is_only_old(at) && overlap(pairing.old.at(at), leaf) {
            parts += 1;
            bytes += pairing.old.at(at).size;
        }
        at += 1;
    }
    parts > 1 && bytes == leaf.field.size
}

/// Says what new fields are: appended, a claim, or a break.
pub(super) const fn appeared(finder: &mut Finder<'_>, whole: &Whole, pairing: &Pairing, shifts: &Shifts) {
    let mut at = 0;
    while at < pairing.new.len {
        if pairing.is_only_new(at) && !shifts.inserted[at] {
            judge(finder, whole, pairing, pairing.new.at(at));
        }
        at += 1;
    }
    at = 0;
    while at < pairing.new.len && whole.is_record() {
        let leaf = pairing.new.at(at);
        if pairing.is_only_new(at) && leaf.top.since <= whole.version {
            let what = What::Early(leaf.top.name, leaf.top.since);
            finder.say(Break::of_whole("TA4009", whole.name, what));
        }
        at += 1;
    }
}

const fn judge(finder: &mut Finder<'_>, whole: &Whole, pairing: &Pairing, leaf: &Leaf) {
    let (mut under, mut at) = (None, 0);
    while at < pairing.old.len {
        let line = pairing.old.at(at);
        if overlap(line, leaf) {
            if !line.reserved {
                let rule = if pairing.is_only_old(at) { "TA1027" } else { "TA1004" };
                finder.say(leaf.breaks(rule, What::Of("takes bytes that were those of ", line.name, "")));
                return;
            }
            under = match under {
                None => Some(Under::of(line, leaf)),
                Some(under) => Some(under.and(line, leaf)),
            };
        }
        at += 1;
    }
    if let Some(under) = under {
        claim(finder, whole, &under, leaf);
    } else if !whole.is_record() || leaf.inside && leaf.top.since <= whole.version {
        let what = What::Words("was added to a composite, which is frozen whole and has no versions (VER-8)");
        finder.say(leaf.breaks("TA1004", what));
    }
}

/// Reserved bytes that a new field takes.
#[derive(Clone, Copy)]
struct Under {
    start: u32,
    end: u32,
    /// Whether all of them have the age that the field says.
    is_of_age: bool,
}

impl Under {
    const fn of(line: &Line, leaf: &Leaf) -> Self {
        let is_of_age = line.bytes_since == leaf.top.bytes_since;
        Self { start: line.offset, end: line.end(), is_of_age }
    }

    /// Adds those that come next.
    const fn and(self, line: &Line, leaf: &Leaf) -> Self {
        let next = Self::of(line, leaf);
        Self { start: self.start, end: next.end, is_of_age: self.is_of_age && next.is_of_age }
    }
}

/// Judges a new field that lies where bytes were reserved (VER-3, VER-4).
const fn claim(finder: &mut Finder<'_>, whole: &Whole, under: &Under, leaf: &Leaf) {
    let fault = match whole.kind {
        _ if leaf.offset < under.start || under.end < leaf.end() => "and bytes behind them",
        Kind::Element => "of a composite, which has no versions (VER-8)",
        // Where the new field is decides: what a composite held before it was spelled out is the record's.
        Kind::Record if leaf.inside && leaf.top.since <= whole.version => {
            "of a composite, which has no versions (VER-8)"
        }
        Kind::Record if leaf.top.since <= whole.version => "without a new version (VER-3)",
        Kind::Record if !under.is_of_age => "and does not say since when they were reserved (VER-3)",
        Kind::Listed if !finder.frozen.minor_number => {
            "of a composite, which has no versions (VER-8), and no `minor_number` is declared of it"
        }
        Kind::Listed | Kind::Record => return,
    };
    finder.say(leaf.breaks("TA1011", What::Claims(leaf.offset, fault)));
}

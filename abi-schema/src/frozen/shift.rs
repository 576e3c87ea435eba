//! Fields that moved, and what pushed them.

use super::finder::{Break, Finder};
use super::leaf::Leaf;
use super::line::{Line, MOST};
use super::pairing::Pairing;
use super::said::What;

/// What is known of the moves in a whole.
pub(super) struct Shifts {
    /// New fields that pushed others: they have been told.
    pub(super) inserted: [bool; MOST],
    /// Old reserved bytes whose change pushed others.
    pub(super) reserved: [bool; MOST],
}

/// Tells every move at its cause.
pub(super) const fn compare(finder: &mut Finder<'_>, whole: &'static str, pairing: &Pairing) -> Shifts {
    let mut shifts = Shifts { inserted: [false; MOST], reserved: [false; MOST] };
    let (mut at, mut last) = (0, 0);
    while at < pairing.old.len {
        let line = pairing.old.at(at);
        if let Some(leaf) = pairing.now(at)
            && !swapped(finder, whole, pairing, at)
        {
            let by = delta(line, leaf);
            // Neighbours that moved by as many bytes were moved by one cause.
            if by != 0 && by != last {
                tell(finder, whole, pairing, at, &mut shifts);
            }
            last = by;
        }
        at += 1;
    }
    shifts
}

const fn delta(line: &Line, leaf: &Leaf) -> i64 {
    leaf.offset as i64 - line.offset as i64
}

/// Returns whether a field and another have taken each other's bytes, and tells the first of them.
const fn swapped(finder: &mut Finder<'_>, whole: &'static str, pairing: &Pairing, first: usize) -> bool {
    let line = pairing.old.at(first);
    let Some(leaf) = pairing.now(first) else { return false };
    if leaf.offset == line.offset {
        return false;
    }
    let mut at = 0;
    while at < pairing.old.len {
        let other = pairing.old.at(at);
        if let Some(other_leaf) = pairing.now(at)
            && at != first
            && other.offset == leaf.offset
            && other.size == leaf.field.size
            && other_leaf.offset == line.offset
            && other_leaf.field.size == line.size
        {
            if at > first {
                let with = if moved_whole(other, other_leaf) { other.top.0 } else { other.name };
                let what = What::Of("and ", with, " have taken each other's bytes");
                finder.say(moved(whole, line, leaf, "TA1006", what));
            }
            return true;
        }
        at += 1;
    }
    false
}

/// Returns whether a field lies in its composite where it lay: then the composite moved.
const fn moved_whole(line: &Line, leaf: &Leaf) -> bool {
    line.inside && leaf.inside && line.offset - line.top.1 == leaf.offset - leaf.top.offset
}

/// Says that a field moved, or the composite that holds it.
const fn moved(whole: &'static str, line: &Line, leaf: &Leaf, rule: &'static str, what: What) -> Break {
    if moved_whole(line, leaf) {
        return Break { rule, owner: whole, joint: ".", name: line.top.0, what };
    }
    line.breaks(rule, what)
}

/// Tells one move, at what caused it.
const fn tell(
    finder: &mut Finder<'_>,
    whole: &'static str,
    pairing: &Pairing,
    first: usize,
    shifts: &mut Shifts,
) {
    let (line, Some(leaf)) = (pairing.old.at(first), pairing.now(first)) else { return };
    // The field before it that is still there; what stands between the two is the cause.
    let mut anchor = first;
    while anchor > 0 && pairing.now(anchor - 1).is_none() {
        anchor -= 1;
    }
    let (mut from, mut resized) = (0, false);
    if anchor > 0
        && let Some(before) = pairing.now(anchor - 1)
    {
        from = before.end();
        resized = before.field.size != pairing.old.at(anchor - 1).size;
    }
    if delta(line, leaf) > 0 && inserted(pairing, from, leaf, shifts) {
        let mut at = 0;
        while at < pairing.new.len {
            let new = pairing.new.at(at);
            if shifts.inserted[at] && from <= new.offset && new.end() <= leaf.offset {
                finder.say(new.breaks("TA1004", What::PutIn(line.name, line.offset, leaf.offset)));
            }
            at += 1;
        }
        return;
    }
    if resized {
        // The field before it grew or shrank: that has been told.
        return;
    }
    let (mut removed, mut bytes, mut at) = (false, 0, anchor);
    while at < first {
        let between = pairing.old.at(at);
        removed |= !between.reserved;
        bytes += if between.reserved { between.size } else { 0 };
        at += 1;
    }
    if removed || bytes == reserved_between(pairing, from, leaf.offset) {
        finder.say(moved(whole, line, leaf, "TA1001", What::Moved(line.offset, leaf.offset, "")));
        return;
    }
    if anchor == first {
        let why = ", for there are other reserved bytes before it";
        finder.say(moved(whole, line, leaf, "TA1012", What::Moved(line.offset, leaf.offset, why)));
        return;
    }
    let what = What::Of("was reserved; it changed, and ", line.name, " behind it moved");
    finder.say(pairing.old.at(anchor).breaks("TA1012", what));
    at = anchor;
    while at < first {
        shifts.reserved[at] = true;
        at += 1;
    }
}

/// Returns whether new fields stand between byte `from` and a field that moved, and marks them.
const fn inserted(pairing: &Pairing, from: u32, moved: &Leaf, shifts: &mut Shifts) -> bool {
    let (mut found, mut at) = (false, 0);
    while at < pairing.new.len {
        let new = pairing.new.at(at);
        if pairing.is_only_new(at) && from <= new.offset && new.end() <= moved.offset {
            found = true;
            shifts.inserted[at] = true;
        }
        at += 1;
    }
    found
}

/// Returns how many bytes are reserved now between two bytes.
const fn reserved_between(pairing: &Pairing, from: u32, to: u32) -> u32 {
    let (mut bytes, mut at) = (0, 0);
    while at < pairing.new.len {
        let new = pairing.new.at(at);
        if new.reserved() && from <= new.offset && new.end() <= to {
            bytes += new.field.size;
        }
        at += 1;
    }
    bytes
}

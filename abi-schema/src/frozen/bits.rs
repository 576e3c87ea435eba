//! Reserved bytes that nobody claimed: they stay where they are.

use super::finder::Finder;
use super::line::Line;
use super::pairing::{Pairing, overlap};
use super::said::What;
use super::shift::Shifts;
use super::whole::Whole;

/// Tells reserved bytes that are not reserved any more and that nobody claimed.
pub(super) const fn compare(finder: &mut Finder<'_>, whole: &Whole, pairing: &Pairing, shifts: &Shifts) {
    let mut at = 0;
    while at < pairing.old.len {
        if pairing.old.at(at).reserved && !shifts.reserved[at] {
            judge(finder, whole, pairing, pairing.old.at(at));
        }
        at += 1;
    }
}

const fn judge(finder: &mut Finder<'_>, whole: &Whole, pairing: &Pairing, line: &Line) {
    let mut at = 0;
    while at < pairing.new.len {
        let leaf = pairing.new.at(at);
        if overlap(line, leaf) {
            if let Some(before) = pairing.before(at) {
                if before.offset == leaf.offset {
                    let what = What::Words("was made wider, over reserved bytes");
                    finder.say(before.breaks("TA2004", what));
                } else {
                    finder.say(line.breaks(
                        "TA1012",
                        What::Of("was reserved, and belongs to ", leaf.field.name, " now"),
                    ));
                }
                return;
            }
            if leaf.reserved() && leaf.top.bytes_since != line.bytes_since {
                let now = [leaf.top.since, leaf.top.bytes_since];
                finder.say(line.breaks("TA1012", What::Since(now, [line.since, line.bytes_since])));
                return;
            }
        }
        at += 1;
    }
    if line.end() > whole.size {
        finder.say(line.breaks("TA1012", What::Words("was reserved, and its bytes are gone")));
    }
}

//! Reserved bytes: claimed, moved, or gone.

use std::collections::HashSet;

use super::Comparison;
use super::bytes::{Pairing, overlaps};
use super::leaf::Leaf;
use super::shape::{Shape, Whole};
use super::shift::Shifts;
use crate::law::finding::Finding;
use crate::law::rule::{Direction, Severity};
use crate::law::rules;

/// Judges a new field that lies where bytes were reserved (VER-3, VER-4): those of `under`, in their order.
pub(super) fn claim(comparison: &mut Comparison, old: &Shape<'_>, under: &[&Leaf<'_>], now: &Leaf<'_>) {
    let (Some(before), Some(last)) = (under.first(), under.last()) else { return };
    let what =
        format!("`{}` takes reserved bytes, {} of them at byte {}", now.path, now.span.size, now.span.offset);
    let subject = now.subject(old.name);
    let mut finding = Finding::new(rules::TA1011, subject, what);
    (finding.old, finding.new) = (Some(before.place()), Some(now.place()));
    let within = before.span.offset <= now.span.offset && now.span.end() <= last.span.end();
    let age = now.top.bytes_since();
    let fault = match old.whole {
        _ if !within => Some("and bytes behind them"),
        Whole::Element => Some("of a composite, which has no versions (VER-8)"),
        // Where the new field is decides: what a composite held before it was spelled out is the record's.
        Whole::Record if now.inside.is_some() && now.top.since <= old.version => {
            Some("of a composite, which has no versions (VER-8)")
        }
        Whole::Listed if !comparison.facts.declare(rules::TA1011.facts) => {
            Some("of a composite, which has no versions (VER-8), and no minor number is declared of it")
        }
        Whole::Record if now.top.since <= old.version => Some("without a new version (VER-3)"),
        Whole::Record if under.iter().any(|before| before.top.bytes_since() != age) => {
            Some("and does not say since when they were reserved (`claims`, VER-3)")
        }
        Whole::Listed | Whole::Record => None,
    };
    comparison.facts.excuse(&mut finding);
    if let Some(fault) = fault {
        finding.severity = Severity::Break;
        finding.direction = Direction::Both;
        finding.what = format!("{} {fault}", finding.what);
    }
    comparison.push_judged(finding);
}

/// Returns whether a field that was there lies where it lay.
fn was_there(pairing: &Pairing<'_>, now: &Leaf<'_>) -> bool {
    pairing.pairs().any(|(before, other)| other.span == now.span && before.span.offset == now.span.offset)
}

/// Tells reserved bytes that are not reserved any more and that nobody claimed.
pub(super) fn reserved(
    comparison: &mut Comparison,
    old: &Shape<'_>,
    new: &Shape<'_>,
    pairing: &Pairing<'_>,
    shifts: &Shifts,
) {
    let stayed: HashSet<(u32, u32)> =
        pairing.pairs().map(|(_, now)| (now.span.offset, now.span.size)).collect();
    for leaf in pairing.old.iter().filter(|leaf| leaf.reserved()) {
        if shifts.reserved.contains(&leaf.span.offset) {
            continue;
        }
        let over: Vec<&Leaf<'_>> = pairing.new.iter().filter(|now| overlaps(leaf, now)).collect();
        let taker = over.iter().find(|now| stayed.contains(&(now.span.offset, now.span.size)));
        let shrunk = leaf.span.end() > new.size;
        let late = over.iter().find(|now| now.reserved() && now.top.bytes_since() != leaf.top.bytes_since());
        if let Some(widened) = taker.filter(|now| was_there(pairing, now)) {
            let what = format!("`{}` was made wider, over reserved bytes", widened.path);
            comparison.say(rules::TA2004, widened.subject(old.name), what);
            continue;
        }
        let what = match (taker, late) {
            (Some(taker), _) => {
                format!("reserved bytes at byte {} belong to `{}` now", leaf.span.offset, taker.path)
            }
            (None, Some(late)) => format!(
                "reserved bytes at byte {} are said to exist since version {}, and existed since {}",
                leaf.span.offset,
                late.top.bytes_since(),
                leaf.top.bytes_since()
            ),
            (None, None) if shrunk => format!("reserved bytes at byte {} are gone", leaf.span.offset),
            (None, None) => continue,
        };
        let mut finding = Finding::new(rules::TA1012, leaf.subject(old.name), what);
        finding.old = Some(leaf.place());
        comparison.push(finding);
    }
}

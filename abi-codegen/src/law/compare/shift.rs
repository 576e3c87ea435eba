//! Fields that moved, and what pushed them.

use std::collections::HashSet;

use super::Comparison;
use super::bytes::Pairing;
use super::leaf::Leaf;
use super::shape::Shape;
use crate::law::finding::{Finding, Moved};
use crate::law::rules;

/// What is known of the moves in a whole.
#[derive(Default)]
pub(super) struct Shifts {
    /// Indices of new leaves that pushed others: they have been told.
    pub(super) inserted: HashSet<usize>,
    /// First bytes of old reserved leaves whose change pushed others.
    pub(super) reserved: HashSet<u32>,
}

/// Neighbours that moved by the same number of bytes.
struct Group<'p, 'c> {
    /// Index of the first of them among the old leaves.
    first: usize,
    members: Vec<(&'p Leaf<'c>, &'p Leaf<'c>)>,
}

impl Group<'_, '_> {
    fn moved(&self) -> Vec<Moved> {
        let moved = self.members.iter().map(|(before, now)| Moved {
            field: before.path.clone(),
            from: before.span.offset,
            to: now.span.offset,
        });
        moved.collect()
    }

    fn delta(&self) -> i64 {
        self.members.first().map_or(0, |(before, now)| delta(before, now))
    }
}

fn delta(before: &Leaf<'_>, now: &Leaf<'_>) -> i64 {
    i64::from(now.span.offset) - i64::from(before.span.offset)
}

/// Returns what moved. A field that lies in its composite where it lay did not: the composite moved with it,
/// and is the same wherever else it is held.
fn mover(whole: &Shape<'_>, before: &Leaf<'_>, now: &Leaf<'_>) -> String {
    let within = |leaf: &Leaf<'_>| leaf.span.offset.saturating_sub(leaf.top.offset);
    if before.inside.is_some() && now.inside.is_some() && within(before) == within(now) {
        return format!("{}.{}", whole.name, before.top.name);
    }
    before.subject(whole.name)
}

/// Tells every move once, at its cause.
pub(super) fn find(comparison: &mut Comparison, old: &Shape<'_>, pairing: &Pairing<'_>) -> Shifts {
    let mut shifts = Shifts::default();
    let swapped = swaps(comparison, old, pairing);
    for group in groups(pairing, &swapped) {
        tell(comparison, old, pairing, &group, &mut shifts);
    }
    shifts
}

/// Tells pairs that have taken each other's bytes, and returns the first bytes that they had.
fn swaps(comparison: &mut Comparison, old: &Shape<'_>, pairing: &Pairing<'_>) -> HashSet<u32> {
    let mut swapped = HashSet::new();
    let moved: Vec<_> = pairing.pairs().filter(|(before, now)| delta(before, now) != 0).collect();
    for (at, (before, now)) in moved.iter().enumerate() {
        let other = moved
            .iter()
            .skip(at + 1)
            .find(|(other_before, other_now)| other_before.span == now.span && other_now.span == before.span);
        let Some((other, _)) = other else { continue };
        let what = format!("`{}` and `{}` have taken each other's bytes", before.path, other.path);
        let places = (Some(before.place()), Some(now.place()));
        comparison.say_changed(rules::TA1006, mover(old, before, now), what, places);
        swapped.extend([before.span.offset, other.span.offset]);
    }
    swapped
}

fn groups<'p, 'c>(pairing: &'p Pairing<'c>, swapped: &HashSet<u32>) -> Vec<Group<'p, 'c>> {
    let mut groups: Vec<Group<'p, 'c>> = Vec::new();
    let mut last = 0;
    for (at, before) in pairing.old.iter().enumerate().filter(|(_, leaf)| !leaf.reserved()) {
        let now = pairing.forward.get(at).copied().flatten().and_then(|now| pairing.new.get(now));
        let Some(now) = now.filter(|_| !swapped.contains(&before.span.offset)) else { continue };
        let delta = delta(before, now);
        if delta != 0 {
            match groups.last_mut().filter(|_| last == delta) {
                Some(group) => group.members.push((before, now)),
                None => groups.push(Group { first: at, members: vec![(before, now)] }),
            }
        }
        last = delta;
    }
    groups
}

/// Tells one group of moves, at what pushed it.
fn tell(
    comparison: &mut Comparison,
    old: &Shape<'_>,
    pairing: &Pairing<'_>,
    group: &Group<'_, '_>,
    shifts: &mut Shifts,
) {
    let Some((first, first_now)) = group.members.first() else { return };
    // What stands before the first of them, back to the field that stayed beside it.
    let stands = |at: &usize| pairing.forward.get(*at).copied().flatten().is_some();
    let anchor = (0..group.first).rev().find(stands);
    let anchor_now = anchor.and_then(|at| pairing.new.get(pairing.forward.get(at).copied().flatten()?));
    let from = anchor_now.map_or(0, |leaf| leaf.span.end());
    let between = |leaf: &Leaf<'_>| from <= leaf.span.offset && leaf.span.end() <= first_now.span.offset;
    let inserted: Vec<usize> = (0..pairing.new.len())
        .filter(|at| pairing.backward.get(*at).is_some_and(Option::is_none))
        .filter(|at| pairing.new.get(*at).is_some_and(|leaf| !leaf.reserved() && between(leaf)))
        .collect();
    let resized = anchor.and_then(|at| pairing.old.get(at)).zip(anchor_now);
    let resized = resized.filter(|(before, now)| before.span.size != now.span.size);
    let gap = pairing.old.get(anchor.map_or(0, |at| at + 1)..group.first).unwrap_or_default();
    let removed = gap.iter().find(|leaf| !leaf.reserved());

    if group.delta() > 0 && !inserted.is_empty() {
        for (at, leaf) in inserted.iter().filter_map(|at| Some((*at, pairing.new.get(*at)?))) {
            let what = format!("`{}` was put in before `{}`", leaf.path, first.path);
            let mut finding = Finding::new(rules::TA1004, leaf.subject(old.name), what);
            finding.new = Some(leaf.place());
            finding.moved = group.moved();
            comparison.push(finding);
            shifts.inserted.insert(at);
        }
    } else if let Some((before, _)) = resized {
        // The field that grew or shrank is told where fields are compared; it only learns what it pushed.
        comparison.add_moved(&before.subject(old.name), group.moved());
    } else if removed.is_none() && reserved_differs(pairing, gap, from, first_now.span.offset) {
        let subject = gap.first().map_or_else(|| mover(old, first, first_now), |leaf| leaf.subject(old.name));
        shifts.reserved.extend(gap.iter().map(|leaf| leaf.span.offset));
        let what = format!("reserved bytes before `{}` changed, and it moved", first.path);
        let mut finding = Finding::new(rules::TA1012, subject, what);
        finding.old = gap.first().map(Leaf::place);
        finding.moved = group.moved();
        comparison.push(finding);
    } else {
        let because = removed.map_or(String::new(), |leaf| format!(", for `{}` is gone", leaf.path));
        let what = format!(
            "`{}` moved from byte {} to byte {}{because}",
            first.path, first.span.offset, first_now.span.offset
        );
        let mut finding = Finding::new(rules::TA1001, mover(old, first, first_now), what);
        (finding.old, finding.new) = (Some(first.place()), Some(first_now.place()));
        finding.moved = group.moved();
        comparison.push(finding);
    }
}

/// Returns whether the reserved bytes between two neighbours are not as many as they were.
fn reserved_differs(pairing: &Pairing<'_>, gap: &[Leaf<'_>], from: u32, to: u32) -> bool {
    let before: u32 = gap.iter().filter(|leaf| leaf.reserved()).map(|leaf| leaf.span.size).sum();
    let now = pairing
        .new
        .iter()
        .filter(|leaf| leaf.reserved() && from <= leaf.span.offset && leaf.span.end() <= to);
    before != now.map(|leaf| leaf.span.size).sum::<u32>()
}

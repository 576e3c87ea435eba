//! One whole, compared byte by byte: which field is where, and what became of it.

use std::collections::HashMap;

use super::entries::Elsewhere;
use super::leaf::{Leaf, leaves};
use super::shape::{Shape, Whole};
use super::shift::Shifts;
use super::{Comparison, kept, shift};
use crate::law::finding::Finding;
use crate::law::rules;
use crate::lock::type_word;

/// Leaves of two wholes, and which is which.
pub(super) struct Pairing<'c> {
    pub(super) old: Vec<Leaf<'c>>,
    pub(super) new: Vec<Leaf<'c>>,
    /// For each old leaf, its counterpart among the new.
    pub(super) forward: Vec<Option<usize>>,
    /// For each new leaf, its counterpart among the old.
    pub(super) backward: Vec<Option<usize>>,
}

/// Compares two wholes of one name.
pub(super) fn compare(
    comparison: &mut Comparison,
    old: Shape<'_>,
    new: Shape<'_>,
    elsewhere: &Elsewhere<'_>,
) {
    if old.is_begun_by(&new) {
        if comparison.passes_over(rules::TA1005) && comparison.passes_over(rules::TA1009) {
            return;
        }
        for field in new.fields.iter().skip(old.fields.len()).filter(|field| !field.reserved) {
            let what = format!(
                "`{}` was appended in version {}, {} bytes at byte {}",
                field.name, field.since, field.size, field.offset
            );
            comparison.say(rules::TA1005, format!("{}.{}", old.name, field.name), what);
        }
        grew_by_reserved(comparison, &old, &new);
        if old.whole == Whole::Record {
            judge_alignment(comparison, &old, &new);
        }
        return;
    }
    let pairing = Pairing::of(&old, &new);
    let breaks_before = comparison.breaks;
    let new_reader_before = comparison.breaks_new_reader;
    for (before, now) in pairing.pairs() {
        kept::compare(comparison, (&old, &new), before, now);
    }
    let shifts = shift::find(comparison, &old, &pairing);
    gone(comparison, &old, &pairing, elsewhere);
    appeared(comparison, &old, &new, &pairing, &shifts);
    grew_by_reserved(comparison, &old, &new);
    super::bits::reserved(comparison, &old, &new, &pairing, &shifts);
    judge_alignment(comparison, &old, &new);
    if comparison.breaks_new_reader == new_reader_before {
        let only_grown = comparison.breaks != breaks_before;
        judge_sizes(comparison, &old, &new, only_grown);
    }
    let changed = comparison.breaks != breaks_before;
    judge_version(comparison, &old, &new, &pairing, changed);
}

impl<'c> Pairing<'c> {
    fn of(old: &Shape<'c>, new: &Shape<'c>) -> Self {
        let (old, new) = (leaves(old.fields), leaves(new.fields));
        let (forward, backward) = (vec![None; old.len()], vec![None; new.len()]);
        let mut pairing = Self { old, new, forward, backward };
        // The surest first: a path, a name at its byte, a name alone, and last the bytes alone. Two fields
        // of one composite have the same names inside, so when they are swapped a name at its byte lies.
        pairing.pair(|leaf| Some((leaf.path.clone(), 0)));
        pairing.pair(|leaf| Some((leaf.name().to_owned(), leaf.span.offset)));
        pairing.pair(|leaf| Some((leaf.name().to_owned(), 0)));
        pairing.pair(|leaf| Some((type_word(&leaf.field.ty), leaf.span.offset)));
        pairing
    }

    /// Pairs the data leaves, on each side still alone, for which `key` is the same and unique.
    fn pair(&mut self, key: impl Fn(&Leaf<'_>) -> Option<(String, u32)>) {
        let keyed = |leaves: &[Leaf<'_>], taken: &[Option<usize>]| {
            let mut by_key: HashMap<(String, u32), Option<usize>> = HashMap::new();
            for (at, leaf) in leaves.iter().enumerate() {
                if taken.get(at).is_some_and(Option::is_none)
                    && !leaf.reserved()
                    && let Some(key) = key(leaf)
                {
                    // A key that two leaves share names neither.
                    by_key.entry(key).and_modify(|known| *known = None).or_insert(Some(at));
                }
            }
            by_key
        };
        let new = keyed(&self.new, &self.backward);
        for (key, before) in keyed(&self.old, &self.forward) {
            if let (Some(before), Some(Some(now))) = (before, new.get(&key)) {
                self.forward[before] = Some(*now);
                self.backward[*now] = Some(before);
            }
        }
    }

    /// Returns the pairs, in the order of the old bytes.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&Leaf<'c>, &Leaf<'c>)> {
        let both = |(at, before)| Some((before, self.new.get(self.forward.get(at).copied().flatten()?)?));
        self.old.iter().enumerate().filter_map(both)
    }

    /// Returns data leaves that are only old.
    fn only_old(&self) -> impl Iterator<Item = &Leaf<'c>> {
        let alone = |at: &usize| self.forward.get(*at).is_some_and(Option::is_none);
        self.old
            .iter()
            .enumerate()
            .filter(move |(at, leaf)| alone(at) && !leaf.reserved())
            .map(|(_, leaf)| leaf)
    }

    /// Returns data leaves that are only new, with their index.
    fn only_new(&self) -> impl Iterator<Item = (usize, &Leaf<'c>)> {
        let alone = |at: &usize| self.backward.get(*at).is_some_and(Option::is_none);
        self.new.iter().enumerate().filter(move |(at, leaf)| alone(at) && !leaf.reserved())
    }
}

/// Says what became of data that has no counterpart.
fn gone(comparison: &mut Comparison, old: &Shape<'_>, pairing: &Pairing<'_>, elsewhere: &Elsewhere<'_>) {
    for leaf in pairing.only_old() {
        let subject = leaf.subject(old.name);
        let covering: Vec<&Leaf<'_>> =
            pairing.only_new().map(|(_, now)| now).filter(|now| overlaps(leaf, now)).collect();
        let names = covering.iter().map(|now| format!("`{}`", now.path)).collect::<Vec<_>>().join(", ");
        let tiled = covering.iter().map(|now| now.span.size).sum::<u32>();
        let within = covering
            .iter()
            .all(|now| leaf.span.offset <= now.span.offset && now.span.end() <= leaf.span.end());
        let mut finding = if covering.len() > 1 && within && tiled == leaf.span.size {
            Finding::new(rules::TA1029, subject, format!("`{}` was split into {names}", leaf.path))
        } else if let [now] = covering.as_slice()
            && now.span.size > leaf.span.size
            && merges(pairing, now)
        {
            Finding::new(rules::TA1029, subject, format!("`{}` was merged into {names}", leaf.path))
        } else if let Some(other) = elsewhere.find(leaf.name(), &type_word(&leaf.field.ty), old.name) {
            let what = format!("`{}` is gone from here, and `{other}` has it now", leaf.path);
            Finding::new(rules::TA1030, subject, what)
        } else {
            Finding::new(rules::TA1003, subject, format!("`{}` is gone", leaf.path))
        };
        finding.old = Some(leaf.place());
        comparison.push(finding);
    }
}

/// Returns whether a new leaf is made of old ones: several that are gone, side by side.
fn merges(pairing: &Pairing<'_>, now: &Leaf<'_>) -> bool {
    let parts: Vec<&Leaf<'_>> = pairing.only_old().filter(|leaf| overlaps(leaf, now)).collect();
    parts.len() > 1 && parts.iter().map(|leaf| leaf.span.size).sum::<u32>() == now.span.size
}

pub(super) fn overlaps(one: &Leaf<'_>, two: &Leaf<'_>) -> bool {
    one.span.offset < two.span.end() && two.span.offset < one.span.end()
}

/// Says what new data is: appended, inserted, a claim, or a reuse of bytes that meant something else.
fn appeared(
    comparison: &mut Comparison,
    old: &Shape<'_>,
    new: &Shape<'_>,
    pairing: &Pairing<'_>,
    shifts: &Shifts,
) {
    for (at, leaf) in pairing.only_new() {
        if shifts.inserted.contains(&at) {
            continue;
        }
        let subject = leaf.subject(old.name);
        let under: Vec<&Leaf<'_>> = pairing.old.iter().filter(|before| overlaps(before, leaf)).collect();
        let data = under.iter().find(|before| !before.reserved());
        let place = (None, Some(leaf.place()));
        if let Some(before) = data {
            let moved = pairing.pairs().any(|(old, _)| old.path == before.path);
            let rule = if moved { rules::TA1004 } else { rules::TA1027 };
            let what = format!("`{}` takes bytes that were those of `{}`", leaf.path, before.path);
            comparison.say_changed(rule, subject, what, (Some(before.place()), Some(leaf.place())));
        } else if !under.is_empty() {
            super::bits::claim(comparison, old, &under, leaf);
        } else if new.whole != Whole::Record || leaf.inside.is_some() && leaf.top.since <= old.version {
            let what =
                format!("`{}` was added to a composite, and a composite has no versions (VER-8)", leaf.path);
            comparison.say_changed(rules::TA1004, subject, what, place);
        } else {
            let what = format!(
                "`{}` was appended in version {}, {} bytes at byte {}",
                leaf.path, leaf.top.since, leaf.span.size, leaf.span.offset
            );
            comparison.say_changed(rules::TA1005, subject, what, place);
        }
    }
}

/// Reserved bytes make a record longer too, and a reader that is not told its size loses its place. Told is
/// that only where no field was appended, which says the same.
fn grew_by_reserved(comparison: &mut Comparison, old: &Shape<'_>, new: &Shape<'_>) {
    let mut behind = new.fields.iter().filter(|field| field.offset >= old.size).peekable();
    let Some(first) = behind.peek().copied().filter(|_| old.whole == Whole::Record) else { return };
    if behind.all(|field| field.reserved && field.bytes_since() > old.version) {
        let what = format!(
            "reserved bytes were appended in version {}, {} bytes at byte {}",
            first.since, first.size, first.offset
        );
        comparison.say(rules::TA1005, format!("{}.{}", old.name, first.name), what);
    }
}

fn judge_alignment(comparison: &mut Comparison, old: &Shape<'_>, new: &Shape<'_>) {
    let (before, now) = (old.align(), new.align());
    if before != now {
        let what =
            format!("its widest number takes {now} bytes now, and took {before}: it is aligned to that");
        comparison.say(rules::TA1009, old.name, what);
    }
}

/// Every released version keeps its size: a reader holds the payload against it (VER-6). Why it shrank may
/// have been told already; that a new reader refuses old records has not.
fn judge_sizes(comparison: &mut Comparison, old: &Shape<'_>, new: &Shape<'_>, only_grown: bool) {
    for version in 1..=old.version {
        let (before, now) = (old.size_of_version(version), new.size_of_version(version));
        if before == now || only_grown && now < before || old.whole == Whole::Element {
            continue;
        }
        let what = format!("version {version} takes {now} bytes now, and took {before}");
        comparison.say(rules::TA1008, old.name, what);
        return;
    }
}

/// What an old version did not have needs a new version (VER-1), and a new version excuses nothing (LAW-5).
fn judge_version(
    comparison: &mut Comparison,
    old: &Shape<'_>,
    new: &Shape<'_>,
    pairing: &Pairing<'_>,
    changed: bool,
) {
    if old.whole != Whole::Record {
        return;
    }
    let early = pairing.only_new().map(|(_, leaf)| leaf).find(|leaf| leaf.top.since <= old.version);
    let deprecated = pairing.pairs().find(|(before, now)| {
        before.top.deprecated != now.top.deprecated
            && now.top.deprecated.is_some_and(|version| version <= old.version)
    });
    let newest = old.version;
    if let Some(leaf) = early {
        let (field, since) = (&leaf.top.name, leaf.top.since);
        let what = format!(
            "`{field}` says it is there since version {since}, and version {newest} was released without it"
        );
        comparison.say(rules::TA4009, old.name, what);
    } else if let Some((_, now)) = deprecated {
        let what = format!(
            "`{}` says it is deprecated since a version that was released, {}, when it was not",
            now.path,
            now.top.deprecated.unwrap_or(newest)
        );
        comparison.say(rules::TA4009, old.name, what);
    } else if new.version == old.version && (changed || new.size != old.size) {
        let what = format!("its layout or its meaning changed, and it is version {newest} as before");
        comparison.say(rules::TA4009, old.name, what);
    }
}

//! Pairs of catalogs, judged and counted.

use std::collections::BTreeMap;
use std::fmt;

use super::edit::Edit;
use super::explained::{EXPLAINED, FOLLOWING, explained};
use super::grammar;
use super::verdict::{Verdict, judge};

/// What came of many pairs.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Catalogs that were edited.
    pub catalogs: u64,
    /// Pairs one edit apart.
    pub once: u64,
    /// Pairs two edits apart.
    pub twice: u64,
    /// Edits that left no lawful catalog behind.
    pub skipped: u64,
    /// Pairs in which nobody is lied to and the law says so.
    pub compatible: u64,
    /// Pairs in which somebody is, and the law says so.
    pub broken: u64,
    /// Pairs with books that are not in order, and the law says so.
    pub booked: u64,
    /// Pairs that differ in a name, which the law tells.
    pub renamed: u64,
    /// Breaks that are none and are explained, by their place in the table.
    pub explained: [u64; EXPLAINED.len()],
    /// Breaks that are none and are not explained, with one of each.
    pub unexplained: BTreeMap<Sort, (u64, Pair)>,
    /// Pairs that lie though the law lets them through.
    pub unsound: Vec<Pair>,
    /// How often a rule was the only one that told, those that follow from others left aside.
    pub alone: BTreeMap<&'static str, u64>,
    /// How often each sort of edit made a lawful catalog.
    pub edits: BTreeMap<&'static str, u64>,
}

/// The rules that were told, and the sorts of edits that were made.
pub type Sort = (Vec<&'static str>, Vec<&'static str>);

/// A pair, as it is found again: the place of a catalog, and places in its list of edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The place of the older catalog in the walk.
    pub place: u64,
    /// The edit that was made first, by its place in the list of edits, and then, of what came of it.
    pub edits: Vec<usize>,
    /// What sort of edits these are.
    pub kinds: Vec<&'static str>,
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)?;
        self.edits.iter().try_for_each(|edit| write!(f, " {edit}"))?;
        write!(f, " ({})", self.kinds.join(" and "))
    }
}

impl Tally {
    /// Judges a catalog against every edit of it, and against every `stride`th edit of each of those.
    pub fn catalog(&mut self, place: u64, stride: usize) {
        let old = grammar::catalog(place);
        let Some(catalog) = old.catalog() else {
            self.skipped += 1;
            return;
        };
        self.catalogs += 1;
        // Each catalog begins elsewhere; the number is prime to every stride that is not a multiple of it.
        let phase = usize::try_from(place.wrapping_mul(7919) % 1_000_003).unwrap_or(0);
        for (one, edit) in Edit::all(&old).into_iter().enumerate() {
            let Some((new, changed)) = edit.apply(&old) else {
                self.skipped += 1;
                continue;
            };
            self.once += 1;
            *self.edits.entry(edit.kind()).or_default() += 1;
            let verdict = judge((&old, &catalog), (&new, &changed));
            self.count(verdict, Pair { place, edits: vec![one], kinds: vec![edit.kind()] });
            let chosen = |other: &(usize, Edit)| (other.0 + one + phase).is_multiple_of(stride);
            for (other, second) in Edit::all(&new).into_iter().enumerate().filter(chosen) {
                let Some((new, changed)) = second.apply(&new) else {
                    self.skipped += 1;
                    continue;
                };
                self.twice += 1;
                let verdict = judge((&old, &catalog), (&new, &changed));
                let kinds = vec![edit.kind(), second.kind()];
                self.count(verdict, Pair { place, edits: vec![one, other], kinds });
            }
        }
    }

    fn count(&mut self, verdict: Verdict, pair: Pair) {
        match verdict {
            Verdict::Compatible => self.compatible += 1,
            Verdict::Broken(rules) => {
                self.broken += 1;
                self.alone(&rules);
            }
            Verdict::Booked(rules) => {
                self.booked += 1;
                self.alone(&rules);
            }
            Verdict::Renamed => self.renamed += 1,
            Verdict::Unsound => self.unsound.push(pair),
            Verdict::FalseBreak(rules) => match explained(&rules, &pair.kinds) {
                Some(kind) => self.explained[kind] += 1,
                None => {
                    self.unexplained.entry((rules, pair.kinds.clone())).or_insert((0, pair)).0 += 1;
                }
            },
        }
    }

    /// Counts a rule without which a pair would have been let through.
    fn alone(&mut self, rules: &[&'static str]) {
        let mut leading = rules.iter().filter(|rule| !FOLLOWING.contains(rule));
        if let (Some(rule), None) = (leading.next().or(rules.first()), leading.next()) {
            *self.alone.entry(rule).or_default() += 1;
        }
    }

    /// Returns the number of pairs.
    pub const fn pairs(&self) -> u64 {
        self.once + self.twice
    }

    /// Returns the number of breaks that are none.
    pub fn falsely(&self) -> u64 {
        let unexplained: u64 = self.unexplained.values().map(|(count, _)| count).sum();
        unexplained + self.explained.iter().sum::<u64>()
    }

    /// Returns what is wrong with the law, or with this second opinion: nothing, it is to be hoped.
    pub fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> =
            self.unsound.iter().map(|pair| format!("let through, and somebody is lied to: {pair}")).collect();
        for ((rules, _), (count, pair)) in &self.unexplained {
            let rules = rules.join(" ");
            faults.push(format!("{count} false breaks that nothing explains: {rules}, such as {pair}"));
        }
        // One in two hundred.
        if self.falsely() * 200 > self.pairs() {
            faults.push(format!("{} false breaks of {} pairs are too many", self.falsely(), self.pairs()));
        }
        faults
    }

    /// Adds what another one counted.
    pub fn add(&mut self, other: Self) {
        self.catalogs += other.catalogs;
        self.once += other.once;
        self.twice += other.twice;
        self.skipped += other.skipped;
        self.compatible += other.compatible;
        self.broken += other.broken;
        self.booked += other.booked;
        self.renamed += other.renamed;
        for (sum, count) in self.explained.iter_mut().zip(other.explained) {
            *sum += count;
        }
        for (sort, (count, pair)) in other.unexplained {
            self.unexplained.entry(sort).or_insert((0, pair)).0 += count;
        }
        self.unsound.extend(other.unsound);
        for (rule, count) in other.alone {
            *self.alone.entry(rule).or_default() += count;
        }
        for (kind, count) in other.edits {
            *self.edits.entry(kind).or_default() += count;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>10} catalogs, {} sorts of edits", self.catalogs, self.edits.len())?;
        writeln!(f, "{:>10} pairs: {} one edit apart, {} two", self.pairs(), self.once, self.twice)?;
        writeln!(f, "{:>10} edits left no lawful catalog", self.skipped)?;
        writeln!(f, "{:>10} compatible, and nobody is lied to", self.compatible)?;
        writeln!(f, "{:>10} break, and somebody is lied to", self.broken)?;
        writeln!(f, "{:>10} break what must be kept account of", self.booked)?;
        writeln!(f, "{:>10} differ in a name, which is told", self.renamed)?;
        writeln!(f, "{:>10} let through, and somebody is lied to", self.unsound.len())?;
        let per_mille = self.falsely() * 100_000 / self.pairs().max(1);
        let (whole, rest) = (per_mille / 1000, per_mille % 1000);
        write!(f, "{:>10} false breaks, {whole}.{rest:03} %", self.falsely())?;
        for (kind, count) in EXPLAINED.iter().zip(self.explained) {
            write!(f, "\n{count:>14}   {} by {}: {}", kind.rules.join(" "), kind.edits.join(", "), kind.why)?;
        }
        let alone = self.alone.iter().map(|(rule, count)| format!("{rule} {count}"));
        write!(f, "\nrules that were alone in telling: {}", alone.collect::<Vec<_>>().join(", "))
    }
}

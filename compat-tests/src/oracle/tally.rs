//! Pairs of catalogs, judged and counted.

use std::collections::BTreeMap;
use std::fmt;

use super::edit::Edit;
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
    /// Breaks that are none, by rules and edits.
    pub false_breaks: BTreeMap<Sort, (u64, Pair)>,
    /// Pairs that lie though the law lets them through.
    pub unsound: Vec<Pair>,
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

impl Tally {
    /// Judges a catalog against every edit of it, and against every `stride`th edit of each of those.
    pub fn catalog(&mut self, place: u64, stride: usize) {
        let old = grammar::catalog(place);
        let Some(catalog) = old.catalog() else {
            self.skipped += 1;
            return;
        };
        self.catalogs += 1;
        for (one, edit) in Edit::all(&old).into_iter().enumerate() {
            let Some((new, changed)) = edit.apply(&old) else {
                self.skipped += 1;
                continue;
            };
            self.once += 1;
            let verdict = judge((&old, &catalog), (&new, &changed));
            self.count(verdict, Pair { place, edits: vec![one], kinds: vec![edit.kind()] });
            let phase = usize::try_from(place % 1_000_003).unwrap_or(0) + one;
            for (other, second) in Edit::all(&new).into_iter().enumerate() {
                if !(other + phase).is_multiple_of(stride) {
                    continue;
                }
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
            Verdict::Broken => self.broken += 1,
            Verdict::Booked => self.booked += 1,
            Verdict::Renamed => self.renamed += 1,
            Verdict::Unsound => self.unsound.push(pair),
            Verdict::FalseBreak(rules) => {
                let kind = (rules, pair.kinds.clone());
                self.false_breaks.entry(kind).or_insert((0, pair)).0 += 1;
            }
        }
    }

    /// Returns the number of pairs.
    pub const fn pairs(&self) -> u64 {
        self.once + self.twice
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
        for (kind, (count, pair)) in other.false_breaks {
            self.false_breaks.entry(kind).or_insert((0, pair)).0 += count;
        }
        self.unsound.extend(other.unsound);
    }

    /// Returns the number of breaks that are none.
    pub fn falsely(&self) -> u64 {
        self.false_breaks.values().map(|(count, _)| count).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>12} catalogs", self.catalogs)?;
        writeln!(f, "{:>12} pairs: {} one edit apart, {} two", self.pairs(), self.once, self.twice)?;
        writeln!(f, "{:>12} edits left no lawful catalog", self.skipped)?;
        writeln!(f, "{:>12} compatible, and nobody is lied to", self.compatible)?;
        writeln!(f, "{:>12} breaks, and somebody is lied to", self.broken)?;
        writeln!(f, "{:>12} breaks of what must be kept account of", self.booked)?;
        writeln!(f, "{:>12} differ in a name alone, and it is told", self.renamed)?;
        writeln!(f, "{:>12} let through though somebody is lied to", self.unsound.len())?;
        write!(f, "{:>12} false breaks", self.falsely())?;
        for ((rules, kinds), (count, pair)) in &self.false_breaks {
            write!(f, "\n{count:>12}   {} by {} ({pair:?})", rules.join(" "), kinds.join(" and "))?;
        }
        Ok(())
    }
}

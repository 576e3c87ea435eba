//! Which findings a report tells at length, and how many of a rule it folds.

use std::collections::HashMap;

use crate::law::finding::Finding;

/// The most findings of one rule that are told at length. Of a rule with more, the first
/// [`TOLD`] are, and the others are folded.
const MAX_TOLD: usize = 8;

/// How many findings of a rule that is folded are told at length.
const TOLD: usize = 3;

/// The most subjects that a fold lists; the JSON form has all of them.
const MAX_LISTED: usize = 24;

/// Findings, those of each rule beyond a few taken out.
pub(super) struct Folded<'f> {
    /// Findings to tell at length, in their order.
    pub(super) told: Vec<&'f Finding>,
    /// The others, by rule, in the order in which the rules occur.
    pub(super) folds: Vec<Fold<'f>>,
}

/// The findings of one rule that are not told at length.
pub(super) struct Fold<'f> {
    /// How many findings the rule has, those included that are told at length.
    pub(super) of: usize,
    /// The findings, at least one.
    pub(super) findings: Vec<&'f Finding>,
}

impl<'f> Folded<'f> {
    /// Splits findings, which are sorted by gravity.
    pub(super) fn of(findings: impl Iterator<Item = &'f Finding> + Clone) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for finding in findings.clone() {
            *counts.entry(finding.rule.id).or_default() += 1;
        }
        let mut folded = Self { told: Vec::new(), folds: Vec::new() };
        let mut met: HashMap<&str, usize> = HashMap::new();
        let mut at: HashMap<&str, usize> = HashMap::new();
        for finding in findings {
            let id = finding.rule.id;
            let count = counts.get(id).copied().unwrap_or_default();
            let met = met.entry(id).or_default();
            *met += 1;
            if count <= MAX_TOLD || *met <= TOLD {
                folded.told.push(finding);
                continue;
            }
            let place = *at.entry(id).or_insert(folded.folds.len());
            match folded.folds.get_mut(place) {
                Some(fold) => fold.findings.push(finding),
                None => folded.folds.push(Fold { of: count, findings: vec![finding] }),
            }
        }
        folded
    }
}

impl Fold<'_> {
    /// Returns the subjects that are listed, and how many are not.
    pub(super) fn listed(&self) -> (&[&Finding], usize) {
        let listed = self.findings.get(..MAX_LISTED).unwrap_or(&self.findings);
        (listed, self.findings.len() - listed.len())
    }
}

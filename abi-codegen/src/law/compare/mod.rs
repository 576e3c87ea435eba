//! Two catalogs, compared: by absolute bytes (LAW-2) and by declared meaning (LAW-6), in both directions.

mod bits;
mod bytes;
mod chains;
mod entries;
mod kept;
mod leaf;
mod meaning;
mod renamed;
mod shape;
mod shift;
mod ty;
mod values;

use std::collections::HashMap;

pub(super) use chains::Chains;

use super::facts::Facts;
use super::finding::{Finding, Moved, Place};
use super::report::Layouts;
use super::rule::{Direction, Rule, Severity};
use super::rules;
use crate::model::Catalog;

/// Compares `old` with `new` and returns what the law has to say, gravest first.
///
/// Both have passed their own check. `new` is what somebody wants to release, or released later.
pub fn compare(old: &Catalog, new: &Catalog, facts: &Facts) -> Vec<Finding> {
    run(old, new, facts, Severity::Note, &Chains::default())
}

/// Compares `old` with `new` and returns only what breaks, passing over what `chains` has settled.
pub(super) fn compare_for_breaks(
    old: &Catalog,
    new: &Catalog,
    facts: &Facts,
    chains: &Chains<'_>,
) -> Vec<Finding> {
    run(old, new, facts, Severity::Break, chains)
}

fn run(old: &Catalog, new: &Catalog, facts: &Facts, least: Severity, chains: &Chains<'_>) -> Vec<Finding> {
    let mut comparison = Comparison {
        facts: facts.clone(),
        least,
        found: Vec::new(),
        breaks: 0,
        breaks_new_reader: 0,
        index: HashMap::new(),
        record: None,
    };
    if old.prefix != new.prefix {
        comparison.say(
            rules::TA7001,
            &old.catalog,
            format!("every C name begins with `{}` now, and began with `{}`", new.prefix, old.prefix),
        );
    }
    entries::compare(&mut comparison, old, new, chains);
    let mut found = comparison.found;
    propagate(&mut found, facts);
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    found
}

/// Returns a record's layouts in both catalogs. Under another name it is found by its id.
pub(super) fn layouts(old: &Catalog, new: &Catalog, record: &str) -> Layouts {
    let of = |catalog: &Catalog, other: &Catalog| {
        let fields = catalog.fields_of(record).or_else(|| {
            let id = other.records.iter().find(|one| one.name == record)?.id;
            let renamed = catalog.records.iter().find(|one| one.id == id)?;
            Some(renamed.fields.as_slice())
        });
        leaf::leaves(fields.unwrap_or_default()).iter().map(leaf::Leaf::laid).collect()
    };
    Layouts { old: of(old, new), new: of(new, old) }
}

/// A comparison that goes on.
struct Comparison {
    /// What is declared of the bytes that are compared.
    facts: Facts,
    /// What is less grave than this is not told.
    least: Severity,
    found: Vec<Finding>,
    /// How often something was said that changes bytes or what they mean, told already or not.
    breaks: usize,
    /// How often of that a new reader breaks.
    breaks_new_reader: usize,
    /// Findings by rule and subject: a type that several records hold is told once.
    index: HashMap<(&'static str, String), usize>,
    /// The record at hand.
    record: Option<String>,
}

impl Comparison {
    /// Returns whether there is nothing to tell when `rule` is broken, facts considered.
    fn passes_over(&self, rule: &Rule) -> bool {
        let excused = !rule.facts.is_empty() && self.facts.declare(rule.facts);
        self.least > if excused { Severity::Note } else { rule.severity }
    }

    /// Says that `rule` has something to say of `subject`.
    fn say(&mut self, rule: &'static Rule, subject: impl Into<String>, what: impl Into<String>) {
        self.push(Finding::new(rule, subject, what));
    }

    /// Says the same with what was and what is.
    fn say_changed(
        &mut self,
        rule: &'static Rule,
        subject: impl Into<String>,
        what: impl Into<String>,
        places: (Option<Place>, Option<Place>),
    ) {
        let mut finding = Finding::new(rule, subject, what);
        (finding.old, finding.new) = places;
        self.push(finding);
    }

    fn push(&mut self, mut finding: Finding) {
        self.facts.excuse(&mut finding);
        self.push_judged(finding);
    }

    /// Adds fields that moved to what was said of `subject`.
    fn add_moved(&mut self, subject: &str, moved: Vec<Moved>) {
        let about = |finding: &&mut Finding| {
            finding.subject == subject && finding.severity == Severity::Break && finding.moved.is_empty()
        };
        if let Some(finding) = self.found.iter_mut().find(about) {
            finding.moved = moved;
        }
    }

    /// Adds a finding whose severity stands.
    fn push_judged(&mut self, mut finding: Finding) {
        if finding.severity < self.least {
            return;
        }
        if finding.severity == Severity::Break && !finding.is_of_name() {
            self.breaks += 1;
            self.breaks_new_reader += usize::from(finding.direction != Direction::OldReader);
        }
        let key = (finding.rule.id, finding.subject.clone());
        let at = *self.index.entry(key).or_insert(self.found.len());
        finding.record.clone_from(&self.record);
        match self.found.get_mut(at) {
            None => self.found.push(finding),
            // Of two findings of one rule and subject the graver stands, with all that both reach.
            Some(known) if finding.gravity() > known.gravity() => {
                finding.reached.clone_from(&known.reached);
                *known = finding;
            }
            Some(_) => {}
        }
        if let (Some(known), Some(record)) = (self.found.get_mut(at), &self.record)
            && !known.reached.contains(record)
        {
            known.reached.push(record.clone());
        }
    }
}

/// Adds one finding for each composite whose change breaks the records that hold it.
fn propagate(found: &mut Vec<Finding>, facts: &Facts) {
    let mut reached: Vec<(String, Vec<String>)> = Vec::new();
    for finding in found.iter().filter(|finding| finding.severity == Severity::Break) {
        // A subject whose owner is none of the records it reaches is a type's own.
        let Some((owner, _)) = finding.subject.split_once('.') else { continue };
        if finding.reached.is_empty() || finding.reached.iter().any(|record| record == owner) {
            continue;
        }
        match reached.iter_mut().find(|(name, _)| name == owner) {
            Some((_, records)) => {
                let fresh: Vec<String> =
                    finding.reached.iter().filter(|record| !records.contains(record)).cloned().collect();
                records.extend(fresh);
            }
            None => reached.push((owner.to_owned(), finding.reached.clone())),
        }
    }
    for (owner, records) in reached {
        let causes = found.iter().filter(|finding| {
            finding.severity == Severity::Break
                && finding.subject.split_once('.').is_some_and(|(name, _)| name == owner)
        });
        let only_names = causes.into_iter().all(|cause| cause.direction == Direction::Source);
        let what =
            format!("`{owner}` changed, and every record that holds it with it: {}", records.join(", "));
        let mut finding = Finding::new(rules::TA1015, owner, what);
        finding.reached = records;
        if only_names {
            finding.direction = Direction::Source;
        }
        facts.excuse(&mut finding);
        found.push(finding);
    }
}

//! How much was looked at, and what came of it.

use super::phrase;
use super::plain::plain;
use crate::law::finding::Finding;
use crate::law::report::{Compared, Report, Verdict};
use crate::law::rule::{Checked, Rule, Severity};
use crate::law::rules;

/// How many findings of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) breaks: usize,
    pub(super) reviews: usize,
    pub(super) notes: usize,
    pub(super) acknowledged: usize,
}

impl Tally {
    pub(super) fn of(report: &Report) -> Self {
        let mut tally = Self::default();
        for finding in &report.findings {
            let kind = match finding {
                Finding { acknowledged: Some(_), .. } => &mut tally.acknowledged,
                Finding { severity: Severity::Break, .. } => &mut tally.breaks,
                Finding { severity: Severity::Review, .. } => &mut tally.reviews,
                Finding { severity: Severity::Note, .. } => &mut tally.notes,
            };
            *kind += 1;
        }
        tally
    }

    /// Returns the counts as words.
    pub(super) fn sentence(self) -> String {
        format!(
            "found {}, {} to review, {}, {} acknowledged",
            count(self.breaks, "break"),
            self.reviews,
            count(self.notes, "note"),
            self.acknowledged
        )
    }
}

/// Returns `1 record`, `2 records`.
fn count(number: usize, noun: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{end}")
}

/// Returns what was compared with what.
pub(super) fn compared(compared: &Compared) -> String {
    let (old, new) = (plain(&compared.old), plain(&compared.new));
    format!(
        "compared {} of catalog {}: old is {old}; new is {new}; {} of releases",
        count(compared.records, "record"),
        plain(&compared.catalog),
        count(compared.pairs, "pair"),
    )
}

/// Returns every sentence of the account: what was compared, what was not, what was found.
pub(super) fn account(report: &Report, verdict: Verdict) -> Vec<String> {
    let mut lines: Vec<String> = report.compared.iter().map(compared).collect();
    if report.compared.is_empty() {
        lines.push("compared nothing".to_owned());
    }
    lines.extend(skipped(report));
    lines.push(format!("skipped {}", report.skipped.len()));
    lines.push(Tally::of(report).sentence());
    lines.extend(by_rule(report));
    lines.push(self::verdict(report, verdict));
    lines
}

/// The most findings that need no count of each rule.
const MAX_UNCOUNTED: usize = 8;

/// Returns how many open findings each rule has, the gravest rule first; nothing when they are few.
fn by_rule(report: &Report) -> Vec<String> {
    let open = report.findings.iter().filter(|finding| phrase::is_open(finding));
    let mut counts: Vec<(&'static Rule, Severity, usize)> = Vec::new();
    for finding in open {
        let known = |entry: &&mut (&'static Rule, Severity, usize)| {
            entry.0.id == finding.rule.id && entry.1 == finding.severity
        };
        match counts.iter_mut().find(known) {
            Some((_, _, count)) => *count += 1,
            None => counts.push((finding.rule, finding.severity, 1)),
        }
    }
    if counts.iter().map(|(_, _, count)| count).sum::<usize>() <= MAX_UNCOUNTED {
        return Vec::new();
    }
    let line = |(rule, severity, number): &(&Rule, Severity, usize)| {
        format!("{number:>6} {} {} {}", phrase::severity(*severity), rule.id, rule.slug)
    };
    counts.iter().map(line).collect()
}

/// Returns what was not compared and why, a sentence each.
pub(super) fn skipped(report: &Report) -> impl Iterator<Item = String> {
    report.skipped.iter().map(|one| format!("not compared: {} ({})", plain(&one.what), plain(&one.why)))
}

/// Returns the verdict as a sentence, with the reason that the counts do not show.
pub(super) fn verdict(report: &Report, verdict: Verdict) -> String {
    let words = match verdict {
        Verdict::Compatible => "compatible",
        Verdict::Incompatible => "incompatible",
        Verdict::Incomplete if records(report) == 0 => "incomplete: nothing was compared",
        Verdict::Incomplete => "incomplete: under --strict, what was skipped counts",
    };
    format!("verdict: {words} (exit status {})", verdict.exit_status())
}

fn records(report: &Report) -> usize {
    report.compared.iter().map(|compared| compared.records).sum()
}

/// Returns the rules that nobody looks at, and why.
pub(super) fn not_checked() -> impl Iterator<Item = (&'static Rule, &'static str)> {
    rules::all().filter_map(|rule| match rule.checked {
        Checked::NotChecked(because) => Some((rule, because)),
        _ => None,
    })
}

/// Returns the comparison in which something was found.
pub(super) fn home<'r>(report: &'r Report, finding: &Finding) -> Option<&'r Compared> {
    if let [only] = report.compared.as_slice() {
        return Some(only);
    }
    report.compared.iter().find(|compared| compared.catalog == finding.catalog)
}

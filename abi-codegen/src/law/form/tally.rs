//! How much was looked at, and what came of it.

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
    lines.push(self::verdict(report, verdict));
    lines
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

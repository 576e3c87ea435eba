//! What the law says of a pair, held against what its bytes say.

use abi_codegen::Catalog;
use abi_codegen::law::{Direction, Facts, Severity, compare};

use super::books;
use super::draft::Draft;
use super::lies::lies;

/// What comes of holding the law against the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody sees anything but what was meant, and the law lets it through.
    Compatible,
    /// Somebody does, and the law says so.
    Broken,
    /// The books are not in order, and the law says so.
    Booked,
    /// Two catalogs differ in a name only. If the thing is another, somebody is lied to; nobody but
    /// people can know, and the law tells them of the name.
    Renamed,
    /// The law lets through what lies to somebody, or what the books forbid.
    Unsound,
    /// The law stops what lies to nobody, by these rules.
    FalseBreak(Vec<&'static str>),
}

/// Judges a pair of catalogs, the older first.
pub fn judge(old: (&Draft, &Catalog), new: (&Draft, &Catalog)) -> Verdict {
    let findings = compare(old.1, new.1, &Facts::of_lanes());
    let graves = || findings.iter().filter(|finding| finding.severity == Severity::Break);
    let mut rules: Vec<&'static str> = graves()
        .filter(|finding| finding.direction != Direction::Source)
        .map(|finding| finding.rule.id)
        .collect();
    rules.sort_unstable();
    rules.dedup();
    let found = lies(old.0, new.0, true);
    let lied = found.iter().any(|lie| !lie.renamed);
    let booked = !books::faults(old.0, new.0).is_empty();
    let told = || findings.iter().any(|finding| finding.direction == Direction::Source);
    match (rules.is_empty(), lied, booked) {
        (false, false, true) => Verdict::Booked,
        (false, false, false) if found.is_empty() => Verdict::FalseBreak(rules),
        // If only names differ, the law took for another thing what another thing may be.
        (false, true, _) | (false, false, false) => Verdict::Broken,
        (true, false, false) if found.is_empty() => Verdict::Compatible,
        (true, false, false) if told() => Verdict::Renamed,
        (true, ..) => Verdict::Unsound,
    }
}

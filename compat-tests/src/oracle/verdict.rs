//! What the law says of a pair, held against what its bytes say.

use abi_codegen::Catalog;
use abi_codegen::law::{Direction, Facts, Finding, Severity, compare};

use super::books;
use super::draft::{Draft, RecordDraft};
use super::explained::FOLLOWING;
use super::lies::{Lie, Reader, lies};

/// What comes of holding the law against the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody sees anything but what was meant, and the law lets it through.
    Compatible,
    /// Somebody does, and the law says so, by these rules.
    Broken(Vec<&'static str>),
    /// The books are not in order, and the law says so, by these rules.
    Booked(Vec<&'static str>),
    /// Two catalogs differ in a name only. If the thing is another, somebody is lied to; nobody but
    /// people can know, and the law says that it breaks until they say.
    Renamed,
    /// The law lets through what lies to somebody, or what the books forbid. Or it tells of something
    /// else: not of the record that lies, or not of the reader that is lied to.
    Unsound,
    /// The law stops what lies to nobody, by these rules.
    FalseBreak(Vec<&'static str>),
}

/// Judges a pair of catalogs, the older first.
pub fn judge(old: (&Draft, &Catalog), new: (&Draft, &Catalog)) -> Verdict {
    let findings = compare(old.1, new.1, &Facts::of_lanes());
    let source = |finding: &&Finding| finding.direction == Direction::Source;
    let breaks: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity == Severity::Break && !source(finding)).collect();
    let rules = || {
        let mut rules: Vec<&'static str> = breaks.iter().map(|finding| finding.rule.id).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    };
    let found = lies(old.0, new.0, true);
    if !found.is_empty() {
        let told = |lie: &Lie| {
            let names = names(lie, old.0, new.0);
            let about: Vec<&&Finding> = breaks.iter().filter(|finding| of(finding, &names)).collect();
            let leads = |finding: &Finding| !FOLLOWING.contains(&finding.rule.id);
            // What follows from another finding may stand in for nothing but its absence.
            let led = about.iter().any(|finding| leads(finding));
            about.iter().any(|finding| to(finding, lie.reader) && (leads(finding) || !led))
        };
        return match found.iter().all(told) {
            true if found.iter().all(|lie| lie.renamed) => Verdict::Renamed,
            true => Verdict::Broken(rules()),
            false => Verdict::Unsound,
        };
    }
    let booked = !books::faults(old.0, new.0).is_empty();
    match (breaks.is_empty(), booked) {
        (false, true) => Verdict::Booked(rules()),
        (true, false) => Verdict::Compatible,
        (true, true) => Verdict::Unsound,
        (false, false) => Verdict::FalseBreak(rules()),
    }
}

/// Whether a finding says that this reader breaks.
fn to(finding: &Finding, reader: Reader) -> bool {
    match finding.direction {
        Direction::Both => true,
        Direction::OldReader => reader == Reader::Old,
        Direction::NewReader => reader == Reader::New,
        Direction::Nobody | Direction::Source => false,
    }
}

/// Whether a finding is about a record of one of these names.
fn of(finding: &Finding, names: &[&str]) -> bool {
    let owner = finding.subject.split(['.', ':']).next().unwrap_or_default();
    names.contains(&owner)
        || finding.record.as_deref().is_some_and(|record| names.contains(&record))
        || finding.reached.iter().any(|record| names.contains(&&**record))
}

/// Returns what the record of a lie is called: by who writes it, and by who takes it for something.
fn names<'d>(lie: &'d Lie, old: &'d Draft, new: &'d Draft) -> Vec<&'d str> {
    let (from, to) = match lie.reader {
        Reader::New => (old, new),
        Reader::Old => (new, old),
    };
    let written = from.records.iter().find(|record| record.name == lie.record);
    let retired = from.retired.iter().find(|entry| entry.name == lie.record);
    let id = written.map(|record| record.id).or(retired.map(|entry| entry.id));
    let taken_for = |record: &&RecordDraft| {
        Some(record.id) == id || written.is_some_and(|written| record.thing == written.thing)
    };
    let others = to.records.iter().filter(taken_for).map(|record| &*record.name);
    others.chain([&*lie.record]).collect()
}

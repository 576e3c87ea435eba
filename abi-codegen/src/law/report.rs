//! Everything that one check has to say.

use std::collections::BTreeMap;

use serde::Serialize;

use super::finding::{Finding, Span};
use super::rule::Direction;
use super::rules;
use super::witness::Witness;

/// Everything that one check has to say.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What was compared with what, a catalog each.
    pub compared: Vec<Compared>,
    /// What could not be compared, and why.
    pub skipped: Vec<Skipped>,
    /// The findings, gravest first.
    pub findings: Vec<Finding>,
    /// Layouts of the records that findings are about, by name.
    pub layouts: BTreeMap<String, Layouts>,
}

/// A catalog that was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// Name of the catalog.
    pub catalog: String,
    /// What is old: `release 3 of spec/abi/proc.lock`, a file, a revision.
    pub old: String,
    /// What is new.
    pub new: String,
    /// The file in which findings are best shown: the lock, or the new document.
    pub file: Option<String>,
    /// Lines of that file at which subjects stand; of a subject that is not among them, its record's or the first.
    #[serde(skip)]
    pub lines: BTreeMap<String, usize>,
    /// Number of records that both have, or one had.
    pub records: usize,
    /// Number of pairs of releases that were looked at.
    pub pairs: usize,
}

impl Compared {
    /// Returns the line of [`file`](Self::file) at which a finding is best shown: that of its subject, or of what
    /// holds it, or 1 (LAW-13).
    pub fn line(&self, finding: &Finding) -> usize {
        let holder = finding.subject.split(['.', ':']).next().unwrap_or_default();
        let mut subjects = [finding.subject.as_str(), holder].into_iter().chain(finding.record.as_deref());
        subjects.find_map(|subject| self.lines.get(subject)).copied().unwrap_or(1)
    }
}

/// Something that was not compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// A record's layout, before and now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Layouts {
    /// The fields as they were; empty if there was no such record.
    pub old: Vec<Laid>,
    /// The fields as they are; empty if there is none any more.
    pub new: Vec<Laid>,
}

/// A field in a layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Laid {
    /// Its name; of a field inside a composite, the path to it.
    pub name: String,
    /// Its type, as the lock writes it.
    #[serde(rename = "type")]
    pub ty: String,
    /// Its bytes.
    pub bytes: Span,
    /// Whether nobody has claimed the bytes.
    pub reserved: bool,
}

/// What a check comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything was compared, and nothing breaks.
    Compatible,
    /// Something breaks.
    Incompatible,
    /// Nothing was compared, or under `--strict` not everything was.
    Incomplete,
}

impl Verdict {
    /// Returns the exit status: 0, 1 or 3. A failure of the tool is 2 and no verdict.
    pub const fn exit_status(self) -> u8 {
        match self {
            Self::Compatible => 0,
            Self::Incompatible => 1,
            Self::Incomplete => 3,
        }
    }
}

impl Report {
    /// Gives findings that follow from others the bytes that show one of those.
    pub(crate) fn share_witnesses(&mut self) {
        let mut shown: BTreeMap<&str, &Witness> = BTreeMap::new();
        for finding in &self.findings {
            if let Some(witness) = &finding.witness {
                let records = finding.record.iter().chain(&finding.reached);
                records.for_each(|record| {
                    shown.entry(record).or_insert(witness);
                });
            }
        }
        let missing = self.findings.iter().enumerate().filter_map(|(at, finding)| {
            let is_open = finding.witness.is_none() && finding.is_consequence() && finding.breaks();
            let witness = shown.get(finding.record.as_deref()?)?;
            is_open.then(|| (at, (*witness).clone()))
        });
        let missing: Vec<(usize, Witness)> = missing.collect();
        for (at, witness) in missing {
            if let Some(finding) = self.findings.get_mut(at) {
                finding.witness = Some(witness);
            }
        }
    }

    /// Sorts the findings, the gravest first: what is open before what was let through, then by severity, then
    /// what gives a reader wrong values before what a reader misses, before a name, before what only stops
    /// compiling (LAW-12). Findings of one rank keep their order.
    pub(crate) fn sort(&mut self) {
        self.findings.sort_by_key(|finding| {
            std::cmp::Reverse((finding.acknowledged.is_none(), finding.severity, rank(finding)))
        });
    }

    /// Returns what the check comes to. `strict`: what could not be compared counts.
    pub fn verdict(&self, strict: bool) -> Verdict {
        let records: usize = self.compared.iter().map(|compared| compared.records).sum();
        if self.findings.iter().any(Finding::breaks) {
            Verdict::Incompatible
        } else if records == 0 || strict && !self.skipped.is_empty() {
            Verdict::Incomplete
        } else {
            Verdict::Compatible
        }
    }
}

/// Returns how much a finding harms beside others of its severity; the greater, the more.
fn rank(finding: &Finding) -> u8 {
    // A name that changed may be another meaning, and may be the same one.
    let is_name = finding.rule.id.starts_with("TA7");
    match finding.direction {
        Direction::Source => 1,
        Direction::Nobody => 0,
        _ if is_name => 2,
        _ if finding.is_consequence() => 3,
        Direction::OldReader | Direction::NewReader => 4,
        Direction::Both => 5,
    }
}

impl Finding {
    /// Returns whether it only follows from findings about the same record or about its composite.
    fn is_consequence(&self) -> bool {
        [rules::TA4009.id, rules::TA1015.id].contains(&self.rule.id)
    }
}

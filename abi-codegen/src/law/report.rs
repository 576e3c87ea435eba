//! Everything that one check has to say.

use std::collections::BTreeMap;

use serde::Serialize;

use super::finding::{Finding, Span};

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
    /// Number of records that both have, or one had.
    pub records: usize,
    /// Number of pairs of releases that were looked at.
    pub pairs: usize,
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

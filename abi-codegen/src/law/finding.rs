//! What the law has to say of a change.

use serde::{Serialize, Serializer};

use super::rule::{Direction, Rule, Severity};
use super::witness::Witness;

/// One thing that the law has to say.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The rule.
    #[serde(serialize_with = "rule_id")]
    pub rule: &'static Rule,
    /// How grave it is, facts considered.
    pub severity: Severity,
    /// Who breaks, facts considered.
    pub direction: Direction,
    /// The catalog in which it is.
    pub catalog: String,
    /// What it is about: `Record`, `Record.field`, `Struct.field`, `Code::Value`, or the catalog's name.
    /// Acknowledgements name it by this word.
    pub subject: String,
    /// The record in which it was met first, if it lies in one: its layouts are in the report.
    pub record: Option<String>,
    /// What was, if there was something.
    pub old: Option<Place>,
    /// What is, if there is something.
    pub new: Option<Place>,
    /// A sentence: what changed.
    pub what: String,
    /// What to do instead.
    pub instead: String,
    /// Every record that the change reaches, when its cause lies in a type that several hold.
    pub reached: Vec<String>,
    /// Fields that moved because of it.
    pub moved: Vec<Moved>,
    /// Releases whose programs it breaks; empty when two catalogs were compared that are no releases.
    pub releases: Vec<u32>,
    /// Bytes that show it.
    pub witness: Option<Witness>,
    /// Why it was let through, if it was.
    pub acknowledged: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn rule_id<S: Serializer>(rule: &&'static Rule, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(rule.id)
}

/// Where something lies, or lay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// What it is: a type as the lock writes it, a value, a unit.
    pub text: String,
    /// Its bytes, if it has any.
    pub bytes: Option<Span>,
}

/// A run of bytes in a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// First byte.
    pub offset: u32,
    /// Number of bytes.
    pub size: u32,
}

impl Span {
    /// Returns the byte after the last one; a catalog's check has seen that there is one.
    pub const fn end(self) -> u32 {
        self.offset.saturating_add(self.size)
    }
}

/// A field that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The field.
    pub field: String,
    /// First byte before.
    pub from: u32,
    /// First byte now.
    pub to: u32,
}

impl Finding {
    /// Returns a finding with the rule's own severity, direction and advice.
    pub(crate) fn new(rule: &'static Rule, subject: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            direction: rule.direction,
            catalog: String::new(),
            subject: subject.into(),
            record: None,
            old: None,
            new: None,
            what: what.into(),
            instead: rule.instead.to_owned(),
            reached: Vec::new(),
            moved: Vec::new(),
            releases: Vec::new(),
            witness: None,
            acknowledged: None,
        }
    }

    /// Returns whether it is about a name in programs: that needs no version, and moves no byte.
    pub(crate) fn is_of_name(&self) -> bool {
        self.rule.id.starts_with("TA7")
    }

    /// Returns how grave it is, beside another finding of the same rule and subject.
    pub(crate) fn gravity(&self) -> (bool, Severity, bool) {
        let bytes = !matches!(self.direction, Direction::Nobody | Direction::Source);
        (self.acknowledged.is_none(), self.severity, bytes)
    }

    /// Returns whether it stands in the way of a release.
    pub fn breaks(&self) -> bool {
        self.severity == Severity::Break && self.acknowledged.is_none()
    }
}

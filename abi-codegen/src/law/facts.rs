//! What is declared of a stream of records.

use super::finding::Finding;
use super::rule::{Direction, Fact, Severity};

/// The facts that are declared of a stream of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts(Vec<Fact>);

impl Facts {
    /// What is true of every lane: record headers state size and version, reserved bytes are zero by
    /// construction, codes and flags are open (REG-26, REC-4, REC-8, REC-9).
    pub fn of_lanes() -> Self {
        Self(Fact::ALL.to_vec())
    }

    /// Exactly these facts.
    pub fn new(facts: impl IntoIterator<Item = Fact>) -> Self {
        Self(facts.into_iter().collect())
    }

    /// Returns whether all of `facts` are declared.
    pub fn declare(&self, facts: &[Fact]) -> bool {
        facts.iter().all(|fact| self.0.contains(fact))
    }

    /// Lowers findings whose rule depends on facts that are declared: nobody breaks then.
    pub(super) fn excuse(&self, finding: &mut Finding) {
        let facts = finding.rule.facts;
        if !facts.is_empty() && finding.severity == Severity::Break && self.declare(facts) {
            finding.severity = Severity::Note;
            finding.direction = Direction::Nobody;
        }
    }
}

//! What is declared of a stream of records.

use abi_schema::CatalogSchema;

use super::finding::Finding;
use super::rule::{Direction, Fact, Severity};

/// The facts that are declared of a stream of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts(Vec<Fact>);

impl Facts {
    /// What is true of every lane: record headers state size and version, reserved bytes are zero by
    /// construction, codes and flags are open (REG-26, REC-4, REC-8, REC-9).
    pub fn of_lanes() -> Self {
        Self(Fact::OF_LANES.to_vec())
    }

    /// Returns the facts of lanes for a catalog, with [`Fact::MinorNumber`] if the catalog declares it of
    /// the composites that it lists.
    pub fn of(catalog: &CatalogSchema) -> Self {
        let minor = catalog.minor_number.then_some(Fact::MinorNumber);
        Self(Fact::OF_LANES.into_iter().chain(minor).collect())
    }

    /// Returns what is true of bytes that lie in no lane: no header states their size or version, and no
    /// writer of a lane zeroes them. What is declared of codes and flags stays, as does all else if a minor
    /// number is declared.
    pub(super) fn outside_lanes(&self) -> Self {
        let stays = |fact: &&Fact| {
            matches!(fact, Fact::CodesOpen | Fact::FlagsIgnorable) || self.0.contains(&Fact::MinorNumber)
        };
        Self(self.0.iter().filter(stays).copied().collect())
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

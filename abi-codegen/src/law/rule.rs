//! A rule of the law, as data.

use std::fmt;

use serde::Serialize;

/// A rule: what it looks at, how grave it is, on which facts that depends, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its number, such as `TA1001`. Never given out again.
    pub id: &'static str,
    /// Its name, such as `field-offset-changed`.
    pub slug: &'static str,
    /// How grave it is to break it, when no fact excuses it.
    pub severity: Severity,
    /// Who breaks.
    pub direction: Direction,
    /// Facts that, declared together, make a condition of the break, and the condition fulfilled.
    pub facts: &'static [Fact],
    /// Who looks at it.
    pub checked: Checked,
    /// Why it is a rule: a paragraph.
    pub why: &'static str,
    /// What to do instead.
    pub instead: &'static str,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing breaks.
    Note,
    /// A person should look; nothing is known to break.
    Review,
    /// Somebody breaks.
    Break,
}

/// Who breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Nobody.
    Nobody,
    /// An old reader of what a new writer wrote.
    OldReader,
    /// A new reader of what an old writer wrote.
    NewReader,
    /// Both.
    Both,
    /// Programs that name it in their source; no byte changes its meaning.
    Source,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "nobody breaks",
            Self::OldReader => "old readers of new records break",
            Self::NewReader => "new readers of old records break",
            Self::Both => "old readers of new records break, and new readers of old ones",
            Self::Source => "programs that name it stop compiling; no byte changes its meaning",
        })
    }
}

/// Something that is true of a stream of records and that the bytes alone do not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// Each record states its size on the wire, so a reader steps over what it does not know.
    SizeOnWire,
    /// Each record states its version on the wire, so a reader tells absent from zero.
    VersionOnWire,
    /// Reserved bytes have been zero in every record ever written.
    ReservedZero,
    /// Readers of a code expect values that they have no name for.
    CodesOpen,
    /// Readers of flags ignore bits that they have no name for.
    FlagsIgnorable,
    /// Every record starts at a multiple of 8, whatever it holds.
    StartsAtEight,
    /// Memory that starts with a listed composite states a minor number, which grows with every claim.
    MinorNumber,
}

impl Fact {
    /// Every fact.
    pub const ALL: [Self; 7] = [
        Self::SizeOnWire,
        Self::VersionOnWire,
        Self::ReservedZero,
        Self::CodesOpen,
        Self::FlagsIgnorable,
        Self::StartsAtEight,
        Self::MinorNumber,
    ];

    /// The facts that are true of every lane.
    pub const OF_LANES: [Self; 6] = [
        Self::SizeOnWire,
        Self::VersionOnWire,
        Self::ReservedZero,
        Self::CodesOpen,
        Self::FlagsIgnorable,
        Self::StartsAtEight,
    ];

    /// Returns the word that declares it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SizeOnWire => "size-on-wire",
            Self::VersionOnWire => "version-on-wire",
            Self::ReservedZero => "reserved-zero",
            Self::CodesOpen => "codes-open",
            Self::FlagsIgnorable => "flags-ignorable",
            Self::StartsAtEight => "starts-at-eight",
            Self::MinorNumber => "minor-number",
        }
    }
}

/// Who looks at a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// The comparison of two catalogs.
    ByComparison,
    /// A look at one catalog alone.
    ByLint,
    /// The verbs: locks, golden bytes, acknowledgements.
    ByProcess,
    /// Nobody can break it: the rule named refuses the shape before there is anything to compare.
    ByConstruction(&'static str),
    /// Nobody; this is why.
    NotChecked(&'static str),
}

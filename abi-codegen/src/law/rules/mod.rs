//! Every rule, by its number.
#![allow(missing_docs, reason = "a constant is named by its number; the page says what it is")]

use crate::law::rule::{Checked, Direction, Fact, Rule, Severity};

pub const TA1001: &Rule = &Rule {
    id: "TA1001",
    slug: "field-offset-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1002: &Rule = &Rule {
    id: "TA1002",
    slug: "field-size-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1003: &Rule = &Rule {
    id: "TA1003",
    slug: "field-removed",
    severity: Severity::Break,
    direction: Direction::OldReader,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1004: &Rule = &Rule {
    id: "TA1004",
    slug: "field-inserted-not-at-end",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1005: &Rule = &Rule {
    id: "TA1005",
    slug: "field-appended",
    severity: Severity::Break,
    direction: Direction::OldReader,
    facts: &[Fact::SizeOnWire],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1006: &Rule = &Rule {
    id: "TA1006",
    slug: "fields-swapped",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1007: &Rule = &Rule {
    id: "TA1007",
    slug: "record-shrunk",
    severity: Severity::Break,
    direction: Direction::NewReader,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1008: &Rule = &Rule {
    id: "TA1008",
    slug: "record-grown-without-size-negotiation",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1009: &Rule = &Rule {
    id: "TA1009",
    slug: "record-alignment-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[Fact::StartsAtEight],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1011: &Rule = &Rule {
    id: "TA1011",
    slug: "reserved-consumed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[Fact::ReservedZero, Fact::VersionOnWire],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1012: &Rule = &Rule {
    id: "TA1012",
    slug: "reserved-moved-or-shrunk-silently",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1015: &Rule = &Rule {
    id: "TA1015",
    slug: "nested-type-change-propagates",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1016: &Rule = &Rule {
    id: "TA1016",
    slug: "restructured-same-absolute-bytes",
    severity: Severity::Note,
    direction: Direction::Nobody,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1017: &Rule = &Rule {
    id: "TA1017",
    slug: "array-length-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1018: &Rule = &Rule {
    id: "TA1018",
    slug: "array-stride-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1025: &Rule = &Rule {
    id: "TA1025",
    slug: "bit-position-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1026: &Rule = &Rule {
    id: "TA1026",
    slug: "bit-width-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1027: &Rule = &Rule {
    id: "TA1027",
    slug: "retired-bytes-reused",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1029: &Rule = &Rule {
    id: "TA1029",
    slug: "field-split-or-merged",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1030: &Rule = &Rule {
    id: "TA1030",
    slug: "field-moved-into-other-record",
    severity: Severity::Break,
    direction: Direction::OldReader,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA1031: &Rule = &Rule {
    id: "TA1031",
    slug: "field-deprecated",
    severity: Severity::Note,
    direction: Direction::Nobody,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA2001: &Rule = &Rule {
    id: "TA2001",
    slug: "signedness-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA2002: &Rule = &Rule {
    id: "TA2002",
    slug: "kind-reinterpreted",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA2003: &Rule = &Rule {
    id: "TA2003",
    slug: "int-to-enum-narrowing",
    severity: Severity::Note,
    direction: Direction::Nobody,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA2004: &Rule = &Rule {
    id: "TA2004",
    slug: "widened-in-place-into-hole",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA2006: &Rule = &Rule {
    id: "TA2006",
    slug: "string-encoding-or-termination-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA2007: &Rule = &Rule {
    id: "TA2007",
    slug: "capacity-of-inline-string-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA2009: &Rule = &Rule {
    id: "TA2009",
    slug: "sentinel-value-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA2010: &Rule = &Rule {
    id: "TA2010",
    slug: "sentinel-introduced-on-live-range",
    severity: Severity::Break,
    direction: Direction::OldReader,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA2011: &Rule = &Rule {
    id: "TA2011",
    slug: "optionality-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA3001: &Rule = &Rule {
    id: "TA3001",
    slug: "value-renumbered",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA3002: &Rule = &Rule {
    id: "TA3002",
    slug: "value-removed-without-tombstone",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA3003: &Rule = &Rule {
    id: "TA3003",
    slug: "value-reused",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA3004: &Rule = &Rule {
    id: "TA3004",
    slug: "value-added-to-closed",
    severity: Severity::Break,
    direction: Direction::OldReader,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA3005: &Rule = &Rule {
    id: "TA3005",
    slug: "value-added-to-open",
    severity: Severity::Note,
    direction: Direction::Nobody,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA3007: &Rule = &Rule {
    id: "TA3007",
    slug: "underlying-width-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA3008: &Rule = &Rule {
    id: "TA3008",
    slug: "underlying-signedness-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA3009: &Rule = &Rule {
    id: "TA3009",
    slug: "flag-bit-moved",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA3010: &Rule = &Rule {
    id: "TA3010",
    slug: "flag-bit-reused",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA3011: &Rule = &Rule {
    id: "TA3011",
    slug: "flag-added",
    severity: Severity::Break,
    direction: Direction::OldReader,
    facts: &[Fact::FlagsIgnorable],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA4001: &Rule = &Rule {
    id: "TA4001",
    slug: "record-id-reused",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA4002: &Rule = &Rule {
    id: "TA4002",
    slug: "record-id-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA4003: &Rule = &Rule {
    id: "TA4003",
    slug: "record-removed-without-tombstone",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA4004: &Rule = &Rule {
    id: "TA4004",
    slug: "record-renamed-same-id",
    severity: Severity::Review,
    direction: Direction::Source,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA4008: &Rule = &Rule {
    id: "TA4008",
    slug: "record-added",
    severity: Severity::Note,
    direction: Direction::Nobody,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA4009: &Rule = &Rule {
    id: "TA4009",
    slug: "layout-changed-record-version-not-bumped",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA4010: &Rule = &Rule {
    id: "TA4010",
    slug: "version-decreased-or-skipped",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA4020: &Rule = &Rule {
    id: "TA4020",
    slug: "record-moved-between-streams-or-priority",
    severity: Severity::Review,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA6001: &Rule = &Rule {
    id: "TA6001",
    slug: "unit-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA6002: &Rule = &Rule {
    id: "TA6002",
    slug: "scale-or-exponent-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA6003: &Rule = &Rule {
    id: "TA6003",
    slug: "clock-or-timebase-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA6005: &Rule = &Rule {
    id: "TA6005",
    slug: "wrap-behaviour-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA6006: &Rule = &Rule {
    id: "TA6006",
    slug: "counter-kind-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA6007: &Rule = &Rule {
    id: "TA6007",
    slug: "identity-namespace-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA6008: &Rule = &Rule {
    id: "TA6008",
    slug: "privacy-class-lowered",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA6009: &Rule = &Rule {
    id: "TA6009",
    slug: "privacy-class-raised",
    severity: Severity::Review,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA6010: &Rule = &Rule {
    id: "TA6010",
    slug: "meaning-text-changed",
    severity: Severity::Review,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA6013: &Rule = &Rule {
    id: "TA6013",
    slug: "doc-only-change",
    severity: Severity::Note,
    direction: Direction::Nobody,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA7001: &Rule = &Rule {
    id: "TA7001",
    slug: "c-type-renamed",
    severity: Severity::Break,
    direction: Direction::Source,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA7002: &Rule = &Rule {
    id: "TA7002",
    slug: "c-field-renamed",
    severity: Severity::Break,
    direction: Direction::Source,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA7003: &Rule = &Rule {
    id: "TA7003",
    slug: "enumerator-or-macro-renamed",
    severity: Severity::Break,
    direction: Direction::Source,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA8001: &Rule = &Rule {
    id: "TA8001",
    slug: "baseline-edited",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA8002: &Rule = &Rule {
    id: "TA8002",
    slug: "released-snapshot-missing",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA8010: &Rule = &Rule {
    id: "TA8010",
    slug: "non-adjacent-pair-incompatible",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub const TA8013: &Rule = &Rule {
    id: "TA8013",
    slug: "ack-matches-nothing",
    severity: Severity::Review,
    direction: Direction::Nobody,
    facts: &[],
    checked: Checked::ByComparison,
    why: "",
    instead: "",
};
pub fn find(id: &str) -> Option<&'static Rule> {
    [
        TA1001, TA1002, TA1003, TA1004, TA1005, TA1006, TA1007, TA1008, TA1009, TA1011, TA1012, TA1015,
        TA1016, TA1017, TA1018, TA1025, TA1026, TA1027, TA1029, TA1030, TA1031, TA2001, TA2002, TA2003,
        TA2004, TA2006, TA2007, TA2009, TA2010, TA2011, TA3001, TA3002, TA3003, TA3004, TA3005, TA3007,
        TA3008, TA3009, TA3010, TA3011, TA4001, TA4002, TA4003, TA4004, TA4008, TA4009, TA4010, TA4020,
        TA6001, TA6002, TA6003, TA6005, TA6006, TA6007, TA6008, TA6009, TA6010, TA6013, TA7001, TA7002,
        TA7003, TA8001, TA8002, TA8010, TA8013,
    ]
    .into_iter()
    .find(|r| r.id == id)
}

pub const TA9010: &Rule = &Rule {
    id: "TA9010",
    slug: "float",
    severity: Severity::Note,
    direction: Direction::Nobody,
    facts: &[],
    checked: Checked::ByLint,
    why: "",
    instead: "",
};
pub const TA9021: &Rule = &Rule {
    id: "TA9021",
    slug: "unit",
    severity: Severity::Note,
    direction: Direction::Nobody,
    facts: &[],
    checked: Checked::ByLint,
    why: "",
    instead: "",
};

//! What the bytes found that the law did not see, or saw where nothing was: it is seen as it is now.

use abi_codegen::law::{Direction, Facts, Severity, compare};
use compat_tests::case::catalog;

/// A change, and a word of the law on it: rule, subject, how grave, and who breaks. With no subject: there is
/// nothing of that rule at all.
struct Found {
    title: &'static str,
    before: &'static str,
    after: &'static str,
    rule: &'static str,
    says: Option<(&'static str, Severity, Direction)>,
}

const FOUND: &[Found] = &[
    Found {
        title: "two fields of one composite are swapped: what they hold has the same names at the same bytes",
        before: "struct Device size 8\n  0 4 u32 major\n  4 4 u32 minor\n\
                 record 0x0100 Exit version 1 size 16\n  0 8 Struct<Device> first\n  8 8 Struct<Device> second\n",
        after: "struct Device size 8\n  0 4 u32 major\n  4 4 u32 minor\n\
                record 0x0100 Exit version 1 size 16\n  0 8 Struct<Device> second\n  8 8 Struct<Device> first\n",
        rule: "TA1006",
        says: Some(("Exit.first", Severity::Break, Direction::Both)),
    },
    Found {
        title: "a field that holds a composite has another name: what it holds may be of another thing",
        before: "struct Device size 8\n  0 4 u32 major\n  4 4 u32 minor\n\
                 record 0x0100 Exit version 1 size 8\n  0 8 Struct<Device> first\n",
        after: "struct Device size 8\n  0 4 u32 major\n  4 4 u32 minor\n\
                record 0x0100 Exit version 1 size 8\n  0 8 Struct<Device> other\n",
        rule: "TA7002",
        says: Some(("Exit.first", Severity::Break, Direction::Both)),
    },
    Found {
        title: "a field that holds a composite is not private any more, and so is nothing in it",
        before: "struct Device size 8\n  0 4 u32 major\n  4 4 u32 minor\n\
                 record 0x0100 Exit version 1 size 8\n  0 8 Struct<Device> first private\n",
        after: "struct Device size 8\n  0 4 u32 major\n  4 4 u32 minor\n\
                record 0x0100 Exit version 1 size 8\n  0 8 Struct<Device> first\n",
        rule: "TA6008",
        says: Some(("Device.major", Severity::Break, Direction::NewReader)),
    },
    Found {
        title: "a deprecation is said to be older than the release that has none",
        before: "record 0x0100 Exit version 2 size 8\n  0 8 u64 first deprecated=2\n",
        after: "record 0x0100 Exit version 2 size 8\n  0 4 u32 first deprecated=1\n  4 4 u32 rest since=2\n",
        rule: "TA4009",
        says: Some(("Exit", Severity::Break, Direction::Both)),
    },
    Found {
        title: "a deprecation moves to a version that was released without it",
        before: "record 0x0100 Exit version 2 size 16\n  0 8 u64 first deprecated=2\n  8 8 u64 rest since=2\n",
        after: "record 0x0100 Exit version 2 size 16\n  0 8 u64 first deprecated=1\n  8 8 u64 rest since=2\n",
        rule: "TA4009",
        says: Some(("Exit", Severity::Break, Direction::Both)),
    },
    Found {
        title: "a field in a composite has another name, or is another: so it is for the records that hold it",
        before: "struct Device size 8\n  0 4 u32 major\n  4 4 u32 minor\n\
                 record 0x0100 Exit version 1 size 16\n  0 16 [Struct<Device>;2] all\n",
        after: "struct Device size 8\n  0 4 u32 other\n  4 4 u32 minor\n\
                record 0x0100 Exit version 1 size 16\n  0 16 [Struct<Device>;2] all\n",
        rule: "TA1015",
        says: Some(("Device", Severity::Break, Direction::Both)),
    },
    Found {
        title: "a claim spans two reserved fields of one age",
        before: "record 0x0100 Exit version 1 size 16\n  0 8 u64 first\n  8 4 [u8;4] _one reserved\n  \
                 12 4 [u8;4] _two reserved\n",
        after: "record 0x0100 Exit version 2 size 16\n  0 8 u64 first\n  8 8 u64 extra since=2 bytes_since=1\n",
        rule: "TA1011",
        says: Some(("Exit.extra", Severity::Note, Direction::Nobody)),
    },
    Found {
        title: "a claim spans two reserved fields, and says the age of one of them",
        before: "record 0x0100 Exit version 2 size 16\n  0 4 u32 first\n  4 4 [u8;4] _one reserved\n  \
                 8 4 [u8;4] _two since=2 reserved\n  12 4 u32 second since=2\n",
        after: "record 0x0100 Exit version 3 size 16\n  0 4 u32 first\n  4 8 [u8;8] extra since=3 bytes_since=1\n  \
                12 4 u32 second since=2\n",
        rule: "TA1011",
        says: Some(("Exit.extra", Severity::Break, Direction::Both)),
    },
    Found {
        title: "a field is gone, which breaks old readers, and its version grew, which breaks new ones",
        before: "record 0x0100 Exit version 1 size 8\n  0 4 u32 first\n  4 4 u32 second\n",
        after: "record 0x0100 Exit version 1 size 16\n  0 4 u32 first\n  4 8 [u8;8] _rest reserved\n  \
                12 4 [u8;4] _more reserved\n",
        rule: "TA1008",
        says: Some(("Exit", Severity::Break, Direction::Both)),
    },
    Found {
        title: "a field is gone with its bytes: that is told once",
        before: "record 0x0100 Exit version 1 size 16\n  0 8 u64 first\n  8 8 u64 second\n",
        after: "record 0x0100 Exit version 1 size 8\n  0 8 u64 first\n",
        rule: "TA1008",
        says: None,
    },
    Found {
        title: "a value means not known from now on: new readers hide it in old records",
        before: "record 0x0100 Exit version 1 size 8\n  0 8 u64 first\n",
        after: "record 0x0100 Exit version 2 size 16\n  0 8 u64 first absent=0\n  8 8 u64 more since=2\n",
        rule: "TA2010",
        says: Some(("Exit.first", Severity::Break, Direction::Both)),
    },
    Found {
        title: "a field that holds a composite, and the composite, have other names",
        before: "struct Device size 8\n  0 4 u32 major\n  4 4 u32 minor\n\
                 record 0x0100 Exit version 1 size 8\n  0 8 Struct<Device> first\n",
        after: "struct Other size 8\n  0 4 u32 major\n  4 4 u32 minor\n\
                record 0x0100 Exit version 1 size 8\n  0 8 Struct<Other> second\n",
        rule: "TA7002",
        says: Some(("Exit.first", Severity::Break, Direction::Both)),
    },
    Found {
        title: "a field that holds a composite has another name, and its composite another size",
        before: "struct Device size 8\n  0 4 u32 major\n  4 4 u32 minor\n\
                 record 0x0100 Exit version 1 size 16\n  0 8 Struct<Device> first\n  8 8 u64 at\n",
        after: "struct Device size 16\n  0 4 u32 major\n  4 4 u32 minor\n  8 8 u64 at\n\
                record 0x0100 Exit version 1 size 16\n  0 16 Struct<Device> other\n",
        rule: "TA7002",
        says: Some(("Exit.first", Severity::Break, Direction::Both)),
    },
    Found {
        title: "a new field of a composite takes reserved bytes of the record, in a new version",
        before: "struct Device size 4\n  0 4 u32 major\n\
                 record 0x0100 Exit version 1 size 16\n  0 4 Struct<Device> first\n  4 4 [u8;4] _rest reserved\n  \
                 8 8 u64 at\n",
        after: "struct Device size 4\n  0 4 u32 major\n\
                record 0x0100 Exit version 2 size 16\n  0 4 Struct<Device> first\n  4 4 Struct<Device> second since=2 \
                bytes_since=1\n  8 8 u64 at\n",
        rule: "TA1011",
        says: Some(("Device.major", Severity::Note, Direction::Nobody)),
    },
    Found {
        title: "a field that holds a composite has another name, and its composite loses its first part",
        before: "struct Device size 8\n  0 4 u32 major\n  4 4 u32 minor\n\
                 record 0x0100 Exit version 1 size 8\n  0 8 Struct<Device> first\n",
        after: "struct Device size 4\n  0 4 u32 minor\n\
                record 0x0100 Exit version 1 size 8\n  0 4 u32 major\n  4 4 Struct<Device> other\n",
        rule: "TA7002",
        says: Some(("Exit.first", Severity::Break, Direction::Both)),
    },
    Found {
        title: "a part goes from one composite to another, and both fields are still there",
        before: "struct Pair size 8\n  0 4 u32 major\n  4 4 u32 minor\nstruct Rest size 4\n  0 4 u32 line\n\
                 record 0x0100 Exit version 1 size 16\n  0 8 Struct<Pair> first\n  8 4 Struct<Rest> second\n  \
                 12 4 u32 pid\n",
        after: "struct Pair size 4\n  0 4 u32 major\nstruct Rest size 8\n  0 4 u32 minor\n  4 4 u32 line\n\
                record 0x0100 Exit version 1 size 16\n  0 4 Struct<Pair> first\n  4 8 Struct<Rest> second\n  \
                12 4 u32 pid\n",
        rule: "TA7002",
        says: None,
    },
];

#[test]
fn what_the_bytes_found_is_seen() {
    for Found { title, before, after, rule, says } in FOUND {
        let [old, new] =
            [before, after].map(|side| catalog(side).unwrap_or_else(|error| panic!("{title}: {error}")));
        let findings = compare(&old, &new, &Facts::of_lanes());
        let of_rule = findings.iter().filter(|finding| finding.rule.id == *rule);
        let said: Vec<_> =
            of_rule.map(|finding| (&*finding.subject, finding.severity, finding.direction)).collect();
        match says {
            Some(says) => assert!(said.contains(says), "{title}: {rule} says {said:?}"),
            None => assert!(said.is_empty(), "{title}: {rule} says {said:?}"),
        }
    }
}

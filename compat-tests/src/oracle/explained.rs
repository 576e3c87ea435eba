//! Breaks that the law tells though nobody is lied to by today's bytes, and why it does.
//!
//! A kind that is not in this table fails the tests.

/// A kind of break that bytes do not bear out.
#[derive(Clone, Copy, Debug)]
pub struct Explained {
    /// The rules that are told.
    pub rules: &'static [&'static str],
    /// The sort of edit that makes the law tell them, alone or with another.
    pub edits: &'static [&'static str],
    /// Why it does.
    pub why: &'static str,
}

/// Rules that follow from another one in the same record: they say where it is and which version it has.
pub const FOLLOWING: [&str; 2] = ["TA1015", "TA4009"];

/// Every kind that there is.
pub const EXPLAINED: [Explained; 6] = [
    Explained {
        rules: &["TA6001", "TA6002", "TA6003", "TA6006", "TA6007"],
        edits: &["unit", "scale", "clock", "kind"],
        why: "what was stated of a number is not stated any more: no reader states anything else, but what \
              was agreed is taken back, and the next release could state another thing",
    },
    Explained {
        rules: &["TA4001"],
        edits: &["rename-record"],
        why: "a record has another name and is not what it was: only the id is left to say that it is the \
              same, and the id alone is what a reused one looks like",
    },
    Explained {
        rules: &["TA1003", "TA1027"],
        edits: &["rename"],
        why: "a field and its type have other names: only the bytes are left to say that it is the same",
    },
    Explained {
        rules: &["TA1011"],
        edits: &["inline-composite", "out-of-composite"],
        why: "reserved bytes of a composite are claimed by the record that it was dissolved in: a composite \
              is frozen whole (VER-8), its reserved bytes too",
    },
    Explained {
        rules: &["TA3002"],
        edits: &["widen-mask"],
        why: "a flag was retired with more bits than it had: its own entry is not there",
    },
    Explained {
        rules: &["TA6008"],
        edits: &["privacy"],
        why: "a composite's field is not private any more, though whoever holds it in a row still is: the \
              promise was the composite's own",
    },
];

/// Returns the place in the table of what explains a false break; `None` if some of it is not explained.
pub fn explained(rules: &[&str], edits: &[&str]) -> Option<usize> {
    let explains = |rule: &str| {
        EXPLAINED
            .iter()
            .position(|kind| kind.rules.contains(&rule) && kind.edits.iter().any(|edit| edits.contains(edit)))
    };
    let mut leading = rules.iter().filter(|rule| !FOLLOWING.contains(rule)).map(|rule| explains(rule));
    let first = leading.next()??;
    leading.all(|kind| kind.is_some()).then_some(first)
}

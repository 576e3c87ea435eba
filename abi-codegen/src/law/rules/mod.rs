//! The rules, as data: what each looks at, who breaks, why, and what to do instead.
//!
//! A number is never given out again. A rule that nobody checks stands here too, with the reason: what is
//! not looked at is said, not passed over.

/// Declares a family of rules: each as a constant, and all of them as a list.
///
/// `unless [..]` names the facts that excuse the break when all of them are declared.
macro_rules! rules {
    ($family:ident: $(
        $id:ident $slug:literal: $severity:ident, $direction:ident,
        $checked:ident $(($because:literal))? $(unless [$($fact:ident),+])?;
        why $why:literal;
        instead $instead:literal;
    )+) => {
        use crate::law::rule::Rule;

        $(
            #[doc = concat!("`", $slug, "`")]
            pub const $id: &Rule = &Rule {
                id: stringify!($id),
                slug: $slug,
                severity: crate::law::rule::Severity::$severity,
                direction: crate::law::rule::Direction::$direction,
                facts: &[$($(crate::law::rule::Fact::$fact),+)?],
                checked: crate::law::rule::Checked::$checked $(($because))?,
                why: $why,
                instead: $instead,
            };
        )+

        /// The rules of this family, by number.
        pub(super) const $family: &[&Rule] = &[$($id),+];
    };
}

mod page;
mod ta1;
mod ta2;
mod ta3;
mod ta4;
mod ta5;
mod ta6;
mod ta7;
mod ta8;
mod ta9;

pub use page::page;
pub use ta1::*;
pub use ta2::*;
pub use ta3::*;
pub use ta4::*;
pub use ta5::*;
pub use ta6::*;
pub use ta7::*;
pub use ta8::*;
pub use ta9::*;

use super::rule::Rule;

/// Rules about one thing.
struct Family {
    /// What their numbers begin with.
    prefix: &'static str,
    /// What they are about.
    title: &'static str,
    /// A sentence or two on what goes wrong there.
    about: &'static str,
    rules: &'static [&'static Rule],
}

/// Every family, by number.
const FAMILIES: &[Family] = &[
    Family {
        prefix: "TA1",
        title: "Layout of records",
        about: "Where fields lie and how many bytes they take. A reader takes a value from the bytes that \
                its own catalog names; when they hold something else, nothing tells it.",
        rules: TA1,
    },
    Family {
        prefix: "TA2",
        title: "Types and absence",
        about: "What the bytes of one field are taken for, and how a reader knows that a value is not there.",
        rules: TA2,
    },
    Family {
        prefix: "TA3",
        title: "Codes and flags",
        about: "Names for numbers and for bits. A name that moves to another number turns every old trace \
                into a false one.",
        rules: TA3,
    },
    Family {
        prefix: "TA4",
        title: "Catalogs",
        about: "Records of a catalog: their ids, names, versions and classes.",
        rules: TA4,
    },
    Family {
        prefix: "TA5",
        title: "Regions",
        about: "The shared memory itself. Its structs are a catalog like any other and are frozen in a \
                lock like any other; what no layout shows is fixed in [region.md](region.md).",
        rules: TA5,
    },
    Family {
        prefix: "TA6",
        title: "Meaning",
        about: "What a number says: unit, scale, clock, kind, privacy. No byte moves, every byte can be \
                read, and the result is wrong all the same.",
        rules: TA6,
    },
    Family {
        prefix: "TA7",
        title: "Names in programs",
        about: "What programs spell: C names, constants, headers. Traces stay readable, and somebody's build \
                does not.",
        rules: TA7,
    },
    Family {
        prefix: "TA8",
        title: "The check itself",
        about: "A check that looked at nothing, too little or the wrong thing is worse than none, \
                for it is believed.",
        rules: TA8,
    },
    Family {
        prefix: "TA9",
        title: "One catalog alone",
        about: "Shapes that are hazards from the first release on, with nothing yet to compare.",
        rules: TA9,
    },
];

/// Returns every rule, by number.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.rules).copied()
}

/// Returns the rule of that number, such as `TA1001`, or of that name, such as `field-offset-changed`.
pub fn find(id_or_slug: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id_or_slug || rule.slug == id_or_slug)
}

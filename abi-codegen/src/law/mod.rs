//! The law: what may change between two releases of a catalog, and what may not.
//!
//! Rules are data ([`rules`]); one engine compares two catalogs and says what it finds. It judges by
//! absolute bytes and by declared meaning, in both directions.
//!
//! Spec: `spec/law.md`, `spec/rules.md`.

mod finding;
mod report;
mod rule;
mod witness;

pub use finding::{Finding, Moved, Place, Span};
pub use report::{Compared, Laid, Layouts, Report, Skipped, Verdict};
pub use rule::{Checked, Direction, Fact, Rule, Severity};
pub use witness::{Seen, Side, Witness};

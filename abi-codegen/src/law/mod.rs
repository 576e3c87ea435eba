//! The law: what may change between two releases of a catalog, and what may not.
//!
//! Rules are data ([`rules`]); one engine compares two catalogs and says what it finds. It judges by
//! absolute bytes and by declared meaning, in both directions.
//!
//! Spec: `spec/law.md`, `spec/rules.md`.

mod compare;
mod error;
mod excuse;
mod facts;
mod finding;
mod form;
mod history;
mod lint;
mod report;
mod rule;
pub mod rules;
mod witness;

pub use compare::compare;
pub use error::LawError;
pub(crate) use excuse::names;
pub use facts::Facts;
pub use finding::{Finding, Moved, Place, Span};
pub use form::{Form, Style, UnknownForm, render};
pub(crate) use history::tampered;
pub use history::{Called, Law};
pub use lint::lint;
pub use report::{Compared, Laid, Layouts, Report, Skipped, Verdict};
pub use rule::{Checked, Direction, Fact, Rule, Severity};
pub use witness::{Seen, Side, Witness};

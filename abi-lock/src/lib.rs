//! The lock of a catalog: every released layout, as text made for diffs and merges.
//!
//! A lock is a sequence of releases, oldest first. A release states what it adds to the one before,
//! and ends in a seal over all the text before it: freezing appends, and an edit of what was frozen
//! breaks a seal. Beside the lock may stand a file of acknowledgements: breaks that people have
//! looked at and let through, one by one.
//!
//! Spec: `spec/lock.md`.

#![forbid(unsafe_code)]

mod acknowledgement;
mod digest;
mod entry;
mod error;
mod field;
mod lock;
mod nesting;
mod parse;
mod text;
mod types;

pub use acknowledgement::{Acknowledged, Acknowledgement, parse_acknowledgements};
pub use digest::names_digest;
pub use entry::{Composite, Enumeration, Noun, Record, Retired};
pub use error::{LockError, LockFault};
pub use field::{Field, Meaning};
pub use lock::{Listed, Lock, Newest, Release, SealBroken, seal};
pub use text::{first_line, sealed};
pub use types::Type;

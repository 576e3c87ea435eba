//! Why something is not a lock that can be judged by.

use std::fmt;

use abi_schema::{Printable, PrintableDisplay};

use crate::check::ModelError;

/// Something is not a lock that can be judged by.
#[derive(Debug)]
#[non_exhaustive]
pub enum LockError {
    /// The text is no lock.
    Text(abi_lock::LockError),
    /// The JSON is no lock.
    Json(serde_json::Error),
    /// The JSON has a form that this version does not know.
    Form(u32),
    /// A release names a type that no block defines, or a word that means nothing.
    Word {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// The catalog of a release breaks a rule.
    Model {
        /// The release.
        release: u32,
        /// The rule and the place.
        error: ModelError,
    },
}

impl From<abi_lock::LockError> for LockError {
    fn from(error: abi_lock::LockError) -> Self {
        Self::Text(error)
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(error) => error.fmt(f),
            Self::Json(error) => write!(f, "not a lock in JSON: {} (LOCK-12)", PrintableDisplay(error)),
            Self::Form(form) => {
                write!(f, "a lock of form {form}, and this version knows form 1: use a newer tool (LOCK-1)")
            }
            Self::Word { line, what } => write!(f, "line {line}: {} (LOCK-4)", Printable(what)),
            Self::Model { release, error } => {
                write!(f, "the catalog of release {release} breaks a rule: {error}")
            }
        }
    }
}

impl std::error::Error for LockError {}

//! Why a text is no lock.

use std::fmt;

use abi_schema::{Printable, PrintableDisplay};

/// A text is not a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: LockFault,
}

/// What is wrong with a line of a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockFault {
    /// The first line is not that of a lock (LOCK-1).
    NoLock,
    /// The lock has a form that this version does not know (LOCK-1).
    Form(String),
    /// A line of a merge that was not finished (LOCK-9).
    Conflict,
    /// The line is not one that may stand here (LOCK-2).
    Malformed {
        /// The line's text.
        found: String,
        /// What may stand here.
        expected: &'static str,
    },
    /// Releases are numbered from 1 without a hole (LOCK-3).
    Numbering {
        /// The number found.
        found: u32,
        /// The number that follows.
        expected: u32,
    },
    /// The last release has no seal: the text was cut, or is not finished (LOCK-8).
    Unsealed,
    /// The text begins with a byte-order mark (LOCK-2).
    ByteOrderMark,
    /// The last line has no end (LOCK-2).
    NoLineEnd,
    /// A field names a type that no block above defines (LOCK-4).
    Undefined(String),
    /// A composite holds itself (LOCK-4).
    Circle(String),
    /// A composite nests deeper than is read (LOCK-4).
    Deep {
        /// The composite.
        name: String,
        /// How deep composites may nest.
        bound: usize,
    },
    /// A release, or all of them, have more fields and values than are read (LOCK-4).
    Large {
        /// How many there may be.
        bound: u64,
    },
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, fault } = self;
        match fault {
            LockFault::NoLock => write!(
                f,
                "line {line}: not a lock: the first line of one is `testimony-lock 1 CATALOG` (LOCK-1)"
            ),
            LockFault::Form(form) => write!(
                f,
                "line {line}: a lock of form {}, and this version knows form 1: use a newer tool (LOCK-1)",
                Printable(form)
            ),
            LockFault::Conflict => write!(
                f,
                "line {line}: a merge was not finished: keep one side's releases whole, then freeze the other's \
                 changes as a release of their own (LOCK-9)"
            ),
            LockFault::Malformed { found, expected } => {
                // Debug leaves some characters as they are that no terminal shows.
                let found = format!("{found:?}");
                write!(
                    f,
                    "line {line}: found {}, where {expected} may stand (LOCK-2)",
                    PrintableDisplay(&found)
                )
            }
            LockFault::Numbering { found, expected } => {
                write!(f, "line {line}: release {found} stands where release {expected} follows (LOCK-3)")
            }
            LockFault::ByteOrderMark => write!(
                f,
                "line {line}: the text begins with a byte-order mark: save it as UTF-8 without one (LOCK-2)"
            ),
            LockFault::NoLineEnd => write!(
                f,
                "line {line}: the last line has no end: restore the file from your history, or add the line end (LOCK-2)"
            ),
            LockFault::Undefined(ty) => {
                write!(f, "line {line}: no block above defines the type `{}` (LOCK-4)", Printable(ty))
            }
            LockFault::Circle(name) => write!(
                f,
                "line {line}: the composite `{name}` holds itself: restore the file from your history (LOCK-4)"
            ),
            LockFault::Deep { name, bound } => write!(
                f,
                "line {line}: the composite `{name}` nests deeper than {bound} composites: flatten it (LOCK-4)"
            ),
            LockFault::Large { bound } => write!(
                f,
                "line {line}: with its types taken apart there are more than {bound} fields and values: divide the \
                 catalog (LOCK-4)"
            ),
            LockFault::Unsealed => write!(
                f,
                "line {line}: the text ends before the release's seal: restore the file from your history (LOCK-8)"
            ),
        }
    }
}

impl std::error::Error for LockError {}

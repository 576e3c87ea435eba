//! Why there is no verdict.

use std::fmt;

use abi_schema::Printable;

/// There is no verdict: something is not fit to be judged, or to judge by.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LawError {
    /// Two catalogs of different names are no releases of one.
    OtherCatalog {
        /// Name of the one.
        old: String,
        /// Name of the other.
        new: String,
    },
    /// An acknowledgement has no day (TA8005).
    NoDay {
        /// The line, counted from 1.
        line: usize,
        /// What it says.
        until: String,
    },
    /// An acknowledgement counts no longer (TA8005).
    Expired {
        /// The line, counted from 1.
        line: usize,
        /// The rule that it names.
        rule: String,
        /// What it names.
        subject: String,
        /// The last day on which it counted.
        until: String,
    },
    /// An acknowledgement names no rule that there is (TA8005).
    NoRule {
        /// The line, counted from 1.
        line: usize,
        /// What it names.
        rule: String,
    },
}

impl fmt::Display for LawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherCatalog { old, new } => {
                write!(
                    f,
                    "`{}` and `{}` are different catalogs: compare two of one name",
                    Printable(old),
                    Printable(new)
                )
            }
            Self::NoDay { line, until } => write!(
                f,
                "acknowledgements, line {line}: there is no day {}: write one of the calendar, as YYYY-MM-DD \
                 (TA8005)",
                Printable(until)
            ),
            Self::Expired { line, rule, subject, until } => write!(
                f,
                "acknowledgements, line {line}: {} for `{}` counted until {}: mend what it lets \
                 through, or look at it again and write another day (TA8005)",
                Printable(rule),
                Printable(subject),
                Printable(until)
            ),
            Self::NoRule { line, rule } => write!(
                f,
                "acknowledgements, line {line}: there is no rule `{}`: `abi explain` lists them (TA8005)",
                Printable(rule)
            ),
        }
    }
}

impl std::error::Error for LawError {}

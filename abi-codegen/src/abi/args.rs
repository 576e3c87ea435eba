//! What a person types.

use clap::{Parser, Subcommand};

use crate::law::Form;

/// What may change between two releases of a catalog, and what may not.
///
/// A catalog is named `proc` (the code), `proc@3` (release 3 of its lock), `REVISION:proc` (its lock in a
/// revision of the history), or by a file: a lock, a document, or a binary that embeds it (`FILE#proc` when
/// there are several).
#[derive(Debug, Parser)]
#[command(name = "abi", disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    pub(super) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Hold the code against every release that its lock holds.
    ///
    /// Exit status: 0 compatible, 1 incompatible, 2 the tool failed and there is no verdict, 3 nothing was
    /// compared, or with --strict not everything was.
    Check {
        /// The catalogs; all when none is named.
        catalogs: Vec<String>,
        /// Hold the code against this instead: a file, or a revision of the history, whose locks must be
        /// beginnings of today's. `./WORD` is always a file and `revision:WORD` a revision; a folder is none.
        #[arg(long, value_name = "REVISION|FILE")]
        against: Option<String>,
        #[command(flatten)]
        shown: Shown,
    },
    /// Append a release to the lock, when the law lets it through.
    Freeze {
        /// The catalogs; all when none is named.
        catalogs: Vec<String>,
        /// The day of the release.
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<String>,
    },
    /// Compare any two catalogs of one name.
    ///
    /// Exit status: as for check.
    Diff {
        /// The older.
        old: String,
        /// The newer.
        new: String,
        #[command(flatten)]
        shown: Shown,
    },
    /// Say what a rule is about, or list all rules, those that nobody checks included.
    Explain {
        /// Its number or its name.
        rule: Option<String>,
    },
    /// Show which reader reads which writer, of all releases and the code.
    Matrix {
        /// The catalogs; all when none is named.
        catalogs: Vec<String>,
    },
    /// Replay the bytes that show each break, through the decoder of both sides.
    Witness {
        /// The older, or the one catalog whose code is held against its newest release.
        old: String,
        /// The newer.
        new: Option<String>,
        /// Only breaks of this rule.
        #[arg(long)]
        rule: Option<String>,
    },
}

/// How a report is shown and what it counts.
#[derive(Debug, clap::Args)]
pub(super) struct Shown {
    /// Count what could not be compared: exit status 3.
    #[arg(long)]
    pub(super) strict: bool,
    /// How the report is written.
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub(super) format: Form,
    /// The day to judge acknowledgements by; today when not given.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) today: Option<String>,
}

//! The verbs: check, freeze, diff, explain, matrix, witness.
//!
//! A workspace has them in its own xtask in a few lines:
//!
//! ```no_run
//! # use abi_schema::CatalogSchema;
//! # static MY_CATALOG: CatalogSchema = CatalogSchema {
//! #     name: "my", prefix: "my", doc: "", records: &[], structs: &[], minor_number: false,
//! #     retired: &[], embedded: || &[],
//! # };
//! use abi_codegen::abi::{self, Governed};
//!
//! fn main() -> std::process::ExitCode {
//!     let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
//!     abi::main(root, &[Governed { catalog: &MY_CATALOG, lock: "spec/abi/my.lock" }])
//! }
//! ```
//!
//! Spec: `spec/law.md`, `spec/lock.md`.

mod args;
mod check;
mod error;
mod explain;
mod freeze;
mod git;
pub mod golden;
mod house;
mod matrix;
mod merge;
mod revision;
mod source;
mod witness;

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;

pub use args::Args;
pub use error::AbiError;
pub use git::{LOCAL_VARIABLES, git};
pub use house::Governed;

use args::Verb;
use house::House;

use crate::law::Style;
use crate::output;

/// Runs the verb that the program's own arguments name.
pub fn main(root: impl AsRef<Path>, governed: &[Governed]) -> ExitCode {
    // A workspace's own command may be called by the word itself: `cargo xtask abi check`.
    let mut words: Vec<_> = std::env::args_os().collect();
    if words.get(1).is_some_and(|word| word == "abi") {
        words.remove(1);
    }
    // A root such as `xtask/..` is shown as the folder that it is.
    let root = root.as_ref();
    match output::parse(words) {
        Ok(args) => run(&args, &root.canonicalize().unwrap_or_else(|_| root.to_owned()), governed),
        Err(status) => status,
    }
}

/// Runs a verb: its outcome goes to standard output, a failure to standard error.
pub fn run(args: &Args, root: &Path, governed: &[Governed]) -> ExitCode {
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100);
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let status = match execute(args, root, governed, Style { colour, width }) {
        Ok(outcome) => {
            output::text(outcome.text);
            outcome.status
        }
        // A tool that failed has no verdict.
        Err(error) => {
            output::error_line(format_args!("error: {error}"));
            output::FAILED
        }
    };
    output::end(ExitCode::from(status))
}

/// What a verb has to say, and the exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// For standard output.
    pub text: String,
    /// 0, 1 or 3; a failure is an error.
    pub status: u8,
}

/// Runs a verb and returns its outcome.
///
/// # Errors
///
/// The verb could not do its work: there is no verdict.
pub fn execute(args: &Args, root: &Path, governed: &[Governed], style: Style) -> Result<Outcome, AbiError> {
    let house = House::new(root, governed)?;
    match &args.verb {
        Verb::Check { catalogs, against, shown } => {
            check::check(&house, catalogs, against.as_deref(), shown, style)
        }
        Verb::Freeze { catalogs, date } => freeze::freeze(&house, catalogs, day(date.as_deref())?),
        Verb::Diff { old, new, shown } => check::diff(&house, old, new, shown, style),
        Verb::Explain { rule } => explain::explain(rule.as_deref(), style),
        Verb::Matrix { catalogs } => matrix::matrix(&house, catalogs),
        Verb::Witness { old, new, rule } => witness::witness(&house, old, new.as_deref(), rule.as_deref()),
    }
}

/// Returns the day that is given, or today in UTC.
fn day(given: Option<&str>) -> Result<Date, AbiError> {
    match given {
        Some(text) => text.parse().map_err(|_| AbiError::NoDay(text.to_owned())),
        None => Ok(jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()),
    }
}

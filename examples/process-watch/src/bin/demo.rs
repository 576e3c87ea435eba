//! Starts a driver, a reader that it does not trust, and load; then compares their accounts.
//!
//! Exit status: 0 the books close, 1 they do not, 2 the demo could not be brought to its end.

use std::process::ExitCode;
#[cfg(target_os = "linux")]
use std::time::Duration;

#[cfg(target_os = "linux")]
use clap::{Parser, ValueEnum};
#[cfg(target_os = "linux")]
use process_watch::{audit::Audit, origin::SourceKind, output, play::Play, report::Report};

/// A driver, a reader that it does not trust, and load: do the books close?
#[cfg(target_os = "linux")]
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Four seconds instead of fifteen.
    #[arg(long)]
    short: bool,
    /// What to listen to.
    #[arg(long, value_enum, default_value_t = Source::Best)]
    source: Source,
    /// Let full lanes refuse the new instead of letting go of the oldest.
    #[arg(long)]
    fill: bool,
}

#[cfg(target_os = "linux")]
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Source {
    /// The process connector, or where it is not to be had a directory tree.
    Best,
    /// The process connector.
    Connector,
    /// A directory tree.
    Tree,
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let play = Play {
        source: match arguments.source {
            Source::Best => None,
            Source::Connector => Some(SourceKind::Connector),
            Source::Tree => Some(SourceKind::Tree),
        },
        load: Duration::from_millis(if arguments.short { 2500 } else { 13_000 }),
        count: u64::MAX,
        stop: Duration::from_millis(if arguments.short { 700 } else { 2000 }),
        lane: (4096, 4),
        fill: arguments.fill,
    };
    match play.run() {
        Ok(outcome) => {
            let audit = Audit::new(&outcome.driver, &outcome.reader);
            let report = Report::new(&outcome, &audit).to_string();
            let status = ExitCode::from(u8::from(!audit.closes()));
            output::line(&report).map_or_else(|error| output::failed("demo", &error), |()| status)
        }
        Err(error) => output::failed("demo", &error),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    process_watch::output::failed("demo", &process_watch::NOT_HERE)
}

//! Puts load on the machine and says what it caused, as one line of JSON on standard output.
//!
//! With `--wait` it first makes its directories, prints `ready` and waits for a line on standard input, so that whoever
//! starts it can learn its process id and get ready too. Exit status: 0 done, 2 failed.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use process_watch::load::{self, Directories, Extent};
use process_watch::output;

/// Puts load on the machine and says what it caused.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// How many processes or files.
    #[arg(long, default_value_t = 1000)]
    count: u64,
    /// For at most so many milliseconds.
    #[arg(long, default_value_t = 60_000, value_parser = clap::value_parser!(u64).range(..=86_400_000))]
    milliseconds: u64,
    /// From how many threads.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=256))]
    threads: u64,
    /// Print `ready` and wait for a line on standard input first.
    #[arg(long)]
    wait: bool,
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// Short processes: one fork, one exec and one exit each.
    Processes,
    /// Files that are made, written and removed again.
    Files {
        /// The directory to make them in.
        root: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::failed("load", &error),
    }
}

fn run(arguments: &Arguments) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let extent = Extent {
        count: arguments.count,
        time: Duration::from_millis(arguments.milliseconds),
        threads: arguments.threads,
    };
    let directories = match &arguments.kind {
        Kind::Processes => None,
        Kind::Files { root } => Some(Directories::make(root, arguments.threads)?),
    };
    if arguments.wait {
        writeln!(out, "ready")?;
        io::stdin().lock().read_line(&mut String::new())?;
    }
    let caused = match directories {
        None => load::processes(extent)?,
        Some(directories) => directories.files(extent)?,
    };
    writeln!(out, "{}", serde_json::to_string(&caused)?)
}

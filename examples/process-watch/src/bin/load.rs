//! Puts load on the machine and says what it caused, as one line of JSON on standard output.
//!
//! With `--wait` it first prints `ready` and waits for a line on standard input, so that whoever
//! starts it can learn its process id and get ready too. Exit status: 0 done, 2 failed.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use process_watch::load::{self, Caused};

/// Puts load on the machine and says what it caused.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// How many processes or files.
    #[arg(long, default_value_t = 1000)]
    count: u64,
    /// From how many threads.
    #[arg(long, default_value_t = 4)]
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
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if arguments.wait {
        writeln!(out, "ready")?;
        io::stdin().lock().read_line(&mut String::new())?;
    }
    let caused: Caused = match &arguments.kind {
        Kind::Processes => load::processes(arguments.count, arguments.threads)?,
        Kind::Files { root } => load::files(root, arguments.count, arguments.threads)?,
    };
    writeln!(out, "{}", serde_json::to_string(&caused)?)
}

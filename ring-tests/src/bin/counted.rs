//! Makes attempts of one kind, for whoever counts the instructions.
//!
//! Exit status: 0 each came to what it should, 1 one did not, 2 the arguments are wrong.

use std::process::ExitCode;

use clap::Parser;

/// Make attempts of one kind.
#[derive(Parser)]
struct Cli {
    /// Which kind.
    #[arg(value_parser = ring_tests::counted::KINDS)]
    kind: String,
    /// How many.
    count: u64,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if ring_tests::counted::run(&cli.kind, cli.count) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

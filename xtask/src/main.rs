//! This repository's commands: what to run, and in which order.

mod abi;
mod bench;
mod bless;
mod boundary;
mod demo;
mod fuzz;
mod gen_headers;
mod root;
mod snapshots;
mod soak;
mod steps;
mod targets;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use abi_codegen::output;
use clap::{Parser, Subcommand};

/// What to run, and in which order.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Run every test: format, lints, tidy, unit, doc, refusals, headers, cross-language, end to end.
    ///
    /// Installs the compilers that are missing when run as root on a machine with apt; otherwise prints
    /// the one line to run. What this machine has no target for is NOT CHECKED, and counted so. Exit status:
    /// 0 nothing failed, 1 something failed, 2 a tool is missing.
    Test(test::Args),
    /// Run a real driver under load, a reader in another process, and close the books.
    Demo(demo::Args),
    /// Write the generated headers, or with --check say which are stale.
    ///
    /// Exit status: 0 written or up to date, 1 stale, 2 failed.
    GenHeaders(gen_headers::Args),
    /// Say what changed against the locks in spec/abi, who breaks, and what to write instead.
    ///
    /// Exit status: 0 compatible, 1 incompatible, 2 the tool failed, 3 nothing was compared.
    Abi(abi_codegen::abi::Args),
    /// Print every figure beside its peers, as ratios of one run.
    Bench(bench::Args),
    /// Run what takes longer than tests may; `--list` says what there is.
    Soak(soak::Args),
    /// Let a fuzzer try what readers make of any bytes, for a stated time; new inputs go into fuzz/found.
    ///
    /// Exit status: 0 nothing was found, 1 a rule does not hold, 2 a tool is missing.
    Fuzz(fuzz::Args),
    /// Accept what is generated, snapshotted or printed by the compiler, as it is now.
    Bless,
    /// Check the invariants of ARCHITECTURE.md.
    Tidy,
}

fn main() -> ExitCode {
    let cli: Cli = match output::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(status) => return status,
    };
    output::end(match cli.verb {
        Verb::Test(args) => test::run(&args),
        Verb::Demo(args) => demo::run(&args),
        Verb::GenHeaders(args) => gen_headers::run(&args),
        Verb::Abi(args) => abi::run(&args),
        Verb::Bench(args) => bench::run(&args),
        Verb::Soak(args) => soak::run(&args),
        Verb::Fuzz(args) => fuzz::run(&args),
        Verb::Bless => bless::run(),
        Verb::Tidy => tidy::run(),
    })
}

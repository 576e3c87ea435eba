//! Holds the law against the bytes of many small catalogs.
//!
//! Exit status: 0 nothing was found, 1 the law is wrong somewhere, 2 no such pair.

use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand};
use compat_tests::oracle::draft::Draft;
use compat_tests::oracle::show::show;
use compat_tests::oracle::shrink::shrink;
use compat_tests::oracle::soak::{Plan, soak};
use compat_tests::oracle::tally::{Pair, Tally};

/// Hold the law against the bytes of many small catalogs.
#[derive(Parser)]
#[command(name = "law-soak", disable_help_subcommand = true, args_conflicts_with_subcommands = true)]
struct Cli {
    /// How many pairs of catalogs, one edit apart or two.
    #[arg(default_value_t = 10_000_000)]
    pairs: u64,
    /// After one edit, every so many-th of the edits of what came of it.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    stride: u32,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Show one pair: both catalogs, what the law finds, and what is seen that was not meant.
    Show {
        /// Place of the older catalog in the walk.
        place: u64,
        /// Place of each edit in the list of edits.
        edits: Vec<usize>,
    },
}

/// How many unsound pairs are shown.
const SHOWN: usize = 5;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(Verb::Show { place, edits }) = cli.verb {
        let Some((old, new)) = (Pair { place, edits, kinds: Vec::new() }).drafts() else {
            eprintln!("error: there is no such pair, or its newer catalog is not lawful");
            eprintln!("  help: take the numbers from a line that law-soak printed");
            return ExitCode::from(2);
        };
        print!("{}", show(&old, &new));
        return ExitCode::SUCCESS;
    }
    let start = Instant::now();
    let stride = usize::try_from(cli.stride).unwrap_or(usize::MAX);
    let tally = soak(Plan { pairs: cli.pairs, whole: 8, stride }, progress(start, cli.pairs));
    println!("{tally}");
    println!("{:>10} s", start.elapsed().as_secs());
    let faults = tally.faults();
    for pair in tally.unsound.iter().take(SHOWN) {
        println!("\n{pair}, as small as it gets:\n{}", smallest(pair));
    }
    for fault in &faults {
        eprintln!("error: {fault}");
    }
    if !faults.is_empty() {
        eprintln!("  help: `law-soak show` and the numbers of a pair show it whole");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Tells on standard error, every few seconds, how far it is.
fn progress(start: Instant, pairs: u64) -> impl Fn(&Tally) + Sync {
    let last = Mutex::new(start);
    move |tally| {
        let Ok(mut last) = last.lock() else { return };
        if last.elapsed() < Duration::from_secs(5) {
            return;
        }
        *last = Instant::now();
        let seconds = start.elapsed().as_secs().max(1);
        let (done, rate) = (tally.pairs(), tally.pairs() / seconds);
        eprintln!("{done} of {pairs} pairs, {rate} a second, {} unsound", tally.unsound.len());
    }
}

fn smallest(pair: &Pair) -> String {
    let small = |(old, new): (Draft, Draft)| {
        let (old, new) = shrink(&old, &new);
        show(&old, &new)
    };
    pair.drafts().map(small).unwrap_or_default()
}

//! `cargo xtask soak`: what takes longer than tests may.

use std::process::ExitCode;

use abi_codegen::output;

use crate::root::{cargo, typed};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this job.
    #[arg(long, value_name = "JOB")]
    only: Option<String>,
    /// How much of it, in the job's own unit; each has an amount of its own.
    #[arg(long, value_name = "N")]
    amount: Option<u64>,
    /// List the jobs, their amounts and their units.
    #[arg(long)]
    list: bool,
}

/// A job: what `--only` calls it, what it shows, and the program that does it, whose one argument is
/// the amount.
struct Job {
    name: &'static str,
    shows: &'static str,
    package: &'static str,
    program: &'static str,
    amount: u64,
    unit: &'static str,
}

const JOBS: &[Job] = &[
    Job {
        name: "law",
        shows: "the law against an oracle of bytes, over mutated catalogs",
        package: "compat-tests",
        program: "law-soak",
        amount: 10_000_000,
        unit: "pairs of catalogs",
    },
    Job {
        name: "cross",
        shows: "the same bytes from the writers in Rust and in C, here and on aarch64",
        package: "compat-tests",
        program: "cross-soak",
        amount: 1_000_000,
        unit: "random scripts",
    },
    Job {
        name: "books",
        shows: "books that close, for readers that are stopped, killed and late",
        package: "ring-tests",
        program: "books-soak",
        amount: 1_000_000_000,
        unit: "attempts",
    },
    Job {
        name: "lapped",
        shows: "copies that the writer laps while they are made, none of them believed",
        package: "ring-tests",
        program: "lapped-soak",
        amount: 100_000_000,
        unit: "copies",
    },
    Job {
        name: "hazards",
        shows: "what readers and writers leave that are killed at random moments",
        package: "ring-tests",
        program: "hazard-soak",
        amount: 20_000,
        unit: "of each killed",
    },
    Job {
        name: "models",
        shows: "every interleaving of writer and reader, and abi-runtime's tests under Miri",
        package: "ring-tests",
        program: "model-soak",
        amount: 64,
        unit: "seeds for Miri",
    },
    Job {
        name: "stepper",
        shows: "what readers say of a writer that stops at every instruction",
        package: "ring-tests",
        program: "stepper-soak",
        amount: 300,
        unit: "random scripts",
    },
    Job {
        name: "starts",
        shows: "drivers that start at one path at one time, and are killed while they do: one serves",
        package: "ring-tests",
        program: "start-soak",
        amount: 10_000,
        unit: "rounds of 2 to 8 drivers",
    },
];

pub(crate) fn run(args: &Args) -> ExitCode {
    if args.list {
        for job in JOBS {
            output::line(format_args!("{:<10} {} ({} {})", job.name, job.shows, job.amount, job.unit));
        }
        return ExitCode::SUCCESS;
    }
    let chosen: Vec<&Job> =
        JOBS.iter().filter(|job| args.only.as_deref().is_none_or(|only| only == job.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = JOBS.iter().map(|job| job.name).collect();
        output::error_line(format_args!("error: no such job; there are {}", names.join(", ")));
        return ExitCode::from(2);
    }
    for job in chosen {
        output::line(format_args!("== {}: {}", job.name, job.shows));
        let amount = args.amount.unwrap_or(job.amount).to_string();
        let words =
            ["run", "--quiet", "--release", "--package", job.package, "--bin", job.program, "--", &amount];
        let mut command = cargo(words);
        match command.status() {
            Ok(status) if status.success() => {}
            Ok(status) => {
                output::error_line(format_args!(
                    "error: {}: `{}` failed ({status})",
                    job.name,
                    typed(&command)
                ));
                return ExitCode::FAILURE;
            }
            Err(error) => {
                output::error_line(format_args!(
                    "NOT CHECKED: `{}` cannot be started: {error}",
                    typed(&command)
                ));
                return ExitCode::from(2);
            }
        }
    }
    ExitCode::SUCCESS
}

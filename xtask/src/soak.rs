//! `cargo xtask soak`: what takes longer than tests may.

use std::process::ExitCode;

use crate::root::{cargo, typed};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this job.
    #[arg(long, value_name = "JOB")]
    only: Option<String>,
    /// How much of it: pairs of catalogs for `law`.
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    amount: u64,
    /// List the jobs.
    #[arg(long)]
    list: bool,
}

/// A job: what `--only` calls it, what it shows, and the program that does it.
struct Job {
    name: &'static str,
    shows: &'static str,
    package: &'static str,
    program: &'static str,
}

const JOBS: &[Job] = &[Job {
    name: "law",
    shows: "the law against an oracle of bytes, over mutated catalogs",
    package: "compat-tests",
    program: "law-soak",
}];

pub(crate) fn run(args: &Args) -> ExitCode {
    if args.list {
        for job in JOBS {
            println!("{:<8} {}", job.name, job.shows);
        }
        return ExitCode::SUCCESS;
    }
    let chosen: Vec<&Job> =
        JOBS.iter().filter(|job| args.only.as_deref().is_none_or(|only| only == job.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = JOBS.iter().map(|job| job.name).collect();
        eprintln!("error: no such job; there are {}", names.join(", "));
        return ExitCode::from(2);
    }
    for job in chosen {
        let amount = args.amount.to_string();
        let words =
            ["run", "--quiet", "--release", "--package", job.package, "--bin", job.program, "--", &amount];
        let mut command = cargo(words);
        match command.status() {
            Ok(status) if status.success() => {}
            Ok(status) => {
                eprintln!("error: {}: `{}` failed ({status})", job.name, typed(&command));
                return ExitCode::FAILURE;
            }
            Err(error) => {
                eprintln!("NOT CHECKED: `{}` cannot be started: {error}", typed(&command));
                return ExitCode::from(2);
            }
        }
    }
    ExitCode::SUCCESS
}

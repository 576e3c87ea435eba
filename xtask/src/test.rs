//! `cargo xtask test`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::root::typed;
use crate::steps::{Action, STEPS, Step};
use crate::tools;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run only this step.
    #[arg(long, value_name = "STEP")]
    only: Option<String>,
    /// List the steps.
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    if args.list {
        for step in STEPS {
            println!("{:<16} {}", step.name, step.shows);
        }
        return ExitCode::SUCCESS;
    }
    let chosen: Vec<&Step> =
        STEPS.iter().filter(|step| args.only.as_deref().is_none_or(|only| only == step.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        eprintln!("error: no such step; there are {}", names.join(", "));
        return ExitCode::from(2);
    }
    if !cfg!(target_os = "linux") {
        println!("NOT CHECKED on this system: header matrix, cross-language and process tests, end to end");
    } else if let Err(missing) = tools::ensure(tools::ALL) {
        eprintln!("error: {missing}");
        return ExitCode::from(2);
    }
    let outcomes: Vec<Outcome> = chosen.into_iter().map(execute).collect();
    summarise(&outcomes)
}

/// What became of a step.
struct Outcome {
    name: &'static str,
    shows: &'static str,
    took: Duration,
    failure: Option<String>,
}

fn execute(step: &Step) -> Outcome {
    println!("\n== {}: {}", step.name, step.shows);
    let begin = Instant::now();
    let failure = match &step.action {
        Action::Call(check) => check().err(),
        Action::Run(command) => {
            let mut command = command();
            match command.status() {
                Ok(status) if status.success() => None,
                Ok(status) => Some(format!("`{}` failed ({status})", typed(&command))),
                Err(error) => Some(format!("NOT CHECKED: `{}` cannot be started: {error}", typed(&command))),
            }
        }
    };
    if let Some(failure) = &failure {
        eprintln!("{failure}");
    }
    Outcome { name: step.name, shows: step.shows, took: begin.elapsed(), failure }
}

fn summarise(outcomes: &[Outcome]) -> ExitCode {
    println!();
    for outcome in outcomes {
        let verdict = if outcome.failure.is_none() { "passed" } else { "FAILED" };
        println!("{verdict}  {:>6.1} s  {:<16} {}", outcome.took.as_secs_f64(), outcome.name, outcome.shows);
    }
    let failed = outcomes.iter().filter(|outcome| outcome.failure.is_some()).count();
    println!("{} passed, {failed} failed", outcomes.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

//! `cargo xtask test`.

use std::fmt;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use abi_codegen::output;

use crate::root::typed;
use crate::steps::{Action, Checked, STEPS, Step};
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
            output::line(format_args!("{:<16} {}", step.name, step.shows));
        }
        return ExitCode::SUCCESS;
    }
    let chosen: Vec<&Step> =
        STEPS.iter().filter(|step| args.only.as_deref().is_none_or(|only| only == step.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        output::error_line(format_args!("error: no such step; there are {}", names.join(", ")));
        return ExitCode::from(2);
    }
    if !cfg!(target_os = "linux") {
        output::line(
            "NOT CHECKED on this system: header matrix, cross-language and process tests, end to end",
        );
    } else if let Err(missing) = tools::ensure(tools::ALL) {
        output::error_line(format_args!("error: {missing}"));
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
    verdict: Verdict,
}

/// What is known after a step.
#[derive(PartialEq, Eq)]
enum Verdict {
    /// What it shows is so.
    Passed,
    /// It is not so, or could not be found out.
    Failed,
    /// This machine has no way to find out.
    NotChecked,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::NotChecked => "NOT CHECKED",
        })
    }
}

fn execute(step: &Step) -> Outcome {
    output::line(format_args!("\n== {}: {}", step.name, step.shows));
    let begin = Instant::now();
    let checked = match &step.action {
        Action::Call(check) => check().map(|()| Checked::All),
        Action::Run(command) => run_command(command()).map(|()| Checked::All),
        Action::Probe(check) => check(),
    };
    let verdict = match checked {
        Ok(Checked::All) => Verdict::Passed,
        Ok(Checked::Nothing(why)) => {
            output::line(format_args!("NOT CHECKED: {why}"));
            Verdict::NotChecked
        }
        Err(failure) => {
            output::error_line(failure);
            Verdict::Failed
        }
    };
    Outcome { name: step.name, shows: step.shows, took: begin.elapsed(), verdict }
}

fn run_command(mut command: Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{}` failed ({status})", typed(&command))),
        Err(error) => Err(format!("NOT CHECKED: `{}` cannot be started: {error}", typed(&command))),
    }
}

fn summarise(outcomes: &[Outcome]) -> ExitCode {
    output::line(format_args!("\n{}", summary(outcomes)));
    let failed = outcomes.iter().any(|outcome| outcome.verdict == Verdict::Failed);
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// One line for each step, and one that counts them.
fn summary(outcomes: &[Outcome]) -> String {
    let line = |Outcome { name, shows, took, verdict }: &Outcome| {
        format!("{verdict:<11}  {:>6.1} s  {name:<16} {shows}\n", took.as_secs_f64())
    };
    let lines: String = outcomes.iter().map(line).collect();
    let count = |verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count();
    let [passed, failed, not_checked] = [Verdict::Passed, Verdict::Failed, Verdict::NotChecked].map(count);
    format!("{lines}{passed} passed, {failed} failed, {not_checked} NOT CHECKED")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(action: Action) -> Outcome {
        execute(&Step { name: "one", shows: "it is so", action })
    }

    #[test]
    fn what_was_not_checked_has_not_passed() {
        let outcomes = [
            outcome(Action::Call(|| Ok(()))),
            outcome(Action::Probe(|| Ok(Checked::All))),
            outcome(Action::Probe(|| Ok(Checked::Nothing("no such target".to_owned())))),
            outcome(Action::Probe(|| Err("it is not so".to_owned()))),
            outcome(Action::Run(|| Command::new("false"))),
        ];
        let text = summary(&outcomes);
        let verdicts: Vec<&str> = text.lines().map(|line| line.split("  ").next().unwrap_or(line)).collect();
        let expected =
            ["passed", "passed", "NOT CHECKED", "FAILED", "FAILED", "2 passed, 2 failed, 1 NOT CHECKED"];
        assert_eq!(verdicts, expected);
        assert!(summarise(&outcomes) == ExitCode::FAILURE);
        assert!(
            summarise(&outcomes[..3]) == ExitCode::SUCCESS,
            "a machine without the target can pass the rest"
        );
    }
}

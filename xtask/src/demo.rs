//! `cargo xtask demo`.

use std::process::ExitCode;

use crate::root::{cargo, typed};
use crate::{gen_headers, tools};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A few seconds of load instead of half a minute.
    #[arg(long)]
    short: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    if let Err(missing) = tools::ensure(&[tools::CC]) {
        eprintln!("error: {missing}");
        return ExitCode::from(2);
    }
    let generated = gen_headers::run(&gen_headers::Args { check: false });
    if generated != ExitCode::SUCCESS {
        return generated;
    }
    let mut build = cargo(["build", "--quiet", "--release", "--package", "process-watch"]);
    if !build.status().is_ok_and(|status| status.success()) {
        eprintln!("error: `{}` failed: see above", typed(&build));
        return ExitCode::from(2);
    }
    let mut demo = cargo([
        "run",
        "--quiet",
        "--release",
        "--package",
        "process-watch",
        "--bin",
        "process-watch-demo",
        "--",
    ]);
    if args.short {
        demo.arg("--short");
    }
    match demo.status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)),
        Err(error) => {
            eprintln!("error: `{}` cannot be started: {error}", typed(&demo));
            ExitCode::from(2)
        }
    }
}

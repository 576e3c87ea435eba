//! `cargo xtask demo`.

use std::process::{Command, ExitCode};

use abi_codegen::output;

use crate::root::{cargo, typed};
use crate::{gen_headers, tools};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A few seconds of load instead of half a minute.
    #[arg(long)]
    short: bool,
    /// The DriverKit extension under dext-host, killed while it writes, instead of a driver of Linux.
    #[arg(long)]
    dext: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let needs = if args.dext { &[tools::CLANG, tools::GXX][..] } else { &[tools::CC] };
    if let Err(missing) = tools::ensure(needs) {
        output::error_line(format_args!("error: {missing}"));
        return ExitCode::from(2);
    }
    let generated = gen_headers::run(&gen_headers::Args { check: false });
    if generated != ExitCode::SUCCESS {
        return generated;
    }
    let (mut build, mut demo) = if args.dext { dext() } else { process_watch() };
    if !build.status().is_ok_and(|status| status.success()) {
        output::error_line(format_args!("error: `{}` failed: see above", typed(&build)));
        return ExitCode::from(2);
    }
    if args.short {
        demo.arg("--short");
    }
    match demo.status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)),
        Err(error) => {
            output::error_line(format_args!("error: `{}` cannot be started: {error}", typed(&demo)));
            ExitCode::from(2)
        }
    }
}

/// What is to be built before, and the demo.
fn process_watch() -> (Command, Command) {
    let build = cargo(["build", "--quiet", "--release", "--package", "process-watch"]);
    let demo =
        ["run", "--quiet", "--release", "--package", "process-watch", "--bin", "process-watch-demo", "--"];
    (build, cargo(demo))
}

fn dext() -> (Command, Command) {
    // The profile of the tests, which have compiled dext-host.
    let build = cargo(["build", "--quiet", "--package", "testimony", "--package", "dext-tests", "--bins"]);
    let demo = cargo(["run", "--quiet", "--package", "dext-tests", "--bin", "dext-demo", "--"]);
    (build, demo)
}

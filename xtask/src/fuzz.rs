//! `cargo xtask fuzz`: coverage-guided fuzzing, for a stated time.

use std::fs;
use std::process::{Command, ExitCode};

use abi_codegen::output;

use crate::root::{root, typed};
use crate::tools::{self, Tool};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this target.
    #[arg(long, value_name = "NAME", value_parser = TARGETS)]
    target: Option<String>,
    /// Seconds for each target.
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// With `AddressSanitizer`, which takes a nightly compiler.
    #[arg(long)]
    address_sanitizer: bool,
}

const TARGETS: [&str; 8] = ["attach", "header", "lane", "saved", "catalog", "lock", "views", "live"];

/// LLVM's own coverage, as libFuzzer reads it: no part of it needs a nightly compiler.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Clink-dead-code -Ccodegen-units=1";

/// Only a nightly compiler has sanitizers.
const ADDRESSES: &str = "-Zsanitizer=address";

const CXX: Tool =
    Tool { purpose: "compile libFuzzer", programs: &["c++"], probe: &["--version"], packages: &["g++"] };

/// Exit status: 0 nothing was found, 1 a rule does not hold, 2 a tool is missing.
pub(crate) fn run(args: &Args) -> ExitCode {
    if let Err(missing) = tools::ensure(&[CXX]) {
        output::error_line(format_args!("NOT CHECKED: {missing}"));
        return ExitCode::from(2);
    }
    let folder = root().join("fuzz");
    for target in TARGETS.iter().filter(|target| args.target.as_ref().is_none_or(|only| only == *target)) {
        output::line(format_args!("== {target}: {} seconds", args.seconds));
        let (found, artifacts) = (folder.join("found").join(target), folder.join("artifacts"));
        if let Err(error) = fs::create_dir_all(&found).and_then(|()| fs::create_dir_all(&artifacts)) {
            output::error_line(format_args!("error: {}: {error}", found.display()));
            return ExitCode::from(2);
        }
        let cargo = |verb: &str| {
            let mut command = Command::new("cargo");
            if args.address_sanitizer {
                command.arg("+nightly");
            }
            command.args([
                verb,
                "--quiet",
                "--release",
                "--target",
                "x86_64-unknown-linux-gnu",
                "--bin",
                target,
            ]);
            let flags =
                if args.address_sanitizer { format!("{COVERAGE} {ADDRESSES}") } else { COVERAGE.to_owned() };
            command.current_dir(&folder).env("RUSTFLAGS", flags);
            command
        };
        let mut build = cargo("build");
        if !build.status().is_ok_and(|status| status.success()) {
            output::error_line(format_args!(
                "NOT CHECKED: `{}` failed: the target does not build here",
                typed(&build)
            ));
            return ExitCode::from(2);
        }
        let mut command = cargo("run");
        command
            .arg("--")
            .arg(format!("-max_total_time={}", args.seconds))
            .arg(format!("-artifact_prefix={}/{target}-", artifacts.display()))
            .args(["-print_final_stats=1", "-max_len=131072"])
            // What is new goes into the first folder.
            .args([found, folder.join("corpus").join(target)]);
        if !command.status().is_ok_and(|status| status.success()) {
            output::error_line(format_args!(
                "error: {target}: a rule does not hold; the input is in fuzz/artifacts"
            ));
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

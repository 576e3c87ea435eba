//! `cargo xtask bless`: the one way to accept what is generated, snapshotted or printed.

use std::process::{Command, ExitCode};

use abi_codegen::output;

use crate::root::{cargo, typed};

/// Regenerates headers, and accepts snapshots and compiler messages as they are now.
pub(crate) fn run() -> ExitCode {
    let mut headers = cargo(["run", "--quiet", "--package", "xtask", "--", "gen-headers"]);
    let mut tests = cargo([
        "test",
        "--quiet",
        "--package",
        "trace-derive",
        "--package",
        "abi-codegen",
        "--package",
        "compat-tests",
    ]);
    tests.env("INSTA_UPDATE", "always").env("TRYBUILD", "overwrite");
    for command in [&mut headers, &mut tests] {
        if let Err(failure) = succeed(command) {
            output::error_line(format_args!("error: {failure}"));
            return ExitCode::FAILURE;
        }
    }
    output::line("accepted; read `git diff` before you commit it");
    ExitCode::SUCCESS
}

fn succeed(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{}` failed ({status})", typed(command))),
        Err(error) => Err(format!("`{}` cannot be started: {error}", typed(command))),
    }
}

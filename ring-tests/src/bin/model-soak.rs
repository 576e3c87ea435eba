//! The models of writer and reader with every interleaving, and under Miri with many seeds where that is
//! installed: longer than tests may take (REG-2).
//!
//! Exit status: 0 nothing was found, 1 a rule does not hold, 2 NOT CHECKED, for a tool is missing.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;

/// Run the models without a bound, and abi-runtime's tests under Miri.
#[derive(Parser)]
#[command(name = "model-soak")]
struct Cli {
    /// How many seeds Miri runs.
    #[arg(default_value_t = 64)]
    seeds: u64,
}

/// What of abi-runtime's tests Miri runs in a reasonable time.
const UNDER_MIRI: [&str; 4] = ["attach", "late", "pool", "reserved"];

fn main() -> ExitCode {
    let seeds = Cli::parse().seeds;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut models = Command::new("cargo");
    models
        .args(["test", "--package", "abi-runtime", "--lib", "--release", "--", "model::", "--nocapture"])
        .env("RUSTFLAGS", "--cfg loom")
        .env("TESTIMONY_SOAK", "1")
        .env("CARGO_TARGET_DIR", target.join("loom"));
    let mut outcome = run(models.current_dir(&root), "the models");
    let there = Command::new("cargo").args(["+nightly", "miri", "--version"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        println!("NOT CHECKED: Miri is not installed; `rustup +nightly component add miri` installs it");
        return ExitCode::from(outcome.max(2));
    }
    for test in UNDER_MIRI {
        let mut miri = Command::new("cargo");
        miri.args(["+nightly", "miri", "test", "--package", "abi-runtime", "--test", test])
            .env("MIRIFLAGS", format!("-Zmiri-many-seeds=0..{seeds} -Zmiri-disable-isolation"))
            .env("CARGO_TARGET_DIR", target.join("miri"));
        outcome = outcome.max(run(miri.current_dir(&root), test));
    }
    ExitCode::from(outcome)
}

fn run(command: &mut Command, what: &str) -> u8 {
    println!("== {what}");
    match command.status() {
        Ok(status) if status.success() => 0,
        Ok(status) => {
            println!("{what}: {status}");
            1
        }
        Err(error) => {
            println!("NOT CHECKED: {what}: cargo cannot be started: {error}");
            2
        }
    }
}

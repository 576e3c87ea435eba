//! How many instructions an attempt takes, of each kind: a change that adds some shows here (REG-20).
//!
//! Counted by valgrind's callgrind in a program that is built as a release is, for this architecture and
//! the compilers that the README names. With other compilers the numbers are others: `TESTIMONY_BLESS=1`
//! writes them anew.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ring_tests::counted::KINDS;

/// Turns of the shorter loop; the other has twice as many.
const TURNS: u64 = 1000;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn build() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| here().join("../target"), PathBuf::from);
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--package", "ring-tests", "--no-default-features"])
        .args(["--bin", "counted"])
        .current_dir(here())
        .env("CARGO_TARGET_DIR", &target)
        .status()
        .expect("NOT CHECKED: cargo cannot be started");
    assert!(built.success(), "the program that is counted does not build");
    target.join("release/counted")
}

/// Returns the instructions of the whole program.
fn count(program: &Path, kind: &str, turns: u64) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([kind, &turns.to_string()])
        .output()
        .expect("NOT CHECKED: valgrind is not installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{kind}: {said}");
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let (_, number) = collected.unwrap_or_else(|| panic!("valgrind counted nothing: {said}"));
    number.trim().parse().expect("a number")
}

#[test]
fn an_attempt_takes_as_many_instructions_as_it_did() {
    let program = build();
    let mut counted = String::new();
    for kind in KINDS {
        let more = count(&program, kind, 2 * TURNS) - count(&program, kind, TURNS);
        let _ = writeln!(counted, "{kind:<10} {}.{:03}", more / TURNS, more % TURNS);
    }
    let path = here().join("tests/instructions.txt");
    if std::env::var_os("TESTIMONY_BLESS").is_some() {
        fs::write(&path, &counted).expect("the counts can be written");
    }
    let expected = fs::read_to_string(&path).expect("the counts stand beside this file");
    assert_eq!(counted, expected, "an attempt takes another number of instructions (left: now)");
}

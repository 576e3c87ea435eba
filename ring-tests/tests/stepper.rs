//! A writer is stopped behind every instruction: what readers then say is the truth.
//!
//! Shows REG-20 (the order of the steps), REG-21 (a new block), REG-22 (reservations), REG-23 (refused
//! attempts, and those of a signal handler), REG-25 (closing), REG-38 (a writer that died) and REG-40 (the
//! books), for the writer in Rust and the one in C.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::path::Path;

use abi_runtime::layout::Policy;
use ring_tests::stepper::case::{Case, Lane, Language};
use ring_tests::stepper::proof::{Branches, prove};

const SCRIPT: &str = "oeselrsamehehesehelelaselelelesc";

fn check(language: Language, policy: Policy, branches: Branches) {
    let case = Case { language, lane: Lane::of(policy), script: SCRIPT.parse().expect("a script") };
    let program = Path::new(env!("CARGO_BIN_EXE_stepper-soak"));
    let begun = std::time::Instant::now();
    let figures = prove(program, &case, branches).unwrap_or_else(|error| panic!("{error}"));
    println!("{case}: {figures} {:?}", begun.elapsed());
}

#[test]
fn c_overwrite() {
    check(Language::C, Policy::Overwrite, Branches { signal: 0, stop: 0, kill: 0 });
}

#[test]
fn rust_overwrite() {
    check(Language::Rust, Policy::Overwrite, Branches { signal: 0, stop: 0, kill: 0 });
}

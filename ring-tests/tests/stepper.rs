//! A writer is stopped behind every instruction: what readers then say is the truth.
//!
//! Shows REG-20 (the order of the steps), REG-21 (a new block), REG-22 (reservations), REG-23 (refused
//! attempts, and those of a signal handler), REG-25 (closing), REG-38 (a writer that died), REG-40 (the
//! books), REG-44 and REG-48 (lanes that are full) and REG-52 (a lane that is opened again), for the writer
//! in Rust and the one in C.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::path::Path;

use ring_tests::stepper::case::Case;
use ring_tests::stepper::proof::{Branches, prove};

/// Steps the victim of a case, and says what was done.
fn check(case: &str, branches: Branches) {
    let words: Vec<String> = case.split(' ').map(str::to_owned).collect();
    let case = Case::of_words(&words).expect("a case");
    let program = Path::new(env!("CARGO_BIN_EXE_stepper-soak"));
    let figures = prove(program, &case, branches).unwrap_or_else(|error| panic!("{error}"));
    println!("{case}: {figures}");
    // A proof that did not happen is none.
    assert!(figures.changes > 300, "{figures}");
    assert!(figures.reentered > 10 && figures.signals > figures.reentered, "{figures}");
    assert!(figures.nested > 4 && figures.halts > 10 && figures.kills > 10, "{figures}");
}

/// The writer in C is optimised: a copy is interrupted behind every eleventh instruction.
const C: Branches = Branches { signal: 11, nested: 499, gone: 0, stop: 199, kill: 211 };
/// The writer in Rust is as the tests are built, and takes ten times the instructions. What it does on a lane
/// that drains is left to the soak job.
const RUST: Branches = Branches { signal: 101, nested: 29_989, gone: 0, stop: 997, kill: 1009 };

/// A lane that is lapped once: the first block is the place of an abandoned reservation before it is one of
/// records, and a large record opens each of the others.
#[test]
fn c_overwrites() {
    check("c overwrite 0 0 0 oasesrselasehehesrselelaselrmelesc", C);
}

/// A lane that is full, whose last records are small.
#[test]
fn c_fills() {
    check("c fill 0 0 0 oasesrselasehehesrselelesrsamelelesc", C);
}

/// A lane whose second block is for vital records alone.
#[test]
fn c_fills_for_the_vital() {
    check("c fill 1 1 0 oesemelemrlamesehelrmesesc", C);
}

/// A lane that a pool has closed and opened again.
#[test]
fn rust_overwrites() {
    check("pool overwrite 0 0 0 oasesrselehehesrselelesc", Branches { gone: 211, ..RUST });
}

/// A lane whose first block alone is for bulk records.
#[test]
fn rust_fills() {
    check("rust fill 0 1 0 oasesrsehehesrselelesesc", RUST);
}

/// A lane whose reader releases what it has read, twice in time and then too late.
#[test]
fn c_drains() {
    check("c drain 0 0 8192 oasesrseldeselelaseldelelrmesc", C);
}

/// A lane whose reader releases what it cannot have read, and is waited for no more.
#[test]
fn c_drains_no_more() {
    check("c drain 0 1 8192 oeselrmelesdesfesrmeldesesc", C);
}

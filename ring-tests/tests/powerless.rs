//! Readers are powerless: the region after a run that a hostile crowd has watched is, byte for byte, the
//! region after the same run with nobody there (REG-1, REG-30).
//!
//! Lanes that drain are left out: they do follow a hint of their readers, through pages of their own.

#![cfg(target_os = "linux")]

use std::path::Path;

use ring_tests::powerless::{Crowd, run};

/// Attempts on each lane: the first laps itself many times, the second is full for most of the run.
const ATTEMPTS: u64 = 100_000;

#[test]
fn the_region_is_the_same_whoever_watches() {
    let program = Path::new(env!("CARGO_BIN_EXE_hostile-reader"));
    let alone = run(ATTEMPTS, Crowd::default(), program).expect("a run with nobody there");
    let again = run(ATTEMPTS, Crowd::default(), program).expect("a run with nobody there");
    assert!(alone.bytes == again.bytes, "the run is not the same twice: nothing can be shown with it");
    let crowd = Crowd { threads: 48, processes: 16, rounds: 4, ordinary: 6 };
    let watched = run(ATTEMPTS, crowd, program).expect("nobody could do what a reader cannot");
    // Thirteen ways, through the descriptor itself at least; and two processes that died of storing.
    let tried = (crowd.threads + crowd.processes) * crowd.rounds * 13 + 2;
    assert!(watched.refused >= tried, "{} attempts were refused, of {tried}", watched.refused);
    let differs = alone.bytes.iter().zip(&watched.bytes).position(|(alone, watched)| alone != watched);
    assert_eq!(differs, None, "somebody has stored at this byte");
    assert_eq!(alone.bytes.len(), watched.bytes.len());
    println!("{} attempts refused, {} processes of another user", watched.refused, watched.strangers);
}

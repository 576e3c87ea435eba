//! Drivers that start at one path at one time, and are killed while they do (ATT-5, ATT-23). `cargo xtask soak
//! --only starts` does it 10,000 times.

#![cfg(target_os = "linux")]

use std::path::Path;

use ring_tests::starts::{self, Plan};

#[test]
fn of_any_number_of_drivers_at_a_stale_socket_exactly_one_serves_att_23() {
    let plan = Plan { rounds: 300, seed: 1 };
    let program = Path::new(env!("CARGO_BIN_EXE_start-soak"));
    let figures = starts::run(&plan, program).expect("one of those that live serves");
    assert_eq!(figures.rounds, 300, "{figures:?}");
    assert!(figures.killed > 100 && figures.refused > 300, "{figures:?}");
    assert!(figures.after_a_kill > 50 && figures.after_a_stranger > 20, "{figures:?}");
}

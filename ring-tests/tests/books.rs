//! Four lanes, readers that are stopped, killed and late: everybody's books close, and say what the writers
//! say (REG-33 to REG-40, REG-48). `cargo xtask soak --only books` does it a thousand times over.

#![cfg(target_os = "linux")]

use std::path::Path;

use ring_tests::books::{self, Plan};

#[test]
fn books_close_for_readers_that_stop_die_and_come_late() {
    let plan = Plan { attempts: 1_000_000, threads: 5, processes: 3, steps: 40, seed: 1 };
    let program = Path::new(env!("CARGO_BIN_EXE_books-soak"));
    let figures = books::run(&plan, program).expect("nobody said what is not true");
    assert!(figures.offered >= plan.attempts, "{figures:?}");
    assert_eq!(figures.published + figures.dropped, figures.offered, "{figures:?}");
    // One reader slept through half of the run, whatever the others did.
    assert!(figures.delivered > 0 && figures.overwritten > 0 && figures.dropped > 0, "{figures:?}");
    assert_eq!((figures.killed, figures.stopped), (10, 20), "{figures:?}");
}

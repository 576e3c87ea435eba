//! Kills readers and writers at random moments, as often as it is told (REG-1, REG-30, REG-38).
//!
//! Started with a part to play, it plays it instead: the proofs start it for that.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use clap::Parser;
    use ring_tests::hazard::{kill_readers, kill_writers, play};

    /// Kills readers and writers at random moments, and holds what is left against what was done.
    #[derive(Parser)]
    struct Cli {
        /// How many of each are killed.
        #[arg(default_value_t = 20_000)]
        amount: u64,
    }

    if let Some(status) = play() {
        return status;
    }
    let amount = Cli::parse().amount;
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => {
            eprintln!("NOT CHECKED: this program cannot find itself: {error}");
            return ExitCode::FAILURE;
        }
    };
    let proof = std::thread::spawn(move || {
        println!("writers: {}", kill_writers(&program, amount));
        println!("readers: {}", kill_readers(&program, amount));
    });
    // What was not as it must be has been printed by then.
    if proof.join().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("NOT CHECKED: processes are stopped and killed on Linux only");
    ExitCode::FAILURE
}

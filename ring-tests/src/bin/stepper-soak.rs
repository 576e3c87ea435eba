//! Writers that are stopped at every instruction, over random scripts: the long form of `tests/stepper.rs`.
//!
//! With the first argument `victim` it is the process that is stopped.

use std::process::ExitCode;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn main() -> ExitCode {
    use ring_tests::stepper::case::Case;
    use ring_tests::stepper::victim;

    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.split_first() {
        Some((first, case)) if first == "victim" => {
            let played = Case::of_words(case).map_err(Into::into).and_then(victim::play);
            eprintln!("error: the victim did not play: {played:?}");
            ExitCode::from(2)
        }
        Some((rounds, [])) if rounds.parse::<u64>().is_ok() => soak(rounds.parse().unwrap_or_default()),
        None => soak(300),
        Some(_) => {
            eprintln!("usage: stepper-soak [ROUNDS]");
            ExitCode::from(2)
        }
    }
}

/// Steps the victims of `rounds` random cases; the signal handler emits behind every fifth instruction.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn soak(rounds: u64) -> ExitCode {
    use ring_tests::stepper::chance;
    use ring_tests::stepper::proof::{Branches, Figures, prove};

    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => {
            eprintln!("NOT CHECKED: this program is not to be found: {error}");
            return ExitCode::from(2);
        }
    };
    let branches = Branches { signal: 5, nested: 97, gone: 7, stop: 101, kill: 103 };
    let mut figures = Figures::default();
    let mut failures = 0;
    for round in 0..rounds {
        match prove(&program, &chance::case(round), branches) {
            Ok(done) => figures += done,
            Err(error) => {
                println!("round {round}: {error}");
                failures += 1;
            }
        }
    }
    println!("{rounds} rounds: {figures}; {failures} failed");
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn main() -> ExitCode {
    eprintln!("NOT CHECKED: writers are stepped on Linux on x86_64 only");
    ExitCode::from(2)
}

//! `books-soak [ATTEMPTS]`: books that close, whatever becomes of the readers (REG-40).

use std::env;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use ring_tests::books::{self, Figures, Plan};

/// Attempts of one region; then comes the next.
const ROUND: u64 = 20_000_000;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["read", socket, seed] => match seed.parse() {
            Ok(seed) => books::read_as_process(Path::new(socket), seed),
            Err(error) => Err(format!("{seed}: {error}")),
        },
        [] => soak(1_000_000_000),
        [attempts] => match attempts.parse() {
            Ok(attempts) => soak(attempts),
            Err(error) => Err(format!("{attempts}: {error}")),
        },
        _ => Err("usage: books-soak [ATTEMPTS]".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn soak(attempts: u64) -> Result<(), String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let begun = Instant::now();
    let mut all = Figures::default();
    let mut round = 0;
    while all.offered < attempts {
        let plan = Plan {
            attempts: ROUND.min(attempts - all.offered).max(4),
            threads: 4,
            processes: 4,
            steps: 200,
            seed: round,
        };
        let figures = books::run(&plan, &program).map_err(|error| format!("round {round}: {error}"))?;
        all.add(&figures);
        round += 1;
        if round % 10 == 0 {
            println!("{} attempts in {:.0?}", all.offered, begun.elapsed());
        }
    }
    println!("rounds {round}, {:.0?}: {all:#?}", begun.elapsed());
    if [all.killed, all.stopped, all.held, all.overwritten, all.delivered].contains(&0) {
        return Err("nobody was killed, stopped, waited for or overrun: nothing was shown".to_owned());
    }
    println!("books that did not close: 0");
    Ok(())
}

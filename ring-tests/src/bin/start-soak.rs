//! `start-soak [ROUNDS]`: drivers that start at one path at one time, and are killed while they do (ATT-23).

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("NOT CHECKED: drivers at sockets are Linux's");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::path::Path;
    use std::process::ExitCode;
    use std::time::Instant;

    use ring_tests::starts::{self, Plan};

    /// Rounds in one folder; then comes the next.
    const ROUNDS: u64 = 1000;

    pub(super) fn main() -> ExitCode {
        let words: Vec<String> = env::args().skip(1).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let done = match words.as_slice() {
            ["drive", socket] => starts::drive(Path::new(socket)),
            [] => soak(10_000),
            [rounds] => match rounds.parse() {
                Ok(rounds) => soak(rounds),
                Err(error) => Err(format!("{rounds}: {error}")),
            },
            _ => Err("usage: start-soak [ROUNDS]".to_owned()),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => {
                eprintln!("error: {why}");
                ExitCode::FAILURE
            }
        }
    }

    fn soak(rounds: u64) -> Result<(), String> {
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let begun = Instant::now();
        let (mut done, mut seed) = (0, 0);
        while done < rounds {
            let plan = Plan { rounds: ROUNDS.min(rounds - done), seed };
            let figures = starts::run(&plan, &program)?;
            done += figures.rounds;
            seed += 1;
            println!("{done} rounds in {:.0?}, the last of them: {figures:?}", begun.elapsed());
            if figures.rounds >= 100 && [figures.killed, figures.nobody, figures.after_a_kill].contains(&0) {
                return Err("nobody was killed on the way: nothing was shown".to_owned());
            }
        }
        Ok(())
    }
}

//! A hostile reader as a process of its own, for `tests/powerless.rs`.
//!
//! hostile-reader attack SOCKET ROUNDS            as a process of the driver's user
//! hostile-reader attack SOCKET ROUNDS DRIVER     as another user's
//! hostile-reader store SOCKET                    dies of the attempt
//!
//! Prints how many of its attempts were refused. Exit status 1: one was not.

use std::env;
use std::path::Path;
use std::process::ExitCode;

use ring_tests::hostile::Hostile;
use rustix::process::Pid;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["attack", socket, rounds] => attack(socket, rounds, None),
        ["attack", socket, rounds, driver] => attack(socket, rounds, Some(driver)),
        ["store", socket] => Hostile::attach(Path::new(socket)).and_then(|hostile| Err(hostile.store())),
        _ => Err("usage: hostile-reader attack SOCKET ROUNDS [DRIVER] | store SOCKET".to_owned()),
    };
    match done {
        Ok(refused) => {
            println!("{refused}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn attack(socket: &str, rounds: &str, driver: Option<&str>) -> Result<u64, String> {
    let rounds: u64 = rounds.parse().map_err(|error| format!("{rounds}: {error}"))?;
    let driver = match driver.map(str::parse) {
        None => None,
        Some(Ok(pid)) => Pid::from_raw(pid),
        Some(Err(error)) => return Err(format!("the driver's number: {error}")),
    };
    let mut refused = 0;
    for _ in 0..rounds {
        let hostile = Hostile::attach(Path::new(socket))?;
        refused += hostile.attack()?;
        if let Some(driver) = driver {
            refused += hostile.attack_driver(driver)?;
        }
    }
    Ok(refused)
}

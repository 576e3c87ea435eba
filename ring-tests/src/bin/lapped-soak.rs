//! `lapped-soak [COPIES]`: no torn copy is ever taken for a record (REG-31).

use std::env;
use std::process::ExitCode;
use std::time::Instant;

use ring_tests::lapped;

/// Torn copies that have to be among them: with fewer, nothing was shown.
const TORN: u64 = 1000;
/// More than there are processors, as a rule.
const READERS: usize = 8;

fn main() -> ExitCode {
    let copies = match env::args().nth(1).map(|word| word.parse()) {
        None => 100_000_000,
        Some(Ok(copies)) => copies,
        Some(Err(error)) => {
            eprintln!("usage: lapped-soak [COPIES]: {error}");
            return ExitCode::FAILURE;
        }
    };
    let begun = Instant::now();
    match lapped::run(copies, TORN, READERS) {
        Ok(figures) => {
            println!("{} copies in {:.0?}: {figures:#?}", figures.copies(), begun.elapsed());
            println!("torn copies that were taken for records: 0");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

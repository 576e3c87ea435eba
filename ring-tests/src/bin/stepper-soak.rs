//! Writers that are stopped at every instruction, over random scripts: the long form of `tests/stepper.rs`.
//!
//! With the first argument `victim` it is the process that is stopped.

use std::process::ExitCode;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn main() -> ExitCode {
    use ring_tests::stepper::case::Case;
    use ring_tests::stepper::victim;

    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [first, case @ ..] = words.as_slice()
        && first == "victim"
    {
        let played = Case::of_words(case).map_err(Into::into).and_then(victim::play);
        eprintln!("error: the victim did not play: {played:?}");
        return ExitCode::from(2);
    }
    ExitCode::SUCCESS
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn main() -> ExitCode {
    eprintln!("NOT CHECKED: writers are stepped on Linux on x86_64 only");
    ExitCode::from(2)
}

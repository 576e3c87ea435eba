//! Writers and readers in C race under every sanitizer, and nothing is reported; and on aarch64.
//!
//! `c/race.c` has three lanes (one overwrites, one fills, one drains), a writer and two readers each, all on
//! threads, and signal handlers that write in the middle. Whatever the threads do, each reader's books agree
//! with the writer's account (REG-40); no access of one is a data race with one of another (REG-2), none is
//! outside of its memory, and none is undefined in C. A program that breaks one of these must be reported, or
//! the sanitizer is blind.
//!
//! Neither gcc 12 nor clang 19 teaches `ThreadSanitizer` fences: gcc warns of every one, and both report a
//! plain word that nothing but two fences orders. All shared words being atomic, what is shown here does not
//! need them; that the fences stand where they must is shown by `c_trace.rs`.

#[path = "c_programs/program.rs"]
mod program;

use std::process::{Command, Output};

use program::{GCC, Program, headers, run};

/// The first is the one whose sanitizers `cargo xtask test` installs.
const CLANG: &[&str] = &["clang-19", "clang-22"];
const GCC_AARCH64: &[&str] = &["aarch64-linux-gnu-gcc"];

/// Attempts of each writer.
const ATTEMPTS: &str = "30000";

const THREAD: &[&str] = &["-fsanitize=thread"];
/// gcc warns of fences: see above.
const THREAD_BY_GCC: &[&str] = &["-fsanitize=thread", "-Wno-tsan"];
const ADDRESS: &[&str] = &["-fsanitize=address", "-fno-sanitize-recover=all"];
const UNDEFINED: &[&str] = &["-fsanitize=undefined", "-fno-sanitize-recover=all"];
const SPEED: &[&str] = &["-O2"];
/// What breaks the program, see `c/reader.h`.
const PLAIN: &str = "-DREADER_PLAIN";
const BEYOND: &str = "-DREADER_BEYOND";
const UNALIGNED: &str = "-DREADER_UNALIGNED";

/// Builds the race, lets `runner` run it if there is one, and returns what came of it.
fn race(compilers: &[&str], flags: &[&str], broken: Option<&str>, runner: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder for the program");
    let flags: Vec<&str> = ["-O1", "-pthread"].iter().chain(flags).copied().chain(broken).collect();
    let race = Program { source: "race.c", compilers, flags: &flags, headers: &headers() };
    let program = race.build(folder.path(), "race").unwrap_or_else(|error| panic!("{error}"));
    let mut command = match runner {
        [runner, args @ ..] => {
            let mut command = Command::new(runner);
            command.args(args).arg(program);
            command
        }
        [] => Command::new(program),
    };
    run(command.arg(ATTEMPTS)).unwrap_or_else(|error| panic!("{error}"))
}

/// The books agree and nobody has anything to say.
fn is_silent(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{}\n{said}", output.status);
}

/// The sanitizer says `words`.
fn is_told(output: &Output, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(words), "{}, blind to: {words}\n{said}", output.status);
}

/// Declares one test that is silent, and one that is not, for each compiler and sanitizer.
macro_rules! sanitizers {
    ($($silent:ident, $told:ident: $compilers:expr, $flags:expr, $broken:expr, $words:expr;)*) => {
        $(
            #[test]
            fn $silent() {
                is_silent(&race($compilers, $flags, None, &[]));
            }

            #[test]
            fn $told() {
                is_told(&race($compilers, $flags, Some($broken), &[]), $words);
            }
        )*
    };
}

sanitizers! {
    no_race_by_gcc, a_plain_load_is_told_by_gcc:
        GCC, THREAD_BY_GCC, PLAIN, "ThreadSanitizer: data race";
    no_race_by_clang, a_plain_load_is_told_by_clang:
        CLANG, THREAD, PLAIN, "ThreadSanitizer: data race";
    no_stray_access_by_gcc, a_word_too_many_is_told_by_gcc:
        GCC, ADDRESS, BEYOND, "AddressSanitizer: heap-buffer-overflow";
    no_stray_access_by_clang, a_word_too_many_is_told_by_clang:
        CLANG, ADDRESS, BEYOND, "AddressSanitizer: heap-buffer-overflow";
    nothing_undefined_by_gcc, a_word_between_words_is_told_by_gcc:
        GCC, UNDEFINED, UNALIGNED, "load of misaligned address";
    nothing_undefined_by_clang, a_word_between_words_is_told_by_clang:
        CLANG, UNDEFINED, UNALIGNED, "load of misaligned address";
}

/// Shows REG-40 of what gcc compiles, at full speed.
#[test]
fn the_books_agree() {
    is_silent(&race(GCC, SPEED, None, &[]));
}

/// Shows REG-40 on aarch64, whose compiler makes other instructions of every ordering. Under emulation these
/// run with the ordering of this machine, so that a weak one is not found here: `c_trace.rs` is for that.
#[test]
fn the_books_agree_on_aarch64() {
    is_silent(&race(GCC_AARCH64, SPEED, None, &["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"]));
}

//! What a verb does when its standard output takes no more: a closed pipe, a full disk, a file at its limit (LAW-14).

use std::fs::File;
use std::process::{Command, Output, Stdio};

const WORDS: [&[&str]; 4] =
    [&["abi", "explain"], &["--help"], &["test", "--list"], &["abi", "check", "--format", "sarif"]];

fn run(words: &[&str], stdout: impl Into<Stdio>) -> Output {
    let program = env!("CARGO_BIN_EXE_xtask");
    Command::new(program).args(words).stdout(stdout).output().expect("the program starts")
}

#[test]
fn a_closed_pipe_ends_every_verb_quietly() {
    for words in WORDS {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = run(words, writer);
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert!(output.stderr.is_empty(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_full_disk_is_a_failure_that_every_verb_reports() {
    for words in WORDS {
        let full = File::options().write(true).open("/dev/full").expect("a full device");
        let output = run(words, full);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
        assert!(said.contains("cannot write to standard output"), "{words:?}: {said}");
    }
}

#[test]
fn the_limit_of_a_files_size_is_a_failure_and_no_signal() {
    let script = "ulimit -f 1; exec \"$0\" abi explain > \"$1\"";
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("limited");
    let mut shell = Command::new("sh");
    let output =
        shell.args(["-c", script, env!("CARGO_BIN_EXE_xtask")]).arg(&path).output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("limit of a file's size"), "{said}");
}

//! Refusals: what a person reads who breaks a rule.
//!
//! Each file of `tests/ui/` breaks one rule, and the `.stderr` beside it is the whole message, as
//! the pinned compiler prints it. After a change that is meant, run the tests with
//! `TRYBUILD=overwrite` and read the difference.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The compiler whose messages the `.stderr` files hold; another words them differently.
const PINNED: &str = "rustc 1.95.";

#[test]
fn refusals() {
    require_pinned_compiler();
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

/// The struct that a message prints is compiled as printed, below the declarations that the
/// refused file has before its own struct.
#[test]
fn corrected_structs_compile() {
    require_pinned_compiler();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corrected");
    fs::create_dir_all(&folder).expect("the target directory can be written");
    let cases = trybuild::TestCases::new();
    let mut count = 0;
    for refused in files("rs") {
        let Ok(message) = fs::read_to_string(refused.with_extension("stderr")) else { continue };
        let Some(corrected) = corrected_struct(&message) else { continue };
        let source = fs::read_to_string(&refused).expect("the refused file can be read");
        let before = source.split("#[derive(").next().unwrap_or_default();
        let fixed = folder.join(refused.file_name().expect("a file has a name"));
        fs::write(&fixed, format!("{before}{corrected}\nfn main() {{}}\n")).expect("written");
        cases.pass(fixed);
        count += 1;
    }
    assert!(count >= 5, "only {count} messages print a corrected struct: layout_*.rs should");
}

#[test]
fn every_message_belongs_to_a_refusal() {
    let orphans: Vec<_> =
        files("stderr").into_iter().filter(|file| !file.with_extension("rs").exists()).collect();
    assert!(orphans.is_empty(), "messages without a refused file; remove them: {orphans:?}");
    let silent: Vec<_> =
        files("rs").into_iter().filter(|file| !file.with_extension("stderr").exists()).collect();
    assert!(silent.is_empty(), "refusals without a pinned message; bless them: {silent:?}");
}

/// Returns the struct between the line that ends in "write" and its closing brace.
fn corrected_struct(message: &str) -> Option<String> {
    let mut lines = message.lines().skip_while(|line| !line.ends_with(": write")).skip(2);
    let first = lines.next()?;
    let indent = first.len() - first.trim_start().len();
    let mut text = String::new();
    for line in std::iter::once(first).chain(lines) {
        let line = line.get(indent..)?;
        text.push_str(line);
        text.push('\n');
        if line == "}" {
            return Some(text);
        }
    }
    None
}

/// Returns the files of `tests/ui/` with this extension, sorted.
fn files(extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let entries = fs::read_dir(folder).expect("tests/ui can be read");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    files.retain(|file| file.extension().is_some_and(|its| its == extension));
    files.sort();
    files
}

/// Stops a test that another compiler cannot decide: it has not passed.
fn require_pinned_compiler() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(&rustc).arg("--version").output();
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    match version {
        Ok(version) if version.starts_with(PINNED) => {}
        Ok(version) => panic!(
            "NOT CHECKED: the messages are those of {PINNED}x, this is {}; run with that toolchain",
            version.trim()
        ),
        Err(error) => panic!("NOT CHECKED: cannot run {}: {error}", rustc.display()),
    }
}

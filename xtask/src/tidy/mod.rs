//! `cargo xtask tidy`: the invariants of ARCHITECTURE.md.

mod crates;
mod outputs;
mod pairs;
mod rules;
mod sources;
mod text;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use abi_codegen::output;

use crate::root::root;

/// A place where an invariant does not hold.
pub(crate) struct Finding {
    place: String,
    rule: String,
    fix: String,
}

impl Finding {
    fn new(place: impl Into<String>, rule: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { place: place.into(), rule: rule.into(), fix: fix.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  help: {}", self.place, self.rule, self.fix)
    }
}

/// A file that git knows.
struct File {
    /// Path from the root, with `/`.
    path: String,
    text: String,
}

/// Generated headers that lie among others.
const GENERATED: &[&str] = &["_abi.h", "_catalog.h", "testimony/boundary.h"];

impl File {
    fn has_extension(&self, extensions: &[&str]) -> bool {
        let extension = Path::new(&self.path).extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| extensions.contains(&extension))
    }

    /// Generated files answer to their generator and not to us.
    fn is_generated(&self) -> bool {
        self.path.contains("/generated/")
            || GENERATED.iter().any(|name| self.path.ends_with(name))
            || self.has_extension(&["snap"])
    }
}

pub(crate) fn run() -> ExitCode {
    match check() {
        Ok(()) => {
            output::line("tidy");
            ExitCode::SUCCESS
        }
        Err(findings) => {
            output::error_line(findings);
            ExitCode::FAILURE
        }
    }
}

/// Checks every invariant.
///
/// # Errors
///
/// All findings, and their number.
pub(crate) fn check() -> Result<(), String> {
    let files = tracked_files()?;
    let mut findings = crates::check()?;
    findings.extend(sources::check(&files));
    findings.extend(outputs::check(&files));
    findings.extend(text::check(&files));
    findings.extend(pairs::check(&files));
    findings.extend(rules::check(&files));
    if findings.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    Err(format!("{}\n{} invariants do not hold", lines.join("\n"), findings.len()))
}

fn tracked_files() -> Result<Vec<File>, String> {
    let listing = abi_codegen::abi::git(&root())
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .output()
        .map_err(|error| format!("NOT CHECKED: git cannot be started: {error}"))?;
    if !listing.status.success() {
        return Err("NOT CHECKED: `git ls-files` failed: this is not a git checkout".to_owned());
    }
    let paths = String::from_utf8_lossy(&listing.stdout).into_owned();
    let read = |path: &str| {
        let text = std::fs::read_to_string(root().join(PathBuf::from(path))).ok()?;
        Some(File { path: path.to_owned(), text })
    };
    // A file that is not text, or was just deleted, has nothing to say here.
    let files: Vec<File> = paths.split('\0').filter(|path| !path.is_empty()).filter_map(read).collect();
    if files.is_empty() { Err("NOT CHECKED: git knows no file here".to_owned()) } else { Ok(files) }
}

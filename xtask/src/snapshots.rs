//! The tests, and what they leave behind: a snapshot that no test asks for holds nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::root::{cargo, root, typed};

/// Runs every test of the workspace, and then looks for snapshots that no test asked for.
///
/// # Errors
///
/// A test fails, or a snapshot is an orphan.
pub(crate) fn test() -> Result<(), String> {
    let asked = root().join("target/snapshots-asked-for");
    let _ = fs::remove_file(&asked);
    let mut tests = cargo(["test", "--workspace"]);
    tests.env("INSTA_UPDATE", "no").env("INSTA_SNAPSHOT_REFERENCES_FILE", &asked);
    match tests.status() {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(format!("`{}` failed ({status})", typed(&tests))),
        Err(error) => return Err(format!("NOT CHECKED: `{}` cannot be started: {error}", typed(&tests))),
    }
    let asked = fs::read_to_string(&asked)
        .map_err(|error| format!("NOT CHECKED: no test said which snapshots it asks for: {error}"))?;
    let asked: BTreeSet<PathBuf> = asked.lines().filter_map(|line| fs::canonicalize(line).ok()).collect();
    let orphans: Vec<String> = kept()?
        .into_iter()
        .filter(|path| !is_asked_for(path, &asked))
        .map(|path| format!("  {path}"))
        .collect();
    if orphans.is_empty() {
        return Ok(());
    }
    Err(format!("snapshots that no test asks for; remove them:\n{}", orphans.join("\n")))
}

fn is_asked_for(path: &str, asked: &BTreeSet<PathBuf>) -> bool {
    fs::canonicalize(root().join(Path::new(path))).is_ok_and(|path| asked.contains(&path))
}

/// Every snapshot that git knows.
fn kept() -> Result<Vec<String>, String> {
    let listing = abi_codegen::abi::git(&root())
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "*.snap"])
        .output()
        .map_err(|error| format!("NOT CHECKED: git cannot be started: {error}"))?;
    if !listing.status.success() {
        return Err("NOT CHECKED: `git ls-files` failed: this is not a git checkout".to_owned());
    }
    Ok(String::from_utf8_lossy(&listing.stdout).lines().map(str::to_owned).collect())
}

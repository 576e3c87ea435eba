//! What a file was in a revision of the workspace's history.

use std::path::Path;

use super::error::AbiError;
use super::git;

/// Returns the text of a file, given by its path from `root`, in a revision; `None` if the revision has
/// no such file.
///
/// # Errors
///
/// Git cannot be started, or does not know the revision: nothing was compared then, and that is no
/// verdict.
pub(super) fn show(root: &Path, revision: &str, path: &str) -> Result<Option<String>, AbiError> {
    let commit = format!("{revision}^{{commit}}");
    let no_revision = |said: String| AbiError::NoRevision { revision: revision.to_owned(), said };
    let git = |arguments: &[&str]| {
        let run = git(root).args(arguments).output();
        run.map_err(|error| no_revision(format!("git cannot be started: {error}")))
    };
    let known = git(&["rev-parse", "--quiet", "--verify", "--end-of-options", &commit])?;
    if !known.status.success() {
        let said = String::from_utf8_lossy(&known.stderr).trim().to_owned();
        return Err(no_revision(if said.is_empty() { "git has no such commit".to_owned() } else { said }));
    }
    let commit = String::from_utf8_lossy(&known.stdout).trim().to_owned();
    // `./` makes the path relative to `root`, which need not be the top of the repository.
    let listed = git(&["ls-tree", "--name-only", &commit, "--", path])?;
    if !listed.status.success() {
        return Err(no_revision(String::from_utf8_lossy(&listed.stderr).trim().to_owned()));
    }
    if listed.stdout.is_empty() {
        return Ok(None);
    }
    let shown = git(&["show", &format!("{commit}:./{path}")])?;
    if !shown.status.success() {
        return Err(no_revision(String::from_utf8_lossy(&shown.stderr).trim().to_owned()));
    }
    Ok(Some(String::from_utf8_lossy(&shown.stdout).into_owned()))
}

/// Returns whether git knows a revision of that name.
pub(super) fn is_known(root: &Path, revision: &str) -> bool {
    let commit = format!("{revision}^{{commit}}");
    let words = ["rev-parse", "--quiet", "--verify", "--end-of-options", &commit];
    git(root).args(words).output().is_ok_and(|output| output.status.success())
}

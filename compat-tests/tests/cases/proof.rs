//! What holds a case where nothing is compared: a shape that is refused, or a test that has a name.

use std::fs;
use std::path::{Path, PathBuf};

use compat_tests::case::{Case, catalog};

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns what holds a case beside a comparison, in a few words each.
///
/// # Errors
///
/// What is stated does not hold.
pub(crate) fn of(case: &Case) -> Result<Vec<String>, String> {
    let mut how = Vec::new();
    if let Some(rule) = case.line("refused") {
        refused(case, rule)?;
        how.push(format!("the model refuses it by {rule}"));
    }
    for line in case.values("ui") {
        how.push(format!("the compiler refuses it, tests/ui/{}", message(line)?));
    }
    for line in case.values("held") {
        how.push(format!("held by {}", held(line)?));
    }
    Ok(how)
}

/// The first section of the case is no catalog, for the reason that `rule` gives.
fn refused(case: &Case, rule: &str) -> Result<(), String> {
    let (name, section) = case.sections.first().ok_or("it has no section that could be refused")?;
    match catalog(section) {
        Ok(_) => Err(format!("the model takes section `{name}`, which {rule} should refuse")),
        Err(error) if error.to_string().ends_with(&format!("({rule})")) => Ok(()),
        Err(error) => Err(format!("section `{name}` is refused, and not by {rule}: {error}")),
    }
}

/// The message of a refused file, `FILE says WORDS`, has these words.
fn message(line: &str) -> Result<String, String> {
    let (file, words) = line.split_once(" says ").ok_or("`ui` is a file and what its message says")?;
    let path = crate_folder().join("tests/ui").join(file);
    let message = path.with_extension("stderr");
    let text = fs::read_to_string(&message).map_err(|error| format!("{}: {error}", message.display()))?;
    if !path.exists() || !text.contains(words) {
        return Err(format!("the message of {file} does not say {words:?}"));
    }
    Ok(file.to_owned())
}

/// The file `by FILE: TEST` has a test of that name.
fn held(line: &str) -> Result<String, String> {
    let stated = line.strip_prefix("by ").and_then(|line| line.split_once(": "));
    let (file, test) = stated.ok_or("`held` is `by`, a file, a colon and a test")?;
    let path: PathBuf = crate_folder().join("..").join(file);
    let source = fs::read_to_string(path).map_err(|error| format!("{file}: {error}"))?;
    let (before, _) =
        source.split_once(&format!("fn {test}(")).ok_or_else(|| format!("{file} has no {test}"))?;
    if !before.trim_end().ends_with("#[test]") {
        return Err(format!("{test} in {file} is no test"));
    }
    Ok(format!("{test} in {file}"))
}

//! What a person reads whose code breaks what was frozen: at which word, by which rule, in which words
//! (LOCK-11).
//!
//! Each file of `tests/frozen/` has a lock, code that breaks it in one way, and code that comes near and
//! breaks nothing. All that are broken are modules of one crate in a workspace of its own, all that come
//! near of another.

#[path = "frozen/project.rs"]
mod project;
#[path = "frozen/rust.rs"]
mod rust;

use std::path::Path;

use compat_tests::case::Case;
use project::{Project, Refusal};

fn cases() -> Vec<Case> {
    Case::all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen"))
}

/// Makes a crate of one section of every case.
fn project(name: &str, cases: &[Case], section: &str) -> Project {
    let mut project = Project::new(name);
    for case in cases {
        let module = case.id.to_lowercase();
        let part = |name| case.section(name).unwrap_or_else(|| panic!("{}: no section {name}", case.id));
        project.write(&format!("{module}.lock"), &rust::lock(&[part("lock")]));
        project.module(&module, &rust::rust(part(section), &format!("{module}.lock")));
    }
    project
}

/// Returns what is wrong with the refusal of a case.
fn judge(case: &Case, refusals: &[Refusal]) -> Option<String> {
    let own: Vec<_> = refusals.iter().filter(|refusal| refusal.module == case.id.to_lowercase()).collect();
    let [refusal] = own.as_slice() else { return Some(format!("one refusal, found {own:#?}")) };
    let (rule, at) = (case.line("rule").expect("a rule"), case.line("at").unwrap_or("Fork"));
    let words = case.lines.iter().filter(|(word, _)| word == "says").map(|(_, words)| words.as_str());
    let missing: Vec<&str> =
        std::iter::once(rule).chain(words).filter(|words| !refusal.message.contains(words)).collect();
    (!missing.is_empty() || refusal.at != at).then(|| format!("at {at}, without {missing:?}: {refusal:#?}"))
}

#[test]
fn what_breaks_a_lock_is_refused_at_the_record_with_the_rule() {
    let cases = cases();
    assert!(cases.len() > 50, "{} cases", cases.len());
    let refusals = project("broken", &cases, "broken").check().refusals;
    let wrong: Vec<String> =
        cases.iter().filter_map(|case| Some(format!("{}: {}", case.id, judge(case, &refusals)?))).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn what_comes_near_and_breaks_nothing_compiles() {
    let refusals = project("near", &cases(), "near").check().refusals;
    assert!(refusals.is_empty(), "{refusals:#?}");
}

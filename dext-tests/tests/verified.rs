//! `dext-bindings/VERIFIED.md` names tests: each of them exists.
//!
//! A test stands there as `binary::test`, a step of `cargo xtask test` as `xtask test --only step`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dext_tests::target::root;

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The sources of the tests of `binary`, in whichever crate they are.
fn sources_of(binary: &str) -> String {
    let crates = ["dext-tests", "dext-bindings", "compat-tests", "ring-tests", "testimony"];
    let mut text = String::new();
    for folder in crates.map(|name| root().join(name).join("tests")) {
        add(&folder.join(binary).with_extension("rs"), &mut text);
        let Ok(parts) = folder.join(binary).read_dir() else { continue };
        for part in parts.flatten() {
            add(&part.path(), &mut text);
        }
    }
    text
}

fn add(path: &Path, text: &mut String) {
    if path.extension().is_some_and(|extension| extension == "rs") {
        text.push_str(&fs::read_to_string(path).unwrap_or_default());
    }
}

/// What a page cites that is not there, and how many tests it cites.
fn missing(page: &str) -> (Vec<String>, usize) {
    let steps = fs::read_to_string(root().join("xtask/src/steps.rs")).expect("the steps are there");
    let (mut missing, mut tests) = (Vec::new(), BTreeSet::new());
    for cited in quoted(page) {
        if let Some(step) = cited.strip_prefix("cargo xtask test --only ") {
            if !steps.contains(&format!("name: \"{step}\"")) {
                missing.push(format!("no step `{step}`"));
            }
        } else if let Some((binary, test)) = cited.split_once("::") {
            let is_test =
                |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            if !is_test(binary) || !is_test(test) {
                continue;
            }
            tests.insert(cited);
            let sources = sources_of(binary);
            // Some stand in a macro's list.
            if !sources.contains(&format!("fn {test}(")) && !sources.contains(&format!("\n    {test}: ")) {
                missing.push(format!("no test `{cited}`"));
            }
        }
    }
    (missing, tests.len())
}

#[test]
fn every_test_that_is_named_exists() {
    let page = fs::read_to_string(root().join("dext-bindings/VERIFIED.md")).expect("the page is there");
    let (missing, tests) = missing(&page);
    assert!(
        missing.is_empty(),
        "dext-bindings/VERIFIED.md: {}\n  help: name the test that shows it now",
        missing.join(", ")
    );
    assert!(tests > 20, "the page names {tests} tests");
}

#[test]
fn a_test_that_is_gone_is_found() {
    let page = "`verified::a_test_that_is_gone_is_found` `verified::a_test_that_never_was` `iig` `cargo xtask test --only darwin`\n`cargo xtask test --only windows` `IOService::Start` `objects::the_sources_know_no_host`";
    let (missing, tests) = missing(page);
    assert_eq!(missing, ["no test `verified::a_test_that_never_was`", "no step `windows`"]);
    assert_eq!(tests, 3);
}

//! What verbs print of a lock, a document, a path or an acknowledgement (SHOW-1), and at which lines they point.

use abi_codegen::Catalog;
use process_watch::catalog::PROC;

use super::Workspace;

/// Characters that a terminal obeys or hides: an escape, a bell, an end of a line, a bidirectional override, a
/// line separator and a soft hyphen.
const OBEYED: &str = "\u{1b}[2J\u{7}\r\u{202e}\u{2028}\u{ad}";

/// Fails if a text has a character that a terminal obeys or hides, ends of lines aside.
fn assert_printable(what: &str, text: &str) {
    let raw = text.chars().find(|&one| one != '\n' && !abi_schema::is_printable(one));
    assert_eq!(raw, None, "{what}: {}", text.escape_debug());
}

/// Runs a verb, and fails if its output or its error has a character that a terminal obeys.
fn runs_printably(workspace: &Workspace, words: &[&str]) {
    match workspace.run(words) {
        Ok(outcome) => assert_printable(&format!("{words:?}"), &outcome.text),
        Err(error) => {
            assert_printable(&format!("{words:?}"), &error);
            assert!(!error.contains('\n'), "{words:?}: an error is one line: {error:?}");
        }
    }
}

#[test]
fn nothing_that_a_lock_states_is_obeyed_by_a_terminal() {
    let workspace = Workspace::new();
    let lock = workspace.read("spec/abi/proc.lock");
    let words: std::collections::BTreeSet<&str> = lock
        .lines()
        .flat_map(|line| line.split([' ', '<', '>', '=']))
        .filter(|word| word.len() > 1)
        .collect();
    assert!(words.len() > 60, "{words:?}");
    for word in words {
        for obeyed in OBEYED.chars().map(String::from).chain([OBEYED.to_owned()]) {
            let hostile = lock.replacen(word, &format!("{word}{obeyed}"), 1);
            workspace.write("spec/abi/proc.lock", hostile.as_bytes());
            for verb in [
                &["check"][..],
                &["check", "--format", "github"],
                &["freeze", "proc"],
                &["matrix"],
                &["witness", "proc"],
                &["diff", "proc@1", "proc"],
            ] {
                runs_printably(&workspace, verb);
            }
        }
    }
}

#[test]
fn nothing_that_a_document_an_acknowledgement_or_a_path_states_is_obeyed_by_a_terminal() {
    let workspace = Workspace::new();
    let document = Catalog::from_schema(&PROC).unwrap().to_document();
    let escaped =
        OBEYED.chars().fold(String::new(), |text, one| text + &format!("\\u{:04x}", u32::from(one)));
    let path = |name: &str| workspace.path().join(name).display().to_string();
    let file = path(&format!("proc{OBEYED}.json"));
    for name in ["proc", "Exit", "pid", "Ending", "Killed", "ns", "counter", "testimony", "records"] {
        for hostile in [
            document.replace(&format!("\"{name}\""), &format!("\"{name}{escaped}\"")),
            document.replacen(&format!("\"{name}"), &format!("\"{name}{escaped}"), 1),
            document.replace(&format!("\"{name}\""), "\"Exi\\u0074x\""),
        ] {
            std::fs::write(&file, hostile).unwrap();
            for form in ["human", "json", "github", "sarif", "junit"] {
                runs_printably(&workspace, &["diff", &file, "proc", "--format", form]);
                runs_printably(&workspace, &["diff", "proc", &file, "--format", form]);
                runs_printably(&workspace, &["check", "--against", &file, "--format", form]);
            }
            runs_printably(&workspace, &["witness", &file, "proc"]);
        }
    }
    std::fs::write(&file, &document).unwrap();
    for form in ["human", "json", "github", "sarif", "junit"] {
        runs_printably(&workspace, &["diff", &file, "proc", "--format", form]);
    }
    let acks = "spec/abi/proc.acks";
    for line in [
        format!("TA6001 Exit{OBEYED} until 2099-01-01 because {OBEYED} of nothing"),
        format!("TA{OBEYED} Exit until 2099-01-01 because of nothing"),
        format!("TA6001 Exit{OBEYED} until 2000-01-01 because of nothing"),
        format!("{OBEYED} Exit until"),
    ] {
        workspace.write(acks, line.replace(['\u{2028}', '\r'], "").as_bytes());
        for form in ["human", "json", "github", "sarif", "junit"] {
            runs_printably(&workspace, &["check", "--format", form]);
        }
    }
    for words in [
        &["explain", OBEYED][..],
        &["check", OBEYED],
        &["check", "--against", OBEYED],
        &["diff", OBEYED, "proc"],
        &["witness", "proc", "--rule", OBEYED],
        &["check", "--today", OBEYED],
        &["freeze", OBEYED],
        &["matrix", OBEYED],
    ] {
        runs_printably(&workspace, words);
    }
}

#[test]
fn annotations_point_at_the_line_of_the_lock_that_states_the_field() {
    let workspace = Workspace::new();
    workspace.forge("  32 8 u64 lived_for unit=ns", "  32 8 u64 lived_for unit=us");
    let lock = workspace.read("spec/abi/proc.lock");
    let line = lock.lines().position(|line| line.contains("lived_for unit=us")).expect("it is stated") + 1;
    let last = lock.lines().enumerate().filter(|(_, text)| text.contains("lived_for unit=us")).last();
    let last = last.expect("it is stated").0 + 1;
    assert!(line > 1 && last >= line);
    let github = workspace.run(&["check", "--format", "github"]).unwrap().text;
    let error = github.lines().find(|line| line.contains("TA6001")).expect("the unit changed");
    assert!(error.contains(&format!("file=spec/abi/proc.lock,line={last},")), "{error}");
    let sarif = workspace.run(&["check", "--format", "sarif"]).unwrap().text;
    let log: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|result| result["ruleId"] == "TA6001").expect("the unit changed");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], last);
}

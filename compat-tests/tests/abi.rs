//! The verbs, as a person calls them: exit statuses, freezing, and everything that is no verdict (LAW-10).

#[path = "abi/shown.rs"]
mod shown;

use std::path::Path;

use abi_codegen::Catalog;
use abi_codegen::abi::{Args, Governed, execute};
use abi_codegen::law::Style;
use clap::Parser;
use process_watch::catalog::PROC;

mod workspace;

use workspace::{GOVERNED, Workspace};

#[test]
fn the_code_is_compatible_with_its_lock() {
    let workspace = Workspace::new();
    let outcome = workspace.run(&["check"]).unwrap();
    assert_eq!(outcome.status, 0, "{}", outcome.text);
    assert_eq!(workspace.status(&["check", "--strict"]), 0);
    for form in ["human", "json", "github", "sarif", "junit"] {
        assert_eq!(workspace.status(&["check", "--format", form]), 0, "{form}");
    }
    assert_eq!(workspace.status(&["diff", "proc@1", "proc"]), 0);
    assert_eq!(workspace.status(&["matrix"]), 0);
    assert_eq!(workspace.status(&["witness", "proc"]), 0);
}

#[test]
fn a_break_is_found_in_both_ways_of_asking() {
    let workspace = Workspace::new();
    // The newest release had the field elsewhere: the code has moved it.
    workspace.forge(
        "  8 4 u32 cpu kind=identity\n  12 4 u32 number\n",
        "  8 4 u32 number\n  12 4 u32 cpu kind=identity\n",
    );
    let outcome = workspace.run(&["check"]).unwrap();
    assert_eq!(outcome.status, 1, "{}", outcome.text);
    assert!(outcome.text.contains("TA1006"), "{}", outcome.text);
    assert_eq!(workspace.status(&["diff", "proc@1", "proc"]), 1);
    let witness = workspace.run(&["witness", "proc@1", "proc"]).unwrap();
    assert_eq!(witness.status, 1);
    assert!(witness.text.contains("old reader"), "{}", witness.text);
    workspace.fails(&["freeze", "proc"], &["not frozen", "acknowledge"]);
}

#[test]
fn edits_of_what_was_frozen_are_found() {
    let workspace = Workspace::new();
    let lock = workspace.read("spec/abi/proc.lock");
    for (old, new) in
        [("release 1 2026-06-01", "release 1 2025-06-01"), ("12 4 u32 number", "12 4 i32 number")]
    {
        workspace.write("spec/abi/proc.lock", lock.replacen(old, new, 1).as_bytes());
        let outcome = workspace.run(&["check"]).unwrap();
        assert_eq!(outcome.status, 1, "{new}");
        assert!(outcome.text.contains("TA8001"), "{new}: {}", outcome.text);
    }
}

#[test]
fn a_forged_lock_is_found_against_the_history() {
    let workspace = Workspace::new();
    workspace.git(&["init", "-q"]);
    workspace.git(&["add", "."]);
    workspace.git(&["commit", "-q", "-m", "before"]);
    assert_eq!(workspace.status(&["check", "--against", "HEAD"]), 0);
    // A release that never was is appended: what was frozen stands, and nothing is wrong.
    assert_eq!(workspace.status(&["check", "--against", "HEAD", "--strict"]), 0);
    workspace.forge("release 2 2026-07-01", "release 2 2026-07-02");
    let outcome = workspace.run(&["check", "--against", "HEAD"]).unwrap();
    assert_eq!(outcome.status, 1);
    assert!(outcome.text.contains("TA8001"), "{}", outcome.text);
    assert_eq!(workspace.status(&["diff", "HEAD:proc", "proc"]), 0);
    workspace.fails(&["check", "--against", "no-such-revision"], &["no-such-revision", "fetch it"]);
}

#[test]
fn a_revision_without_the_lock_compares_nothing() {
    let workspace = Workspace::new();
    workspace.git(&["init", "-q"]);
    workspace.git(&["commit", "-q", "--allow-empty", "-m", "empty"]);
    let outcome = workspace.run(&["check", "--against", "HEAD"]).unwrap();
    assert_eq!(outcome.status, 3, "a check of nothing is no success: {}", outcome.text);
    assert!(outcome.text.contains("HEAD has no spec/abi/proc.lock"), "{}", outcome.text);
}

#[test]
fn golden_bytes_that_are_gone_or_read_otherwise_are_found() {
    let workspace = Workspace::new();
    let path = "spec/abi/golden/proc/Exit.v1.golden";
    let text = workspace.read(path);
    workspace.write(path, text.replacen("pid = 1\n", "pid = 2\n", 1).as_bytes());
    let outcome = workspace.run(&["check"]).unwrap();
    assert!(outcome.status == 1 && outcome.text.contains("TA8002"), "{}", outcome.text);
    std::fs::remove_file(workspace.path().join(path)).unwrap();
    let outcome = workspace.run(&["check"]).unwrap();
    assert!(outcome.status == 1 && outcome.text.contains("TA8002"), "{}", outcome.text);
}

#[test]
fn freezing_begins_appends_and_refuses() {
    let workspace = Workspace::new();
    let released = workspace.read("spec/abi/proc.lock");
    workspace.fails(&["freeze", "proc"], &["nothing to add", "release 6"]);
    assert_eq!(workspace.status(&["freeze"]), 0, "among others it is no mistake");

    // Five releases were frozen, and the code is the sixth.
    let five = released.split("\nrelease 6 ").next().unwrap();
    workspace.write("spec/abi/proc.lock", five.as_bytes());
    assert_eq!(workspace.status(&["freeze", "proc", "--date", "2026-11-01"]), 0);
    assert_eq!(workspace.read("spec/abi/proc.lock"), released, "byte for byte");

    std::fs::remove_dir_all(workspace.path().join("spec")).unwrap();
    workspace.fails(&["check"], &["no lock", "freeze proc", "TA8008"]);
    assert_eq!(workspace.status(&["freeze", "--date", "2026-11-01"]), 0);
    assert_eq!(workspace.status(&["check", "--strict"]), 0);
    workspace.fails(&["freeze", "--date", "2026-02-30"], &["2026-02-30"]);
}

#[test]
fn an_empty_lock_has_frozen_nothing() {
    let workspace = Workspace::new();
    workspace.write("spec/abi/proc.lock", b"testimony-lock 1 proc\n");
    let outcome = workspace.run(&["check"]).unwrap();
    assert_eq!(outcome.status, 3, "{}", outcome.text);
}

#[test]
fn a_break_is_let_through_one_by_one_and_not_for_ever() {
    let workspace = Workspace::new();
    workspace.forge("  32 8 u64 lived_for unit=ns", "  32 8 u64 lived_for unit=us");
    let acks = "spec/abi/proc.acks";
    let outcome = workspace.run(&["check", "--today", "2026-11-23"]).unwrap();
    assert_eq!(outcome.status, 1, "{}", outcome.text);
    let unit = "TA6001 Exit.lived_for until 2026-12-31 because no reader has ever shown it\n";
    let version = "TA4009 Exit until 2026-12-31 because the unit was wrong from the first day\n";
    workspace.write(acks, format!("# why\n{unit}{version}").as_bytes());
    let outcome = workspace.run(&["check", "--today", "2026-11-23"]).unwrap();
    assert_eq!(outcome.status, 0, "{}", outcome.text);
    assert!(outcome.text.contains("no reader has"), "{}", outcome.text);
    workspace.fails(&["check", "--today", "2027-01-01"], &["TA8005", "2026-12-31", "proc.acks", "line 2"]);

    workspace.write(
        acks,
        format!("{unit}{version}TA1001 Fork.at until 2026-12-31 because of nothing\n").as_bytes(),
    );
    let outcome = workspace.run(&["check", "--today", "2026-11-23"]).unwrap();
    assert!(outcome.status == 0 && outcome.text.contains("TA8013"), "{}", outcome.text);
    workspace.write(acks, b"TA6001 Exit.lived_for because nobody cares\n");
    workspace.fails(&["check"], &["proc.acks", "line 1", "until YYYY-MM-DD"]);
    workspace.write(acks, b"TA0000 Exit.lived_for until 2026-12-31 because nobody cares\n");
    workspace.fails(&["check", "--today", "2026-11-23"], &["TA0000", "abi explain"]);
    workspace.write(acks, b"TA6001 Exit.lived_for until 2026-02-30 because nobody cares\n");
    workspace.fails(&["check"], &["2026-02-30", "TA8005"]);
}

#[test]
fn one_line_lets_a_pattern_of_subjects_through_and_the_lock_keeps_the_subjects() {
    let workspace = Workspace::new();
    let lock = workspace.read("spec/abi/proc.lock");
    let five = lock.split("\nrelease 6 ").next().unwrap();
    workspace.write("spec/abi/proc.lock", five.as_bytes());
    workspace.forge("unit=ns", "unit=us");
    let broken = workspace.run(&["check", "--format", "json"]).unwrap();
    let report: serde_json::Value = serde_json::from_str(&broken.text).unwrap();
    let units = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "TA6001" && finding["severity"] == "break");
    let subjects: std::collections::BTreeSet<String> =
        units.map(|finding| finding["subject"].as_str().unwrap().to_owned()).collect();
    assert!(subjects.len() > 3, "{subjects:?}");

    let acks = "spec/abi/proc.acks";
    let line = |subject: &str| format!("TA6001 {subject} until 2099-12-31 because no reader showed units\n");
    workspace.write(acks, line("*").as_bytes());
    workspace.fails(&["check"], &["proc.acks", "line 1"]);
    workspace.write(acks, line("Nothing*").as_bytes());
    let outcome = workspace.run(&["check"]).unwrap();
    assert!(outcome.status == 1 && outcome.text.contains("TA8013"), "{}", outcome.text);
    // What follows from the units is acknowledged record by record.
    let versions =
        report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == "TA4009");
    let versions = versions.map(|finding| {
        format!("TA4009 {} until 2099-12-31 because of the units\n", finding["subject"].as_str().unwrap())
    });
    workspace.write(acks, (line("*.*") + &versions.collect::<String>()).as_bytes());
    let outcome = workspace.run(&["freeze", "proc", "--date", "2026-11-23"]);
    if let Err(error) = &outcome {
        panic!("{error}: {}", workspace.run(&["check"]).unwrap().text);
    }
    assert!(!workspace.path().join(acks).exists(), "the lock keeps what it let through");
    let frozen = workspace.read("spec/abi/proc.lock");
    let newest = frozen.rsplit("\nrelease ").next().unwrap();
    for subject in &subjects {
        assert!(newest.contains(&format!("acknowledged TA6001 {subject} because")), "{subject}: {newest}");
    }
    assert!(!newest.contains('*'), "{newest}");
    assert_eq!(workspace.status(&["check", "--today", "2100-01-01"]), 0);
}

#[test]
fn what_was_let_through_is_kept_by_the_next_release() {
    let workspace = Workspace::new();
    let lock = workspace.read("spec/abi/proc.lock");
    let five = lock.split("\nrelease 6 ").next().unwrap();
    workspace.write("spec/abi/proc.lock", five.as_bytes());
    workspace.forge("  32 8 u64 lived_for unit=ns", "  32 8 u64 lived_for unit=us");
    let acks = "spec/abi/proc.acks";
    workspace.write(acks, b"TA6001 Exit.lived_for until 2026-12-31 because no reader has ever shown it\n");
    assert_eq!(workspace.status(&["freeze", "proc", "--date", "2026-11-23"]), 0);
    assert!(!workspace.path().join(acks).exists(), "the lock keeps it now");
    let frozen = workspace.read("spec/abi/proc.lock");
    assert!(frozen.contains("acknowledged TA6001 Exit.lived_for because no reader has ever shown it"));
    assert_eq!(workspace.status(&["check", "--today", "2030-01-01"]), 0, "what was released stays so");
    let matrix = workspace.run(&["matrix"]).unwrap();
    assert!(matrix.text.contains("20 broken"), "the matrix knows no mercy: {}", matrix.text);
}

#[test]
fn what_is_no_lock_is_no_verdict() {
    let workspace = Workspace::new();
    let lock = workspace.read("spec/abi/proc.lock");
    for (text, says) in [
        ("hello".to_owned(), "not a lock"),
        (lock.replacen("testimony-lock 1", "testimony-lock 9", 1), "use a newer tool"),
        (lock.replacen("\nrelease 6", "\n<<<<<<< ours\nrelease 6", 1), "merge was not finished"),
        (lock.trim_end().trim_end_matches(|last: char| last != '\n').to_owned(), "before the release's seal"),
        (lock.replacen("u32 cpu", "u33 cpu", 1), "line 38"),
        (lock.replacen("Code<Ending>", "Code<Nobody>", 1), "no block above defines"),
        (lock.replacen("size 32", "size 24", 1), "REC-4"),
        (lock.replacen("testimony-lock 1 proc", "testimony-lock 1 disk", 1), "different catalogs"),
    ] {
        workspace.write("spec/abi/proc.lock", text.as_bytes());
        workspace.fails(&["check"], &[says, "proc.lock"]);
    }
    workspace.write("spec/abi/proc.lock", &[0xff, 0xfe]);
    workspace.fails(&["check"], &["cannot read", "proc.lock"]);
}

#[test]
fn files_and_binaries_are_compared_and_others_are_no_verdict() {
    let workspace = Workspace::new();
    let path = |name: &str| workspace.path().join(name).display().to_string();
    workspace.write("proc.json", Catalog::from_schema(&PROC).unwrap().to_document().as_bytes());
    let mut binary = b"\x7fELF and so on".to_vec();
    binary.extend_from_slice(PROC.embedded());
    binary.extend_from_slice(b"the rest");
    workspace.write("driver", &binary);
    let twin = abi_codegen::lock::Lock::load(&workspace.read("spec/abi/proc.lock")).unwrap().lock.to_json();
    workspace.write("twin.json", twin.as_bytes());
    for file in ["proc.json", "driver", "spec/abi/proc.lock", "twin.json"] {
        assert_eq!(workspace.status(&["check", "--against", &path(file)]), 0, "{file}");
        assert_eq!(workspace.status(&["diff", &path(file), "proc"]), 0, "{file}");
    }
    assert_eq!(
        workspace.status(&[
            "diff",
            &format!("{}@1", path("spec/abi/proc.lock")),
            &format!("{}#proc", path("driver"))
        ]),
        0
    );
    workspace.fails(&["diff", &format!("{}#disk", path("driver")), "proc"], &["disk", "proc"]);
    workspace.fails(&["diff", "proc@9", "proc"], &["no such release", "6"]);
    workspace.fails(&["diff", "nowhere", "proc"], &["nowhere", "proc"]);
    workspace.fails(&["check", "disk"], &["disk", "proc"]);

    binary[60] ^= 1;
    workspace.write("damaged", &binary);
    workspace.fails(&["check", "--against", &path("damaged")], &["damaged", "fingerprint"]);
    workspace.write("plain", b"\x7fELF without anything");
    workspace.fails(&["check", "--against", &path("plain")], &["no catalog is embedded"]);
    workspace.write("bad.json", b"{\"testimony\":1}");
    workspace.fails(&["check", "--against", &path("bad.json")], &["bad.json", "not a catalog document"]);

    let mut other = Catalog::from_schema(&PROC).unwrap();
    other.records.truncate(1);
    let text = other.canonical();
    let mut two = PROC.embedded().to_vec();
    two.extend_from_slice(&frame(&text));
    workspace.write("two", &two);
    workspace.fails(&["check", "--against", &path("two")], &["two different catalogs", "`proc`"]);
    other.catalog = "disk".to_owned();
    let mut several = PROC.embedded().to_vec();
    several.extend_from_slice(&frame(&other.canonical()));
    workspace.write("several", &several);
    workspace.fails(&["diff", &path("several"), "proc"], &["proc, disk", "#proc"]);
    assert_eq!(workspace.status(&["check", "--against", &path("several")]), 0);
    workspace.write("disk.json", other.canonical().as_bytes());
    workspace.fails(&["diff", &path("disk.json"), "proc"], &["different catalogs"]);
    assert_eq!(workspace.status(&["check", "--against", &path("disk.json")]), 3, "nothing was compared");
}

/// The embedded form of a document (DOC-5).
fn frame(document: &str) -> Vec<u8> {
    let mut bytes = abi_schema::EMBEDDED_MAGIC.to_vec();
    bytes.extend_from_slice(&(document.len() as u64).to_le_bytes());
    for word in abi_schema::Fingerprint::of(document.as_bytes()).0 {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.extend_from_slice(document.as_bytes());
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

#[test]
fn two_catalogs_of_one_name_in_a_workspace_are_no_verdict() {
    let twice = [GOVERNED[0], Governed { lock: "spec/abi/other.lock", ..GOVERNED[0] }];
    let args = Args::try_parse_from(["abi", "check"]).unwrap();
    let style = Style { colour: false, width: 80 };
    let error = execute(&args, Path::new("."), &twice, style).unwrap_err().to_string();
    assert!(error.contains("`proc`") && error.contains("TA4005"), "{error}");
}

#[test]
fn rules_are_explained() {
    let workspace = Workspace::new();
    let one = workspace.run(&["explain", "TA1004"]).unwrap();
    assert!(one.text.contains("field-inserted-not-at-end") && one.text.contains("instead:"), "{}", one.text);
    assert_eq!(workspace.run(&["explain", "field-inserted-not-at-end"]).unwrap(), one);
    let all = workspace.run(&["explain"]).unwrap();
    assert!(all.text.contains("NOT CHECKED"), "what nobody checks is listed");
    workspace.fails(&["explain", "TA9999"], &["TA9999", "abi explain"]);
}

//! `catalog!` reads its lock (LOCK-11): what was frozen and changed does not compile, with the rule that the
//! law names; what the law lets through compiles. In a crate outside of this workspace.

#[path = "../../abi-codegen/tests/rules/case.rs"]
#[allow(dead_code, reason = "the cases of rules, read here for another proof")]
mod case;
#[path = "lock/edits.rs"]
mod edits;
#[path = "lock/pair.rs"]
mod pair;
#[path = "frozen/project.rs"]
mod project;
#[path = "lock/source.rs"]
mod source;

use abi_codegen::Catalog;
use abi_codegen::law::Fact;
use abi_codegen::lock::Lock;

use pair::{Pair, lock_of};
use project::Project;

/// Every pair of the cases of rules, facts being those of lanes.
fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../abi-codegen/tests/rules");
    for case in case::Case::all_in(&root) {
        if case.facts != Fact::OF_LANES {
            continue;
        }
        for (at, pair) in case.pairs.into_iter().enumerate() {
            let module = format!("{}_{at}", case.rule.to_lowercase());
            pairs.push(Pair { module, before: pair.before, after: pair.after });
        }
    }
    pairs
}

#[test]
fn the_compiler_and_the_law_agree_on_every_case_of_a_rule() {
    let agreed = pair::agree("agree", &pairs());
    assert!(agreed.refused > 80 && agreed.passed > 60, "{agreed:?}");
}

#[test]
fn the_compiler_and_the_law_agree_on_whatever_is_done_to_small_catalogs() {
    let agreed = pair::agree("edited", &edits::pairs());
    assert!(agreed.refused > 120 && agreed.passed > 50, "{agreed:?}");
    assert!(agreed.by_construction < agreed.refused / 2, "{agreed:?}");
}

/// The catalog that the following tests release and change.
fn released() -> Catalog {
    let text = "testimony-lock 1 demo\n\nrelease 1 2026-01-01\nfingerprint 00000000000000000000000000000000\nprefix \
                demo\nrecord 0x0100 Event version 1 size 16\n  0 4 u32 pid\n  4 4 u32 cpu\n  8 8 u64 at unit=ns\nseal \
                00000000000000000000000000000000\n";
    Lock::load(text).expect("a lock").lock.releases.remove(0).catalog.as_ref().clone()
}

/// A crate that declares the catalog with one field's unit as `unit`, and a lock.
fn changed(name: &str, unit: &str, lock: &str) -> Project {
    let mut project = Project::new(name);
    let mut catalog = released();
    catalog.records[0].fields[2].unit = Some(unit.to_owned());
    project.module("demo", &source::declarations(&catalog, "demo.lock"));
    project.write("demo.lock", lock);
    project
}

/// Everything that a check says, with the compiler's own check switched as `switch` says.
fn said(project: &mut Project, switch: Option<&'static str>) -> String {
    project.switch = switch;
    let refusals = project.check().refusals.into_iter().map(|refusal| refusal.message);
    refusals.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_change_of_the_lock_is_seen_without_a_change_of_the_source() {
    let begun = abi_lock::first_line("demo");
    let mut project = changed("rerun", "us", &begun).apart();
    assert_eq!(said(&mut project, None), "", "nothing is frozen yet");
    project.write("demo.lock", &lock_of(&released()));
    assert!(
        said(&mut project, None).contains("TA6001: `Event.at`"),
        "the lock changed, and the compiler ran again"
    );
    project.write("demo.acks", "TA6001 Event.at until 2030-01-01 because the unit was never right\n");
    assert_eq!(said(&mut project, None), "", "the break is acknowledged");
    project.write("demo.acks", "TA6001 Ev*t.a* until 2030-01-01 because the unit was never right\n");
    assert_eq!(said(&mut project, None), "", "a pattern acknowledges it");
    project.write("demo.acks", "TA6001 Ev*t.x* until 2030-01-01 because of something else\n");
    assert!(said(&mut project, None).contains("TA6001"), "a pattern that does not fit excuses nothing");
    project.write("demo.acks", "TA6002 Event.at until 2030-01-01 because of something else\n");
    assert!(said(&mut project, None).contains("TA6001"), "another rule's acknowledgement excuses nothing");
    assert_eq!(said(&mut project, Some("report")), "", "the switch lets `abi check` be built");
    assert!(said(&mut project, None).contains("TA6001"), "and is seen when it is gone");
}

#[test]
fn the_compiler_runs_again_when_the_lock_was_touched_and_not_otherwise() {
    let project = changed("touched", "ns", &lock_of(&released()));
    let fresh = || {
        let checked = project.check();
        assert!(checked.refusals.is_empty(), "{checked:?}");
        checked.fresh
    };
    assert!(fresh(), "it was never checked before");
    assert!(!fresh(), "nothing changed");
    project.write("demo.lock", &lock_of(&released()));
    assert!(fresh(), "the lock was written");
    assert!(!fresh(), "nothing changed");
}

#[test]
fn a_lock_that_is_none_is_an_error_at_the_line_that_names_it() {
    let whole = lock_of(&released());
    for (lock, says) in [
        ("hello\n".to_owned(), "not a lock"),
        (whole.replacen("testimony-lock 1", "testimony-lock 2", 1), "use a newer tool"),
        (format!("{whole}=======\n"), "merge was not finished"),
        (whole.replacen("pid", "tid", 1), "TA8001"),
        (whole.replacen("testimony-lock 1 demo", "testimony-lock 1 other", 1), "of the catalog `other`"),
        (whole.lines().take(5).collect::<Vec<_>>().join("\n"), "before the release's seal"),
    ] {
        let mut project = changed("none", "ns", &lock);
        let said = said(&mut project, None);
        assert!(said.contains(says), "{says}: {said}");
    }
    let mut project = changed("none", "ns", &whole);
    std::fs::remove_file(project.path("demo.lock")).expect("it is there");
    let without = said(&mut project, None);
    assert!(without.contains("write the line `testimony-lock 1 demo` into it"), "{without}");
    project.write("demo.lock", &whole);
    project.write("demo.acks", "TA6001 Event.at because\n");
    let malformed = said(&mut project, None);
    assert!(malformed.contains("demo.acks, line 1"), "{malformed}");
}

//! `catalog!` reads its lock (LOCK-11): what was frozen and changed does not compile, with the rule that the
//! law names; what the law lets through compiles. In a crate outside of this workspace.

#[path = "../../abi-codegen/tests/rules/case.rs"]
#[allow(dead_code, reason = "the cases of rules, read here for another proof")]
mod case;
#[path = "frozen/project.rs"]
mod project;
#[path = "lock/source.rs"]
mod source;

use abi_codegen::Catalog;
use abi_codegen::law::{Fact, Facts, Severity, compare};
use abi_codegen::lock::Lock;

use project::Project;

/// Returns the lock of a catalog that was released once.
fn lock_of(catalog: &Catalog) -> String {
    let empty = Lock { testimony_lock: 1, catalog: catalog.catalog.clone(), releases: Vec::new() };
    empty.freeze(&abi_lock::first_line(&catalog.catalog), catalog, "2026-01-01", &[])
}

/// One pair of catalogs: what was released, and what is written now.
struct Pair {
    module: String,
    before: Catalog,
    after: Catalog,
}

/// Every pair of the cases of rules, facts being those of lanes.
fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../abi-codegen/tests/rules");
    for case in case::Case::all_in(&root) {
        if case.facts.len() != Fact::ALL.len() {
            continue;
        }
        for (at, pair) in case.pairs.into_iter().enumerate() {
            let module = format!("{}_{at}", case.rule.to_lowercase());
            pairs.push(Pair { module, before: pair.before, after: pair.after });
        }
    }
    pairs
}

/// Rules that the law tells more exactly than the compiler: what is split, merged or moved to another record
/// is gone from here.
const FINER: &[(&str, &str)] = &[("TA1029", "TA1003"), ("TA1030", "TA1003")];

/// How a pair came out.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// Both refuse, and the compiler names a rule that the law names.
    Refused,
    /// Both let it through.
    Passed,
    /// The compiler refuses the shape before there is anything to compare (REC, VER).
    ByConstruction,
    /// A type or a composite has another name, which is in no byte: left to the law.
    LeftToTheLaw,
    /// Anything else.
    Differs,
}

fn judge(pair: &Pair, said: &[String]) -> (Outcome, Vec<&'static str>) {
    let found = compare(&pair.before, &pair.after, &Facts::of_lanes());
    let breaks = found.iter().filter(|finding| finding.severity == Severity::Break);
    let rules: Vec<&str> = breaks.map(|finding| finding.rule.id).collect();
    let names = |said: &String| {
        let finer = || FINER.iter().any(|(fine, coarse)| rules.contains(fine) && said.contains(coarse));
        rules.iter().any(|rule| said.contains(rule)) || finer()
    };
    let outcome = match (rules.as_slice(), said) {
        ([], []) => Outcome::Passed,
        (_, [_, ..]) if !said.iter().any(|said| said.contains("TA")) => Outcome::ByConstruction,
        (_, [_, ..]) if said.iter().all(names) => Outcome::Refused,
        (["TA7001", ..], []) if rules.iter().all(|rule| *rule == "TA7001") => Outcome::LeftToTheLaw,
        _ => Outcome::Differs,
    };
    (outcome, rules)
}

#[test]
fn the_compiler_and_the_law_agree() {
    let mut project = Project::new("agree");
    let pairs = pairs();
    for pair in &pairs {
        let lock = format!("locks/{}.lock", pair.module);
        project.write(&lock, &lock_of(&pair.before));
        project.module(&pair.module, &source::declarations(&pair.after, &lock));
    }
    let refusals = project.check().refusals;
    let (mut refused, mut passed, mut wrong) = (0, 0, Vec::new());
    for pair in &pairs {
        let own = refusals.iter().filter(|refusal| refusal.module == pair.module);
        let said: Vec<String> = own.map(|refusal| refusal.message.clone()).collect();
        match judge(pair, &said) {
            (Outcome::Refused, _) => refused += 1,
            (Outcome::Passed, _) => passed += 1,
            (Outcome::ByConstruction | Outcome::LeftToTheLaw, _) => {}
            (Outcome::Differs, rules) => {
                wrong.push(format!("{}: the law says {rules:?}, the compiler {said:#?}", pair.module));
            }
        }
    }
    println!("{refused} refused with the law's own rule, {passed} let through by both");
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
    assert!(refused > 80 && passed > 60, "{refused} refused, {passed} passed");
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
    let mut project = changed("rerun", "us", &begun);
    assert_eq!(said(&mut project, None), "", "nothing is frozen yet");
    project.write("demo.lock", &lock_of(&released()));
    assert!(
        said(&mut project, None).contains("TA6001: `Event.at`"),
        "the lock changed, and the compiler ran again"
    );
    project.write("demo.acks", "TA6001 Event.at until 2030-01-01 because the unit was never right\n");
    assert_eq!(said(&mut project, None), "", "the break is acknowledged");
    project.write("demo.acks", "TA6002 Event.at until 2030-01-01 because of something else\n");
    assert!(said(&mut project, None).contains("TA6001"), "another rule's acknowledgement excuses nothing");
    assert_eq!(said(&mut project, Some("report")), "", "the switch lets `abi check` be built");
    assert!(said(&mut project, None).contains("TA6001"), "and is seen when it is gone");
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

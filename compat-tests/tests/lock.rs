//! `catalog!` reads its lock (LOCK-11): what was frozen and changed does not compile, with the rule that the
//! law names; what the law lets through compiles. In a crate outside of this workspace.

#[path = "../../abi-codegen/tests/rules/case.rs"]
#[allow(dead_code, reason = "the cases of rules, read here for another proof")]
mod case;
#[path = "lock/source.rs"]
mod source;
#[path = "lock/victim.rs"]
mod victim;

use abi_codegen::Catalog;
use abi_codegen::law::{Direction, Fact, Facts, Severity, compare};
use abi_codegen::lock::Lock;

use victim::Victim;

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

/// Rules whose breach the compiler lets pass, and why.
const LEFT_TO_THE_LAW: &[(&str, &str)] = &[
    ("TA7001", "the type's own name is in no record's bytes; the law tells it"),
    ("TA1027", "what took the bytes is told as what became of the field that had them"),
];

#[test]
fn the_compiler_and_the_law_agree() {
    let victim = Victim::new();
    let pairs = pairs();
    assert!(pairs.len() > 60, "{} pairs", pairs.len());
    let mut lib = String::new();
    for pair in &pairs {
        victim.write(&format!("locks/{}.lock", pair.module), &lock_of(&pair.before));
        let lock = format!("locks/{}.lock", pair.module);
        victim.write(&format!("src/{}.rs", pair.module), &source::module(&pair.after, &lock));
        lib += &format!("pub mod {};\n", pair.module);
    }
    victim.write("src/lib.rs", &lib);
    let errors = victim.check(None);
    let (mut refused, mut passed, mut wrong) = (0, 0, Vec::new());
    for pair in &pairs {
        let file = format!("src/{}.rs", pair.module);
        let said = errors.get(&file).cloned().unwrap_or_default();
        let found = compare(&pair.before, &pair.after, &Facts::of_lanes());
        let rules: Vec<&str> = found
            .iter()
            .filter(|finding| finding.severity == Severity::Break)
            .map(|finding| finding.rule.id)
            .filter(|rule| !LEFT_TO_THE_LAW.iter().any(|(left, _)| left == rule))
            .collect();
        let bytes = found.iter().any(|finding| finding.direction != Direction::Source);
        match (rules.is_empty(), said.is_empty()) {
            (true, true) => passed += 1,
            (false, false) if said.iter().all(|said| rules.iter().any(|rule| said.contains(rule))) => refused += 1,
            _ => wrong.push(format!("{}: the law says {rules:?} ({bytes}), the compiler {said:#?}", pair.module)),
        }
    }
    println!("{refused} refused with the law's own rule, {passed} let through by both");
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
    assert!(refused > 40 && passed > 20, "{refused} refused, {passed} passed");
}

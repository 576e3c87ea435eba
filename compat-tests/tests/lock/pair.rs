//! Two catalogs, judged by the law and by the compiler.

use abi_codegen::Catalog;
use abi_codegen::law::{Facts, Severity, compare};
use abi_codegen::lock::Lock;

use crate::project::Project;
use crate::source;

/// What was released, and what is written now.
pub(crate) struct Pair {
    pub(crate) module: String,
    pub(crate) before: Catalog,
    pub(crate) after: Catalog,
}

/// Returns the lock of a catalog that was released once.
pub(crate) fn lock_of(catalog: &Catalog) -> String {
    let empty = Lock { testimony_lock: 1, catalog: catalog.catalog.clone(), releases: Vec::new() };
    empty.freeze(&abi_lock::first_line(&catalog.catalog), catalog, "2026-01-01", &[])
}

/// What the law tells more exactly than the compiler, which sees one record at a time: a field that another
/// record has now is gone from here.
const FINER: (&str, &str) = ("TA1030", "TA1003");

/// How many pairs came out how.
#[derive(Debug, Default)]
pub(crate) struct Agreed {
    /// Both refuse, and the compiler names a rule that the law names.
    pub(crate) refused: usize,
    /// Both let it through.
    pub(crate) passed: usize,
    /// The compiler refuses the shape before there is anything to compare (REC, VER).
    pub(crate) by_construction: usize,
}

/// Checks a crate with a module for each pair.
///
/// # Panics
///
/// The compiler and the law differ over a pair.
pub(crate) fn agree(name: &str, pairs: &[Pair]) -> Agreed {
    let mut project = Project::new(name);
    for pair in pairs {
        let lock = format!("locks/{}.lock", pair.module);
        project.write(&lock, &lock_of(&pair.before));
        project.module(&pair.module, &source::declarations(&pair.after, &lock));
    }
    let refusals = project.check().refusals;
    let (mut agreed, mut wrong) = (Agreed::default(), Vec::new());
    for pair in pairs {
        let own = refusals.iter().filter(|refusal| refusal.module == pair.module);
        let said: Vec<&str> = own.map(|refusal| refusal.message.as_str()).collect();
        let found = compare(&pair.before, &pair.after, &Facts::of_lanes());
        let breaks = found.iter().filter(|finding| finding.severity == Severity::Break);
        let rules: Vec<&str> = breaks.map(|finding| finding.rule.id).collect();
        let names = |said: &&str| {
            let finer = rules.contains(&FINER.0) && said.contains(FINER.1);
            finer || rules.iter().any(|rule| said.contains(rule))
        };
        match (rules.as_slice(), said.as_slice()) {
            ([], []) => agreed.passed += 1,
            // What else is said is of records that did not compile.
            _ if said.iter().any(|said| !said.contains("TA")) => agreed.by_construction += 1,
            (_, [_, ..]) if said.iter().all(names) => agreed.refused += 1,
            _ => wrong.push(format!("{}: the law says {rules:?}, the compiler {said:#?}", pair.module)),
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
    agreed
}

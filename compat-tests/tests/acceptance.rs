//! What compiles and what the tools accept is one list (DOC-6): catalogs, good and bad, as documents and as source.
//!
//! `CATALOGS` asks for another number of them, `SEED` for others.

#[path = "acceptance/mutation.rs"]
mod mutation;
#[path = "frozen/project.rs"]
mod project;
#[path = "lock/source.rs"]
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use abi_codegen::{Catalog, c_header};
use compat_tests::compilers::MATRIX;
use project::Project;

/// Catalogs that are looked at.
const CATALOGS: u64 = 240;

fn asked(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|asked| asked.parse().ok()).unwrap_or(otherwise)
}

/// Returns the catalogs, each with what a reader of documents says of it.
fn catalogs() -> BTreeMap<String, (Catalog, Result<Catalog, String>)> {
    let seed = asked("SEED", 0);
    let numbers = 0..asked("CATALOGS", CATALOGS);
    let made = numbers.filter_map(|at| {
        let catalog = mutation::catalog((seed << 32) + at)?;
        let read = Catalog::from_document(catalog.canonical().as_bytes()).map_err(|error| error.to_string());
        // Of two types of one name, source has only one.
        let twice =
            read.as_ref().is_err_and(|error| error.contains("are different and would have the same C name"));
        (!twice).then(|| (format!("c{at}"), (catalog, read)))
    });
    made.collect()
}

#[test]
fn a_document_is_accepted_where_the_same_source_compiles() {
    let all = catalogs();
    let mut refusals: BTreeMap<String, String> = BTreeMap::new();
    // An error of one stage of the compiler hides those of later stages, so those that are refused go, and the
    // others are asked again.
    loop {
        let mut project = Project::new("acceptance");
        for (name, (catalog, _)) in all.iter().filter(|(name, _)| !refusals.contains_key(*name)) {
            let lock = format!("locks/{name}.lock");
            project.write(&lock, &abi_lock::first_line("demo"));
            project.module(name, &source::declarations(catalog, &lock));
        }
        let found = project.check().refusals;
        if found.is_empty() {
            break;
        }
        refusals.extend(found.into_iter().map(|refusal| (refusal.module, refusal.message)));
    }
    let differ: Vec<String> = all
        .iter()
        .filter_map(|(name, (_, read))| match (read, refusals.get(name)) {
            (Ok(_), None) | (Err(_), Some(_)) => None,
            (Ok(_), Some(said)) => {
                Some(format!("{name}: the document is accepted, the compiler says: {said}"))
            }
            (Err(error), None) => Some(format!("{name}: compiles, and the document is refused: {error}")),
        })
        .collect();
    assert!(differ.is_empty(), "{} of {} differ:\n{}", differ.len(), all.len(), differ.join("\n"));
    let refused = refusals.len();
    assert!(
        refused > all.len() / 4 && refused < all.len() * 9 / 10,
        "{refused} of {} are refused",
        all.len()
    );
}

#[test]
fn whatever_is_accepted_has_a_header_that_every_compiler_accepts() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("acceptance");
    fs::create_dir_all(&folder).expect("the target directory can be written");
    let (mut unit, mut rules) = (String::new(), BTreeSet::new());
    for (name, (_, read)) in catalogs() {
        match read {
            Ok(mut catalog) => {
                // Every header has names of its own, so that one unit includes them all.
                catalog.prefix.clone_from(&name);
                let header = c_header(&catalog).unwrap_or_else(|error| panic!("{name}: {error}"));
                fs::write(folder.join(format!("{name}.h")), header).expect("written");
                writeln!(unit, "#include \"{name}.h\"").expect("a string grows");
            }
            Err(error) => _ = rules.insert(error.rsplit('(').next().unwrap_or_default().to_owned()),
        }
    }
    assert!(rules.len() > 8, "only these rules were broken: {rules:?}");
    let source = folder.join("all.c");
    fs::write(&source, unit + "int headers_compile(void);\nint headers_compile(void) { return 0; }\n")
        .expect("written");
    for compiler in MATRIX.iter().filter(|compiler| compiler.hosted && compiler.target.is_empty()) {
        let standard = compiler.standards[0];
        let mut command = compiler.check(standard, &source, &[&folder]).expect("the compiler is installed");
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{:?} {standard}: {said}", compiler.programs);
    }
}

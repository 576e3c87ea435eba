//! Real breaks from the history of real systems: the law reaches the verdict that history did.

use std::path::Path;

use abi_codegen::law::{Direction, Finding, Severity, compare};
use compat_tests::case::{Case, catalog};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn findings(case: &Case) -> Vec<Finding> {
    let side = |name: &str| {
        let section = case.section(name).unwrap_or_else(|| panic!("{}: no section {name}", case.id));
        catalog(section).unwrap_or_else(|error| panic!("{}, {name}: {error}", case.id))
    };
    compare(&side("before"), &side("after"), &case.facts())
}

#[test]
fn show() {
    for case in Case::all(&folder()) {
        println!("{} {} {:?}", case.id, case.title, case.line("verdict"));
        for f in findings(&case) {
            println!(
                "   {:?} {} {} | {} | {:?} | moved {:?} reached {:?}",
                f.severity,
                f.rule.id,
                f.subject,
                f.what,
                f.direction,
                f.moved.len(),
                f.reached
            );
        }
        let _ = (Severity::Break, Direction::Both);
    }
}

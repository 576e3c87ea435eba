//! Everything that is generated from one small catalog, as a person reviews it. After a change that is
//! meant: `cargo xtask bless`, and read the difference.

#[allow(unreachable_pub, reason = "shown as a crate would have it")]
#[path = "readme/sched.rs"]
mod sched;

use std::collections::BTreeSet;
use std::path::Path;

use abi_codegen::{Catalog, c_header};
use abi_runtime::prelude::*;
use sched::{SCHED, SWITCH};

const SNAPSHOTS: [&str; 2] = ["document", "header"];

fn assert_snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn header() {
    assert_eq!(SWITCH.as_bytes().len(), 24);
    assert_snapshot("header", &c_header(&Catalog::from_schema(&SCHED).unwrap()).unwrap());
}

#[test]
fn document() {
    assert_snapshot("document", &Catalog::from_schema(&SCHED).unwrap().to_document());
}

#[test]
fn no_snapshot_is_left_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let files =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.collect();
    let expected: BTreeSet<String> = SNAPSHOTS.iter().map(|name| format!("{name}.snap")).collect();
    assert_eq!(files, expected, "a snapshot that no test reads, or one that was not accepted");
}

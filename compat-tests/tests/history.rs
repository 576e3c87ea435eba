//! Everything that was ever released of this repository's catalogs, read by everybody: every writer by
//! every reader, and the golden bytes by today's views and by C, whole and truncated at every byte
//! (LAW-11, LOCK-8). A field is its value, absent, or an error; never a default.

#[path = "history/c.rs"]
mod c;
#[path = "history/released.rs"]
mod released;
#[path = "history/views.rs"]
mod views;

use std::path::{Path, PathBuf};

use abi_codegen::abi::golden::{self, Golden};
use abi_codegen::lock::Lock;

/// The catalogs of this repository.
const CATALOGS: [&str; 2] = ["region", "proc"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/abi")
}

fn lock(catalog: &str) -> Lock {
    let text = std::fs::read_to_string(folder().join(format!("{catalog}.lock"))).expect("the lock is there");
    let loaded = Lock::load(&text).expect("the lock is one");
    assert_eq!(loaded.tampered, [], "nothing that was frozen was edited");
    loaded.lock
}

/// Returns the golden bytes of a record's version.
fn golden(catalog: &str, record: &str, version: u16) -> Vec<Golden> {
    let path = golden::file(&folder().join("golden").join(catalog), record, version);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    golden::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_example_catalog_has_a_history_worth_holding() {
    let proc = lock("proc");
    assert!(proc.releases.len() >= 5, "{} releases", proc.releases.len());
    let newest = &proc.newest().expect("a release").catalog;
    assert!(!newest.retired.is_empty(), "a record was retired");
    let fields = || newest.records.iter().flat_map(|record| &record.fields);
    assert!(fields().any(|field| field.since > 1 && field.bytes_since.is_none()), "a field was appended");
    assert!(fields().any(|field| field.bytes_since.is_some()), "a field claims bytes that were reserved");
    assert!(fields().any(|field| field.deprecated.is_some()), "a field is deprecated");
}

#[test]
fn locks_round_trip_through_their_twin_and_are_written_as_they_are_read() {
    for catalog in CATALOGS {
        let text =
            std::fs::read_to_string(folder().join(format!("{catalog}.lock"))).expect("the lock is there");
        let lock = lock(catalog);
        assert_eq!(lock.to_text(), text, "{catalog}: text to lock to text");
        let twin = Lock::from_json(lock.to_json().as_bytes()).expect("the twin is a lock");
        assert_eq!(twin, lock, "{catalog}: lock to JSON to lock");
        assert_eq!(twin.to_text(), text, "{catalog}: JSON to text");
    }
}

#[test]
fn no_golden_bytes_are_of_anything_that_was_not_released() {
    for catalog in CATALOGS {
        let lock = lock(catalog);
        let records = || lock.releases.iter().flat_map(|release| &release.catalog.records);
        let known: Vec<String> = records()
            .flat_map(|record| {
                (1..=record.version).map(|version| format!("{}.v{version}.golden", record.name))
            })
            .collect();
        for entry in std::fs::read_dir(folder().join("golden").join(catalog)).expect("the golden bytes") {
            let name = entry.expect("a file").file_name().to_string_lossy().into_owned();
            assert!(known.contains(&name), "{catalog}/{name} is of no released version");
        }
    }
}

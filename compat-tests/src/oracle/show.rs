//! A pair, for people.

use std::sync::Arc;

use abi_codegen::Catalog;
use abi_codegen::law::{Facts, compare};
use abi_codegen::lock::{Lock, Release};

use super::books;
use super::draft::Draft;
use super::edit::Edit;
use super::grammar;
use super::lies::{Lie, lies};
use super::tally::Pair;

impl Pair {
    /// Returns both sides of the pair; `None` if there is no such pair.
    pub fn drafts(&self) -> Option<(Draft, Draft)> {
        let old = grammar::catalog(self.place);
        let edit = |draft: Draft, at: &usize| Edit::all(&draft).get(*at)?.apply(&draft).map(|(new, _)| new);
        let new = self.edits.iter().try_fold(old.clone(), edit)?;
        Some((old, new))
    }
}

/// Returns both catalogs as locks, what the law finds, and what is seen that was not meant.
pub fn show(old: &Draft, new: &Draft) -> String {
    let (Some(was), Some(is)) = (old.catalog(), new.catalog()) else { return "not lawful".to_owned() };
    let mut text = format!("{}\n{}\n", lock(&was), lock(&is));
    for finding in compare(&was, &is, &Facts::of_lanes()) {
        let (rule, severity) = (finding.rule.id, finding.severity);
        let line =
            format!("{rule} {severity:?} {:?} {}: {}\n", finding.direction, finding.subject, finding.what);
        text.push_str(&line);
    }
    for fault in books::faults(old, new) {
        text = text + "books: " + fault + "\n";
    }
    for Lie { reader, record, value, why, renamed, acting, payload } in lies(old, new, false) {
        let bytes = payload.iter().fold(String::new(), |bytes, byte| bytes + &format!(" {byte:02x}"));
        let only = if renamed { " (only a name differs)" } else { "" };
        let line = format!("{reader:?} reader: {record}.{value}: {why}{only}; version {acting}:{bytes}\n");
        text.push_str(&line);
    }
    text
}

fn lock(catalog: &Catalog) -> String {
    let release = Release {
        release: 1,
        date: "2026-01-01".to_owned(),
        fingerprint: catalog.fingerprint().to_string(),
        catalog: Arc::new(catalog.clone()),
        acknowledged: Vec::new(),
    };
    let name = catalog.catalog.clone();
    let lock = Lock { testimony_lock: 1, catalog: name, releases: vec![release] }.to_text();
    let form = ["testimony-lock", "fingerprint", "prefix", "seal"];
    let kept = |line: &&str| !line.is_empty() && !form.iter().any(|word| line.starts_with(word));
    lock.lines().filter(kept).fold(String::new(), |text, line| text + line + "\n")
}

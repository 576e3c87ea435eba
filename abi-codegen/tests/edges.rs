//! Edges of the comparison, where one condition more or less would tell another story.
//!
//! `tests/edges/pairs.txt` holds pairs of catalogs, each with what the law says of it, word for word; a change
//! of the engine that changes a word shows there. `INSTA_UPDATE=always` accepts; read what you accept.

#![allow(
    clippy::format_push_string,
    reason = "text is put together by the line; a result for each would say that adding to a string can fail"
)]

use abi_codegen::Catalog;
use abi_codegen::law::{Facts, Finding, compare};
use abi_codegen::lock::Lock;

fn catalog(entries: &str) -> Catalog {
    let zeros = "0".repeat(32);
    let text = format!(
        "testimony-lock 1 demo\n\nrelease 1 2026-01-01\nfingerprint {zeros}\nprefix demo\n{entries}seal {zeros}\n"
    );
    let loaded = Lock::load(&text).unwrap_or_else(|error| panic!("{error}\n{entries}"));
    loaded.lock.releases[0].catalog.as_ref().clone()
}

fn sentence(finding: &Finding) -> String {
    let moved = finding.moved.iter().map(|moved| format!("{} {}>{}", moved.field, moved.from, moved.to));
    let moved = moved.collect::<Vec<_>>().join(", ");
    let moved = if moved.is_empty() { moved } else { format!(" [{moved}]") };
    let severity = format!("{:?}", finding.severity).to_lowercase();
    let reached = finding.reached.join(" ");
    let (rule, subject, what) = (finding.rule.id, &finding.subject, &finding.what);
    format!("{severity} {rule} {subject}: {what}{moved} ({reached}; {:?})\n", finding.direction)
}

#[test]
fn every_edge_is_told_word_for_word() {
    let mut told = String::new();
    for pair in include_str!("edges/pairs.txt").split("\n==== ").skip(1) {
        let (title, sides) = pair.split_once('\n').expect("a title");
        let (before, after) = sides.split_once("----\n").expect("two sides");
        told.push_str(&format!("{title}\n"));
        for finding in
            compare(&catalog(before), &catalog(&format!("{}\n", after.trim_end())), &Facts::of_lanes())
        {
            told.push_str(&format!("  {}", sentence(&finding)));
        }
    }
    insta::assert_snapshot!(told);
}

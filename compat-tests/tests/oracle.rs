//! The law against the bytes of small catalogs, one and two edits apart.
//!
//! A small run; `cargo xtask soak` makes the large one.

#[path = "oracle/found.rs"]
mod found;

use std::collections::BTreeSet;
use std::time::Instant;

use compat_tests::oracle::books;
use compat_tests::oracle::draft::CompositeDraft;
use compat_tests::oracle::edit::Edit;
use compat_tests::oracle::grammar;
use compat_tests::oracle::lies::lies;
use compat_tests::oracle::show::show;
use compat_tests::oracle::shrink::shrink;
use compat_tests::oracle::soak::{Plan, soak};
use compat_tests::oracle::tally::Pair;

/// Rules that have to be the only ones to tell somewhere: if the law lost one, a pair would be let through.
const ALONE: &[&str] = &[
    "TA1001", "TA1002", "TA1003", "TA1004", "TA1006", "TA1008", "TA1011", "TA1012", "TA1017", "TA1018",
    "TA1026", "TA1030", "TA2001", "TA2002", "TA2006", "TA2007", "TA2009", "TA2010", "TA2011", "TA3001",
    "TA3002", "TA3003", "TA3007", "TA3008", "TA3009", "TA3010", "TA4001", "TA4002", "TA4003", "TA4009",
    "TA4010", "TA6001", "TA6002", "TA6006", "TA6007", "TA6008",
];

#[test]
fn the_law_says_what_the_bytes_say() {
    let start = Instant::now();
    let tally = soak(Plan { pairs: 70_000, whole: 0, stride: 1500 }, |_| {});
    println!("{tally}\n{:>10} ms", start.elapsed().as_millis());
    if let Some((old, new)) = tally.unsound.first().and_then(Pair::drafts) {
        let (old, new) = shrink(&old, &new);
        println!("{}", show(&old, &new));
    }
    assert_eq!(tally.faults(), Vec::<String>::new());
    assert!(tally.catalogs > 100 && tally.once > 10_000 && tally.twice > 10_000, "{tally}");
    assert!(tally.compatible > 0 && tally.booked > 0 && tally.renamed > 0, "{tally}");
    let silent: Vec<&&str> = ALONE.iter().filter(|rule| !tally.alone.contains_key(*rule)).collect();
    assert!(silent.is_empty(), "no pair needs {silent:?}");
    assert_eq!(tally.edits.keys().copied().collect::<BTreeSet<_>>(), kinds(), "every sort of edit was made");
}

/// Every sort of edit that some small catalog offers.
fn kinds() -> BTreeSet<&'static str> {
    let offered = |place| Edit::all(&grammar::catalog(place)).into_iter().map(Edit::kind);
    (0..200).flat_map(offered).collect()
}

#[test]
fn a_place_is_the_same_catalog_for_ever_and_hardly_another_ones() {
    let catalogs: Vec<_> = (0..1000).map(|place| grammar::catalog(place).catalog()).collect();
    assert!(catalogs.iter().all(Option::is_some), "every place of the walk is a lawful catalog");
    let again: Vec<_> = (0..1000).map(|place| grammar::catalog(place).catalog()).collect();
    assert!(catalogs == again);
    let fingerprints = catalogs.iter().flatten().map(|catalog| catalog.fingerprint().to_string());
    let different = fingerprints.collect::<BTreeSet<_>>().len();
    assert!(different > 950, "{different} of 1000 differ");
}

#[test]
fn whoever_reads_by_the_same_description_sees_what_was_meant() {
    for place in 0..150 {
        let old = grammar::catalog(place);
        let mut new = old.clone();
        // Nobody holds it; but the catalogs are not equal now, so everything is written and read.
        new.composites.push(CompositeDraft { name: "Unused".to_owned(), fields: Vec::new() });
        assert_eq!(lies(&old, &new, false), [], "{place}: {}", show(&old, &new));
        assert_eq!(books::faults(&old, &new), <[&str; 0]>::default(), "{place}: {}", show(&old, &new));
    }
}

/// Edits after which everybody goes on reading what was meant, and of which the books are in order.
const HARMLESS: &[&str] = &[
    "append",
    "rename-type",
    "rename-composite",
    "add-record",
    "retire-record",
    "add-value",
    "retire-value",
    "reorder-values",
    "reorder-records",
    "class",
    "inline-composite",
];

/// Edits of a name alone. Whoever has the two catalogs cannot know that the thing is the same.
const RENAMED: &[&str] = &["rename", "rename-record", "rename-value"];

/// Edits after which somebody does not.
const HARMFUL: &[&str] = &[
    "id",
    "swap-ids",
    "replace-record",
    "reuse-retired-id",
    "id-of-retired",
    "swap-values",
    "renumber-value",
    "reuse-retired-value",
    "widen-mask",
    "remove-record",
    "remove-value",
    "unretire-id",
    "unretire-value",
];

#[test]
fn bytes_show_what_everybody_knows_of_an_edit() {
    let (mut harmless, mut harmful) = (BTreeSet::new(), BTreeSet::new());
    for place in 0..100 {
        let old = grammar::catalog(place);
        for edit in Edit::all(&old) {
            let (sound, known) = (HARMLESS.contains(&edit.kind()), HARMFUL.contains(&edit.kind()));
            let Some((new, _)) = edit.apply(&old).filter(|_| sound || known) else { continue };
            let clean = lies(&old, &new, true).is_empty() && books::faults(&old, &new).is_empty();
            assert_eq!(clean, sound, "{place}, {}: {}", edit.kind(), show(&old, &new));
            if sound { &mut harmless } else { &mut harmful }.insert(edit.kind());
        }
    }
    assert_eq!(harmless, HARMLESS.iter().copied().collect());
    assert_eq!(harmful, HARMFUL.iter().copied().collect());
}

#[test]
fn what_has_another_name_is_not_known_to_be_the_same() {
    let mut known = BTreeSet::new();
    for place in 0..100 {
        let old = grammar::catalog(place);
        for edit in Edit::all(&old).into_iter().filter(|edit| RENAMED.contains(&edit.kind())) {
            let Some((new, _)) = edit.apply(&old) else { continue };
            let found = lies(&old, &new, false);
            assert!(found.iter().all(|lie| lie.renamed), "{place}, {}: {}", edit.kind(), show(&old, &new));
            if !found.is_empty() {
                known.insert(edit.kind());
            }
        }
    }
    assert_eq!(known, RENAMED.iter().copied().collect());
}

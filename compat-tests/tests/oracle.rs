//! The law against an oracle of bytes: whatever it lets through, no reader is lied to; what it refuses, some
//! reader would have been, but for the few kinds that are explained. `cargo xtask soak` does many more.

use compat_tests::oracle::soak::{Plan, soak};

#[test]
fn nothing_that_the_law_lets_through_lies() {
    // Every edit of some catalogs, and every so many-th of the edits of what came of it.
    let tally = soak(Plan { pairs: 20_000, whole: 0, stride: 300 }, |_| {});
    println!("{tally}");
    assert!(tally.pairs() >= 20_000, "{tally}");
    assert!(tally.unsound.is_empty(), "{tally}");
    assert!(tally.faults().is_empty(), "{:#?}\n{tally}", tally.faults());
}

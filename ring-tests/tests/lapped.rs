//! Readers that are lapped in the middle of a copy throw the copy away (REG-31). `cargo xtask soak --only
//! lapped` does it for as long as one likes.

use ring_tests::lapped;

#[test]
fn no_torn_copy_is_taken_for_a_record() {
    let figures = lapped::run(2000, 3, 6).expect("no reader says what is not true");
    assert!(figures.accepted > 0 && figures.overwritten > 0, "{figures:?}");
}

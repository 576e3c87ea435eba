//! What a fuzzer may try: bytes become a region, and a reader reads it; or they become what a region says of
//! its records; or they are what happens to a lane between the steps of its reader.
//!
//! Whatever the bytes are, nobody panics, every call comes back, and the books close or say that they
//! cannot (REG-10, REG-32, REG-35, REG-40). `cargo xtask fuzz` calls these through libFuzzer; a test
//! calls them with every file of the corpus.

mod live;
mod read;
#[cfg(feature = "documents")]
mod said;
mod target;

pub use target::{TARGETS, Target};

/// Takes one input of the target that is called so.
///
/// # Panics
///
/// A rule does not hold, or there is no such target.
pub fn take(target: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|found| found.name == target).expect("a target of this name");
    (target.take)(data);
}

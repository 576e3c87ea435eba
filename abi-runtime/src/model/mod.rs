//! Writer and reader under loom: every interleaving of tiny lanes, and every value that a relaxed load
//! may return.
//!
//! `cargo test` with `--cfg loom` runs these; `ring-tests/tests/orderings.rs` runs them as they are and
//! with each ordering of `order.rs` weakened in turn. A lane here has two blocks of 512 bytes.
//!
//! Three plays have more interleavings than a test has time for: of those the tests run a part, and say how
//! many; a soak runs all.
//!
//! loom models what the C11 memory model allows, loads from the future aside.

mod closing;
mod drained;
mod drops;
mod lapped;
mod opened;
mod pooled;
mod published;
mod stage;

//! What the proofs of the ring share.
//!
//! One proof a file, under `tests/` if it is short and under `src/bin/` if `cargo xtask soak` runs it;
//! each names the rule of `spec/region.md` that it shows.

pub mod hazard;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub mod stepper;
pub mod images;
pub mod kept;
pub mod lines;
pub mod truth;

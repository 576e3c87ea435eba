//! What the proofs of the ring share.
//!
//! One proof a file, under `tests/` if it is short and under `src/bin/` if `cargo xtask soak` runs it;
//! each names the rule of `spec/region.md` that it shows.

#[cfg(target_os = "linux")]
pub mod audit;
#[cfg(target_os = "linux")]
pub mod books;
pub mod counted;
pub mod dice;
pub mod fuzzed;
pub mod hazard;
#[cfg(target_os = "linux")]
pub mod hostile;
pub mod images;
pub mod kept;
pub mod lapped;
pub mod lines;
pub mod load;
#[cfg(target_os = "linux")]
pub mod powerless;
#[cfg(target_os = "linux")]
pub mod processes;
#[cfg(target_os = "linux")]
pub mod reading;
#[cfg(target_os = "linux")]
pub mod starts;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub mod stepper;
pub mod told;
pub mod truth;

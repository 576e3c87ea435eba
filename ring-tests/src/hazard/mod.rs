//! What the proofs of the hazards share: records that know themselves, a region to be damaged, what a
//! reader tells of it, and processes that die.

mod at_end;
#[cfg(target_os = "linux")]
mod ffi;
#[cfg(target_os = "linux")]
mod killed;
mod note;
#[cfg(target_os = "linux")]
mod parts;
#[cfg(target_os = "linux")]
mod peer;
mod scene;
mod told;
mod trap;

pub use at_end::AtEnd;
#[cfg(target_os = "linux")]
pub use killed::{Figures, kill_readers, kill_writers, random, read_what_is_left};
pub use note::{Brief, HAZARDS, Note, Vast};
#[cfg(target_os = "linux")]
pub use parts::{attempt, format, play, region_words};
#[cfg(target_os = "linux")]
pub use peer::{Line, Peer, Shared};
pub use scene::{BLOCK, NOTES, Scene, ticking};
pub use told::{Told, read_to_end};
pub use trap::Trap;

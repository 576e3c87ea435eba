//! What the proofs of the hazards share: records that know themselves, a region to be damaged, and
//! what a reader tells of it.

mod note;
mod scene;
mod told;
mod trap;

pub use note::{Brief, HAZARDS, Note, Vast};
pub use scene::{BLOCK, NOTES, Scene, ticking};
pub use told::{Told, read_to_end};
pub use trap::Trap;

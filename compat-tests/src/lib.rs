//! What the proofs of this crate share.

pub mod compilers;

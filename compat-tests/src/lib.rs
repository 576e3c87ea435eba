//! What the proofs of this crate share.

pub mod case;
pub mod compilers;
pub mod cross;
pub mod oracle;

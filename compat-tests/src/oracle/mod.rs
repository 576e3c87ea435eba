//! A second opinion on the law, by bytes.
//!
//! Small catalogs are enumerated and edited, once and twice. For each pair, records are written by one
//! side and read by the other with an encoder and a decoder that are nobody else's, and what was meant is
//! held against what is seen. The law has to find a break wherever that differs.
//!
//! - [`draft`]: a catalog whose parts keep their identity through every edit
//! - [`grammar`]: every small catalog, by number
//! - [`edit`]: everything that somebody may do to one
//! - `settle`, `lawful`: from an edited draft to a catalog that breaks no rule
//! - [`leaf`]: a record as what lies where
//! - [`writer`], [`reader`]: the encoder and the decoder
//! - [`meant`], [`lies`]: whether what is seen is what was meant
//! - [`books`]: what no byte shows
//! - [`verdict`], [`explained`]: the law's word against that
//! - [`tally`], [`soak`]: many of them; [`show`], [`shrink`]: one of them, for people

pub mod books;
pub mod draft;
pub mod edit;
pub mod explained;
pub mod grammar;
mod lawful;
pub mod leaf;
pub mod lies;
pub mod meant;
pub mod reader;
mod settle;
pub mod show;
pub mod shrink;
pub mod soak;
pub mod tally;
pub mod verdict;
pub mod writer;

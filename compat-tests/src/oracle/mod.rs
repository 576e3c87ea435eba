//! A second opinion on the law, by bytes.
//!
//! Small catalogs are enumerated and edited, once and twice. For each pair, records are written by one
//! side and read by the other with an encoder and a decoder that are nobody else's, and what was meant is
//! held against what is seen. The law has to find a break wherever that differs.
//!
//! - [`draft`]: a catalog whose parts keep their identity through every edit
//! - [`grammar`]: every small catalog, by number
//! - `settle`, `lawful`: from an edited draft to a catalog that breaks no rule
//! - [`leaf`]: a record as what lies where
//! - [`writer`], [`reader`]: the encoder and the decoder
//! - [`meant`]: whether what is seen is what was meant

pub mod draft;
pub mod grammar;
mod lawful;
pub mod leaf;
pub mod meant;
pub mod reader;
mod settle;
pub mod writer;

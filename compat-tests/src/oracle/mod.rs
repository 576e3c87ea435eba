//! A second opinion on the law, by bytes.
//!
//! Small catalogs are enumerated and edited, once and twice. For each pair, records are written by one
//! side and read by the other with an encoder and a decoder that are nobody else's, and what was meant is
//! held against what is seen. The law has to find a break wherever that differs.
//!
//! - [`draft`]: a catalog whose parts keep their identity through every edit
//! - [`settle`], [`lawful`]: from an edited draft to a catalog that breaks no rule

pub mod draft;
mod lawful;
mod settle;

//! From a catalog to what other languages need of it.
//!
//! A catalog comes from the crate that declares it ([`Catalog::from_schema`]: rustc has laid it
//! out) or from a document ([`Catalog::from_document`]: a claim, checked like any other). Rust
//! source is never read. What is emitted is a pure function of the catalog: no clock, no
//! environment, no path of this machine.
//!
//! Spec: `spec/document.md`.

#![forbid(unsafe_code)]

mod check;
mod document;
mod import;
pub mod model;

pub use check::ModelError;
pub use document::{DocumentError, json_schema};
pub use model::Catalog;

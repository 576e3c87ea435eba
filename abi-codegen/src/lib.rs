//! From a catalog to what other languages need of it.
//!
//! A catalog comes from the crate that declares it ([`Catalog::from_schema`]: rustc has laid it
//! out) or from a document ([`Catalog::from_document`]: a claim, checked like any other). Rust
//! source is never read. What is emitted is a pure function of the catalog: no clock, no
//! environment, no path of this machine.
//!
//! Another workspace has `gen-headers` in its own xtask in a few lines:
//!
//! ```no_run
//! # use abi_schema::CatalogSchema;
//! # static MY_CATALOG: CatalogSchema = CatalogSchema {
//! #     name: "my", prefix: "my", doc: "", records: &[], structs: &[], minor_number: false,
//! #     retired: &[], embedded: || &[],
//! # };
//! fn main() -> std::process::ExitCode {
//!     abi_codegen::gen_headers::main(&[(&MY_CATALOG, "include/my.h")])
//! }
//! ```
//!
//! Spec: `spec/document.md`, `spec/headers.md`.

#![forbid(unsafe_code)]
#![allow(
    clippy::format_push_string,
    reason = "text is put together by the line; a result for each would say that adding to a string can fail"
)]

pub mod abi;
mod arena;
mod check;
pub mod decode;
mod document;
mod emit;
mod file;
pub mod gen_headers;
mod import;
mod json_text;
pub mod law;
pub mod lock;
mod lower;
pub mod model;
pub mod output;
pub mod sample;

pub use check::ModelError;
pub use document::{DocumentError, json_schema};
pub use emit::{EmitError, c_constant_name, c_embedded, c_header};
pub use file::{Action, FileError};
pub use json_text::printable_json;
pub use model::Catalog;

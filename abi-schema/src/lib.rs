//! What a field, a record and a catalog ARE: the const model of a trace ABI.
//!
//! Every other crate of the project speaks in these types. The derive fills them in from
//! `offset_of!` and `size_of!`, so that rustc, and nobody's arithmetic, is the layout oracle;
//! the runtime and the generator read them. Everything here is `const`, `no_std`, free of
//! dependencies and of `unsafe`.
//!
//! Spec: `spec/record.md`.

#![no_std]
#![forbid(unsafe_code)]

mod canonical;
mod catalog;
mod check;
mod conflict;
pub mod digest;
mod embedded;
mod fault;
mod field;
mod fingerprint;
pub mod frozen;
mod limits;
mod meaning;
mod message;
mod names;
mod pattern;
mod printable;
mod record;
mod types;
mod written;

pub use catalog::{CatalogSchema, Retired};
pub use check::{check_field, check_flag, check_record, check_size, check_struct, check_versions};
pub use conflict::{Conflict, Named, find_conflict, is_type_derived};
pub use embedded::{EMBEDDED_MAGIC, Embedded, EmbeddedError, embed, embedded_len};
pub use fault::{Fault, FlagFault};
pub use field::FieldSchema;
pub use fingerprint::Fingerprint;
pub use limits::{FIRST_USER_ID, MAX_PAYLOAD, RECORD_ALIGN};
pub use meaning::{Class, Kind, Meaning, Privacy, Scale};
pub use message::Message;
pub use names::{SnakeCase, fold_alike};
pub use pattern::pattern_fits;
pub use printable::{NameBytes, Printable, PrintableDisplay, is_printable, write_flags};
pub use record::RecordSchema;
pub use types::{CodeSchema, FlagSchema, FlagsSchema, Scalar, StructSchema, TypeSchema, ValueSchema};
pub use written::written_bits;

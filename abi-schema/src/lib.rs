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
mod same;
mod types;
mod written;

pub use catalog::{Catalog, CatalogSchema, Retired, RetiredId};
pub use check::{
    Order, check_bytes, check_field, check_flag, check_holes, check_layout, check_marks, check_meaning,
    check_part, check_record, check_repr, check_size, check_struct, check_versions, nests_within,
    retired_flag,
};
pub use conflict::{Conflict, Named, find_conflict, is_type_derived, retired_twice};
pub use embedded::{EMBEDDED_MAGIC, Embedded, EmbeddedError, embed, embedded_len};
pub use fault::{Fault, FlagFault, ReprFault};
pub use field::{Field, FieldSchema};
pub use fingerprint::Fingerprint;
pub use limits::{
    FIRST_USER_ID, MAX_CATALOG_NAME, MAX_DOCUMENT, MAX_NAME, MAX_NAMED, MAX_NESTING, MAX_PAYLOAD, MAX_VALUES,
    MAX_WORD, RECORD_ALIGN,
};
pub use meaning::{Class, FieldMeaning, Kind, Meaning, Privacy, Scale};
pub use message::Message;
pub use names::{SnakeCase, fold_alike, is_catalog_name, is_instrument, is_name, is_word};
pub use pattern::pattern_fits;
pub use printable::{NameBytes, Printable, PrintableDisplay, is_printable, write_flags};
pub use record::{Record, RecordSchema};
pub use types::{
    Code, CodeSchema, Composite, Flag, FlagSchema, FlagSet, FlagsSchema, Scalar, StructSchema, Type,
    TypeSchema, Value, ValueSchema,
};
pub use written::written_bits;

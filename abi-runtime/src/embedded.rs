//! What the expansion of `catalog!` needs beside the schema.

use abi_schema::{CatalogSchema, Conflict, RecordSchema, StructSchema};

use crate::{TraceRecord, WireStruct};

/// Returns a record's schema.
pub const fn record_schema<R: TraceRecord>() -> &'static RecordSchema {
    R::SCHEMA
}

/// Returns a composite's schema.
pub const fn struct_schema<S: WireStruct>() -> &'static StructSchema {
    S::SCHEMA
}

/// An embedded form where a region can take it up word by word.
#[derive(Debug)]
#[repr(C, align(8))]
pub struct Aligned<const N: usize>(pub [u8; N]);

/// Asserts that `conflict` is not one of the catalog's entry `entry`.
///
/// # Panics
///
/// If it is, with a message for the person who wrote the entry: in a constant, where it is a
/// compile error at the entry.
#[track_caller]
pub const fn no_conflict(catalog: &CatalogSchema, conflict: &Conflict, entry: usize) {
    if let Some(at) = conflict.entry()
        && at == entry
    {
        panic!("{}", conflict.message(catalog).as_str());
    }
}

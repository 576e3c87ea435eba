//! What the expansion of `catalog!` needs beside the schema.

use abi_schema::{RecordSchema, StructSchema};

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

/// Asserts that the conflict of a catalog, if there is one, is not that of its entry `entry`.
///
/// # Panics
///
/// If it is, with a message for the person who wrote the entry: in a constant, where it is a
/// compile error at the entry.
#[track_caller]
pub const fn no_conflict(conflict: Option<usize>, entry: usize, message: &str) {
    if let Some(at) = conflict
        && at == entry
    {
        panic!("{}", message);
    }
}

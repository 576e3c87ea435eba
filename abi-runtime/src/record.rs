//! A record and a composite: the traits that the derives implement.

use abi_schema::{RecordSchema, StructSchema};
use zerocopy::{Immutable, IntoBytes};

use crate::{RecordView, WireType};

/// A struct that is a record: one fixed layout, which every party knows as its schema.
///
/// `#[derive(TraceRecord)]` implements it; see [the derive](macro@crate::TraceRecord) for the
/// attributes and the rules. The supertraits come from zerocopy, and they are the reason why no
/// padding byte, and so no memory of the driver, can cross the boundary.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a record",
    label = "not a record",
    note = "write `#[derive(TraceRecord, IntoBytes, Immutable)]`, `#[repr(C)]` and `#[trace(id = ...)]` above the struct"
)]
pub trait TraceRecord: IntoBytes + Immutable + Sized + 'static {
    /// The layout, as rustc made it, and its meaning.
    const SCHEMA: &'static RecordSchema;

    /// The bits of each payload word that a writer may store; the others are reserved and zero
    /// (REG-26). Empty when there are no others.
    #[doc(hidden)]
    const WRITTEN_BITS: &'static [u64] = &[];

    /// What reads the record's fields from bytes of any version; see [`View`](crate::View).
    type View<'a>: RecordView<'a>;
}

/// A struct that is a composite: fields that lie together in other records, and that are frozen
/// together at their first release.
///
/// `#[derive(WireStruct)]` implements it, and [`WireType`] with it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a composite",
    label = "not a composite",
    note = "write `#[derive(WireStruct, IntoBytes, Immutable)]` and `#[repr(C)]` above the struct"
)]
pub trait WireStruct: WireType + IntoBytes + Immutable {
    /// The layout, as rustc made it, and its meaning.
    const SCHEMA: &'static StructSchema;
}

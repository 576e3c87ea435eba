//! What expansions name. Not part of the public surface: it changes without notice.

pub use core::clone::Clone;
pub use core::convert::TryFrom;
pub use core::marker::{Copy, Sized};
pub use core::mem::{offset_of, size_of};
pub use core::option::Option::{self, None, Some};
pub use core::primitive::{i8, i16, i32, i64, i128, str, u8, u16, u32, u64, usize};
pub use core::result::Result::{self, Ok};

pub use abi_schema::frozen::Frozen;
pub use abi_schema::{
    CatalogSchema, Class, CodeSchema, Conflict, FieldSchema, FlagSchema, FlagsSchema, Kind, Meaning, Message,
    Privacy, RecordSchema, Retired, Scalar, Scale, StructSchema, TypeSchema, ValueSchema, embed,
    embedded_len, find_conflict, written_bits,
};

pub use crate::embedded::{Aligned, no_conflict, record_schema, struct_schema};
pub use crate::kept::{
    is_listed, is_new, is_struct_listed, keeps_names, keeps_record, keeps_struct, stays_retired,
};
pub use crate::law::{composite, composite_field, flag, live_flag, live_value, record, record_field};
pub use crate::view::{InvalidView, MissingField, RawView, RecordView};
pub use crate::wire::saturate;
pub use crate::{TraceCode, TraceFlags, TraceRecord, WireStruct, WireType};

/// Closes [`WireType`]: only this crate and its derives implement it.
pub trait Sealed {}

/// Stands for a value of a composite that did not compile, so it is never called.
pub fn invalid<T>() -> T {
    unreachable!("a composite that did not compile has no values")
}

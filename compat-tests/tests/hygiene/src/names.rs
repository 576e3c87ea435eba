//! Other people's names.

#![allow(
    clippy::pub_underscore_fields,
    non_camel_case_types,
    non_snake_case,
    missing_copy_implementations,
    reason = "the names are the point"
)]

use ::abi::prelude::{Immutable, IntoBytes, TraceCode, TraceFlags, TraceRecord, WireStruct};

/// Not the prelude's.
pub struct Option;
/// Not the prelude's.
pub struct Result;
/// Not the prelude's.
pub struct Some;
/// Not the prelude's.
pub struct None;
/// Not the prelude's.
pub struct Ok;
/// Not the prelude's.
pub trait Sized {}
/// Not the prelude's.
pub trait Copy {}
/// Not the prelude's.
pub trait Clone {}
/// Not the prelude's.
pub trait TryFrom {}
/// Not the language's.
pub struct usize;
/// Not the language's.
pub struct str;
/// Not the language's.
pub struct i128;
/// Not the crate.
pub mod core {}
/// Not the crate.
pub mod std {}
/// Not the crate.
pub mod abi_runtime {}

/// A record whose fields have the names of what an expansion uses.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0104, crate = ::abi)]
#[zerocopy(crate = "abi::zerocopy")]
pub struct Names {
    /// Named like a view's method.
    pub surplus: u32,
    /// Named like a view's method.
    pub to_raw: u32,
    /// Named like a parameter.
    pub view: u32,
    /// Named like a parameter.
    pub raw: u32,
}

/// A composite whose fields have the names of what an expansion uses.
#[derive(WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = ::abi)]
#[zerocopy(crate = "abi::zerocopy")]
pub struct Parts {
    /// Named like a parameter.
    pub bytes: u32,
}

/// A code whose variants have the names of what an expansion uses.
#[derive(TraceCode)]
#[repr(i8)]
#[trace(crate = ::abi)]
pub enum Codes {
    /// Not the prelude's.
    Some = -1,
    /// Not the prelude's.
    None = 1,
}

/// Flags whose variants have the names of what an expansion uses.
#[derive(TraceFlags)]
#[repr(u8)]
#[trace(crate = ::abi)]
pub enum Bits {
    /// Not the prelude's.
    Ok = 1,
}

/// Named like the view of [`Page`].
#[derive(WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = ::abi)]
#[zerocopy(crate = "abi::zerocopy")]
pub struct PageView {
    /// A number.
    pub part: u32,
}

/// A code that is named like the view of [`PageView`], were it a record.
#[derive(TraceCode)]
#[repr(u8)]
#[trace(crate = ::abi)]
pub enum PageViewView {
    /// A variant that is named like an item of an expansion.
    __SCHEMA = 1,
}

/// A record that holds what is named like its view.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0105, crate = ::abi)]
#[zerocopy(crate = "abi::zerocopy")]
pub struct Page {
    /// Named like the record's view.
    pub view: PageView,
    /// Named like an item of an expansion.
    pub part: __SCHEMA,
    /// Named like an item of an expansion.
    pub kind: ::abi::Code<__abi>,
    /// Named like the view of another.
    pub other: ::abi::Code<PageViewView>,
    /// Named like an item of an expansion.
    pub __LAW: [u8; 6],
}

/// A composite that is named like an item of an expansion.
#[derive(WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = ::abi)]
#[zerocopy(crate = "abi::zerocopy")]
pub struct __SCHEMA {
    /// Named like an item of an expansion.
    pub __FIELDS: u32,
}

/// A code that is named like what an expansion calls the runtime.
#[derive(TraceCode)]
#[repr(u8)]
#[trace(crate = ::abi)]
pub enum __abi {
    /// Named like what an expansion calls the runtime.
    __abi = 1,
}

/// Flags that are named like an item of an expansion.
#[derive(TraceFlags)]
#[repr(u8)]
#[trace(crate = ::abi)]
pub enum __FIELDS {
    /// Named like an item of an expansion.
    __SCHEMA = 1,
}

/// A record that is named like an item of a catalog's expansion.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0106, crate = ::abi)]
#[zerocopy(crate = "abi::zerocopy")]
pub struct __CONFLICT {
    /// Flags of such a name.
    pub bits: [::abi::Flags<__FIELDS>; 8],
}

::abi::catalog! {
    /// What is named like items of an expansion.
    pub static __ENTRY = "entry" {
        crate: ::abi,
        records: [Page, __CONFLICT],
        structs: [__SCHEMA],
    }
}

::abi::catalog! {
    /// A catalog that reads its lock.
    pub static NAMES = "names" {
        crate: ::abi,
        lock: "names.lock",
        records: [Names],
        structs: [Parts],
    }
}

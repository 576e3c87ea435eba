//! Other people's names.
#![allow(non_camel_case_types, missing_copy_implementations, reason = "the names are the point")]

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

::abi::catalog! {
    /// A catalog that reads its lock.
    pub static NAMES = "names" {
        crate: ::abi,
        lock: "names.lock",
        records: [Names],
        structs: [Parts],
    }
}

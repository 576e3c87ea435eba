//! What a file that declares records brings into scope: `use abi_runtime::prelude::*;`.
//!
//! `IntoBytes` and `Immutable` are zerocopy's, trait and derive each. Their derives name the crate
//! `::zerocopy`, so a crate that declares records depends on it (`cargo add zerocopy`), or says
//! `#[zerocopy(crate = "abi_runtime::zerocopy")]` at each struct.

pub use zerocopy::{Immutable, IntoBytes};

pub use crate::{
    Code, Flags, Name, RecordView, TraceCode, TraceFlags, TraceRecord, View, WireStruct, WireType,
};

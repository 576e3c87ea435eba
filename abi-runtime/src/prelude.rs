//! What a file that declares records brings into scope: `use abi_runtime::prelude::*;`.

pub use zerocopy::{Immutable, IntoBytes};

pub use crate::{
    Code, Flags, Name, RecordView, TraceCode, TraceFlags, TraceRecord, View, WireStruct, WireType,
};

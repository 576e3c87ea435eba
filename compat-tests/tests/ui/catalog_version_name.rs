use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
struct Hello {
    wanted: HelloV2,
}

#[derive(Clone, Copy, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
struct HelloV2 {
    value: u64,
}

abi_runtime::catalog! { static M = "m" { records: [Hello] } }
fn main() {}

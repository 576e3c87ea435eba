use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
struct CacheFill {
    value: u64,
}

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0101)]
struct Cache {
    value: u64,
}

abi_runtime::catalog! { static M = "m" { records: [CacheFill, Cache] } }
fn main() {}

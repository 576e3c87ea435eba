use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
struct Fork {
    value: u64,
}


abi_runtime::catalog! { static PROC = "proc" { records: [Fork], records: [Fork] } }
fn main() {}

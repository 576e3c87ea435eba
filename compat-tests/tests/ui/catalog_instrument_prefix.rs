use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0104)]
struct Idle {
    value: u64,
}


abi_runtime::catalog! { static PROC = "proc" { instrument: true, records: [Idle] } }
fn main() {}

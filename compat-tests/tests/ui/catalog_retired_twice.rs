use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0104)]
struct Idle {
    value: u64,
}


abi_runtime::catalog! { static PROC = "proc" { records: [Idle], retired: [0x0105 "Sleep", 0x0106 "Wake", 0x0105 "Nap"] } }
fn main() {}

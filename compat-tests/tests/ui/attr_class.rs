use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, class = "urgent")]
struct Broken {
    a: u64,
}

fn main() {}

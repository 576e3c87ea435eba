use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    cpu: u32,
    tids: [u32; 2],
}

fn main() {}

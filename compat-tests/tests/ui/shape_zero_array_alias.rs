use abi_runtime::prelude::*;

const NONE: usize = 0;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    a: u64,
    b: [u32; NONE],
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, version = 3)]
struct Broken {
    a: u32,
    #[trace(reserved, since = 3)]
    b: u32,
    c: u32,
    #[trace(since = 2)]
    d: u32,
    #[trace(since = 3)]
    e: u64,
}

fn main() {}

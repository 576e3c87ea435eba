use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, version = 3)]
struct Broken {
    a: u64,
    #[trace(since = 3)]
    b: u64,
}

fn main() {}

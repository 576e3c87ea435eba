use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, version = 2)]
struct Broken {
    a: u64,
    #[trace(reserved, deprecated = 2)]
    b: u64,
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, version = 2)]
struct Broken {
    #[trace(since = 2)]
    a: u64,
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    #[trace(since)]
    a: u64,
    #[trace(reserved = true)]
    b: u64,
}

fn main() {}

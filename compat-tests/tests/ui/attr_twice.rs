use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, id = 0x0104)]
struct Broken {
    #[trace(since = 1, since = 1)]
    a: u64,
}

fn main() {}

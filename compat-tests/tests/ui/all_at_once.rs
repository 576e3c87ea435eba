use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 3, version = 2)]
struct Broken {
    #[trace(sinse = 2)]
    a: u64,
    #[trace(unit = 7)]
    b: u64,
}

fn main() {}

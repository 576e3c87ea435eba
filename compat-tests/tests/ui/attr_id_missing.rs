use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace()]
struct Broken {
    a: u64,
}

fn main() {}

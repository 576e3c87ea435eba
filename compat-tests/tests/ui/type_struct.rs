use abi_runtime::prelude::*;

#[derive(IntoBytes, Immutable)]
#[repr(C)]
struct Pair(u32, u32);

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    a: Pair,
}

fn main() {}

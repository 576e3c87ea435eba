use abi_runtime::prelude::*;

type Length = usize;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    a: Length,
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    /// CPU on which it happened.
    cpu: u8,
    /// Thread that left.
    tid: u32,
}

fn main() {}

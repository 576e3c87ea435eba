use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[cfg_attr(all(), repr(packed))]
#[trace(id = 0x0103)]
struct Broken {
    a: u64,
}

fn main() {}

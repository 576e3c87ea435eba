use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    #[trace(unit = "a\"b")]
    a: u64,
    #[trace(clock = "")]
    b: u64,
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    #[trace(unit = "0123456789012345678901234567890123")]
    a: u64,
}

fn main() {}

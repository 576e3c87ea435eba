use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    #[trace(absent = 256)]
    a: u8,
    rest: [u8; 7],
}

fn main() {}

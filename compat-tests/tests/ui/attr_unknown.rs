use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, name = 3)]
struct Broken {
    #[trace(colour)]
    a: u64,
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    #[trace(since = 2)]
    cpu: u32,
}

fn main() {}

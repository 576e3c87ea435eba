use abi_runtime::prelude::*;

#[derive(WireStruct, IntoBytes, Immutable)]
#[repr(C)]
struct Broken {
    handle: u64,
    number: u32,
}

fn main() {}

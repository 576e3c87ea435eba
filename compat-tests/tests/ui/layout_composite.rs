use abi_runtime::prelude::*;

#[derive(WireStruct, IntoBytes, Immutable)]
#[repr(C)]
struct Broken {
    cpu: u8,
    tid: u32,
}

fn main() {}

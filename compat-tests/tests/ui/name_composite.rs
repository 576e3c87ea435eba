use abi_runtime::prelude::*;

#[derive(WireStruct, IntoBytes, Immutable)]
#[repr(C)]
struct Größe {
    a: u64,
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceCode)]
#[repr(u8)]
enum Broken {
    A(u8) = 1,
}

fn main() {}

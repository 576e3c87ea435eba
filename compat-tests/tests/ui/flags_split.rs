use abi_runtime::prelude::*;

#[derive(TraceFlags)]
#[repr(u8)]
enum Broken {
    A = 0b101,
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceFlags)]
#[repr(u8)]
enum Broken {
    A = 0b11,
    B = 0b110,
}

fn main() {}

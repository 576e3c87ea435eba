use abi_runtime::prelude::*;

#[derive(TraceFlags)]
#[repr(u8)]
#[trace(retired(Old = 10))]
enum Broken {
    A = 1,
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceFlags)]
#[repr(u8)]
#[trace(retired(Old = 2, Older = 6))]
enum Broken {
    A = 1,
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceFlags)]
#[repr(i8)]
enum Broken {
    A = 1,
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceCode)]
struct Broken {
    a: u8,
}

fn main() {}

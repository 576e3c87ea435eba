use abi_runtime::prelude::*;

#[derive(TraceCode)]
#[repr(usize)]
enum Broken {
    A = 1,
}

fn main() {}

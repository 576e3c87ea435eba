use abi_runtime::prelude::*;

#[derive(TraceCode)]
enum Broken {
    A = 1,
}

fn main() {}

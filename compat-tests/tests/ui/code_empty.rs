use abi_runtime::prelude::*;

#[derive(TraceCode)]
enum Broken {}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(u64)]
#[trace(id = 0x0103)]
enum Broken {
    A = 1,
}

fn main() {}

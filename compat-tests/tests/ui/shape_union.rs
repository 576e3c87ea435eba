use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
union Broken {
    a: u64,
    b: i64,
}

fn main() {}

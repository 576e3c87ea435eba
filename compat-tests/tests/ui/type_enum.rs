use abi_runtime::prelude::*;

#[derive(Immutable, IntoBytes)]
#[repr(u16)]
enum Reason {
    Blocked = 1,
}

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    a: Reason,
    rest: [u8; 6],
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(Clone, Copy, TraceCode)]
#[trace(retired = 3)]
#[repr(u8)]
enum Ending {
    Returned = 1,
}

fn main() {}

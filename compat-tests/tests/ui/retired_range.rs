use abi_runtime::prelude::*;

#[derive(Clone, Copy, TraceCode)]
#[trace(retired(Dumped = 256, Lost = -1))]
#[repr(u8)]
enum Ending {
    Returned = 1,
}

fn main() {}

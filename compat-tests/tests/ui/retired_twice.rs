use abi_runtime::prelude::*;

#[derive(Clone, Copy, TraceCode)]
#[trace(retired(Dumped = 3, Lost = 3))]
#[repr(u16)]
enum Ending {
    Returned = 1,
}

fn main() {}

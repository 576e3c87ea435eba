use abi_runtime::prelude::*;

#[derive(Clone, Copy, TraceCode)]
#[trace(retired(Dumped = 3))]
#[repr(u16)]
enum Ending {
    Returned = 1,
    Stopped = 1 + 2,
}

fn main() {}

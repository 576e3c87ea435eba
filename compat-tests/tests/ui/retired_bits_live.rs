use abi_runtime::prelude::*;

#[derive(Clone, Copy, TraceFlags)]
#[trace(retired(Wide = 0x6))]
#[repr(u8)]
enum Mode {
    Fast = 0x1,
    Quiet = 0x2,
}

fn main() {}

use abi_runtime::prelude::*;

type Cpu = u16;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    ran_for: u64,
    cpu: Cpu,
}

fn main() {}

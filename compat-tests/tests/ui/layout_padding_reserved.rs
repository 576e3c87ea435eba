use abi_runtime::prelude::*;

type Cpu = u16;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103, version = 2)]
struct Broken {
    cpu: Cpu,
    #[trace(reserved)] _reserved0: [u8; 2],
    ran_for: u64,
    #[trace(since = 2)] name: Name<5>,
}

fn main() {}

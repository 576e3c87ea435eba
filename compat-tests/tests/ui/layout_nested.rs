use abi_runtime::prelude::*;

type Four = [[[[u8; 1]; 1]; 1]; 1];
type Eight = [[[[Four; 1]; 1]; 1]; 1];
type Twelve = [[[[Eight; 1]; 1]; 1]; 1];
type Sixteen = [[[[Twelve; 1]; 1]; 1]; 1];

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Broken {
    deep: Sixteen,
    rest: [u8; 7],
}

fn main() {}

use abi_runtime::prelude::*;

#[derive(TraceFlags)]
#[repr(u8)]
enum Broken {
    A = 1,
    #[cfg(all())]
    B = 2,
}

fn main() {}

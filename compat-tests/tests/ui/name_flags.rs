use abi_runtime::prelude::*;

#[derive(TraceFlags)]
#[repr(u8)]
enum Größe {
    Groß = 1,
}

fn main() {}

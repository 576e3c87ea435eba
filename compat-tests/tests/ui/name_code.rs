use abi_runtime::prelude::*;

#[derive(TraceCode)]
#[repr(u8)]
#[trace(retired(Süd = 2))]
enum Größe {
    Groß = 1,
}

fn main() {}

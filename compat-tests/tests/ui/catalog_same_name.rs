use abi_runtime::prelude::*;

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
struct FooBar {
    value: u64,
}


#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0101)]
#[allow(non_camel_case_types)]
struct Foo_Bar {
    value: u64,
}


abi_runtime::catalog! { static PROC = "proc" { records: [FooBar, Foo_Bar] } }
fn main() {}

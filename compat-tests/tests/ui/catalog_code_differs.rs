use abi_runtime::prelude::*;

mod one {
    #[derive(abi_runtime::TraceCode)]
    #[repr(u32)]
    pub enum Reason { Asked = 1 }
}
mod two {
    #[derive(abi_runtime::TraceCode)]
    #[repr(u32)]
    pub enum Reason { Asked = 2 }
}

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
struct Stop {
    why: Code<one::Reason>,
    and: Code<two::Reason>,
}

abi_runtime::catalog! { static PROC = "proc" { records: [Stop] } }
fn main() {}

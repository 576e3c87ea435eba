use abi_runtime::prelude::*;

mod one {
    use abi_runtime::prelude::*;

    #[derive(WireStruct, IntoBytes, Immutable)]
    #[repr(C)]
    pub struct Place {
        pub x: u64,
    }
}

mod two {
    use abi_runtime::prelude::*;

    #[derive(WireStruct, IntoBytes, Immutable)]
    #[repr(C)]
    pub struct Place {
        pub y: u64,
    }
}

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0104)]
struct Idle {
    from: one::Place,
    to: two::Place,
}

abi_runtime::catalog! { static PROC = "proc" { records: [Idle] } }
fn main() {}

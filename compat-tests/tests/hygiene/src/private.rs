//! Items that nobody outside sees, some of whose fields nobody reads.

use ::abi::prelude::*;

/// Makes the record visible to the outside, as a writer would.
#[must_use]
pub fn payload_size() -> usize {
    let record = Hidden { seen: Inner { part: 1 }, cause: Code::new(Cause::Known) };
    record.as_bytes().len()
}

#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0105, crate = ::abi)]
#[zerocopy(crate = "abi::zerocopy")]
struct Hidden {
    seen: Inner,
    cause: Code<Cause>,
}

#[derive(WireStruct, IntoBytes, Immutable)]
#[repr(C)]
#[trace(crate = ::abi)]
#[zerocopy(crate = "abi::zerocopy")]
struct Inner {
    part: u32,
}

#[derive(TraceCode)]
#[repr(u32)]
#[trace(crate = ::abi)]
enum Cause {
    Known = 1,
}

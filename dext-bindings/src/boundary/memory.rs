//! What a reader may map.

use abi_runtime::prelude::*;

/// What a reader maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TraceCode)]
#[repr(u32)]
pub enum MemoryType {
    /// The region. After HELLO.
    Region = 0,
    /// The reader's own release page. After ATTACH with the wish to drain.
    ReleasePage = 1,
}

/// What a mapping may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u32)]
pub enum Access {
    /// Loads only: the driver says so, and the kernel keeps it.
    ReadOnly = 1,
    /// Loads and stores.
    ReadWrite = 2,
}

/// How a memory is handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct Memory {
    /// Its type.
    pub memory: Code<MemoryType>,
    /// What a reader may do with it.
    pub access: Code<Access>,
}

impl Memory {
    const fn new(memory: MemoryType, access: Access) -> Self {
        Self { memory: Code::from_raw(memory as u32), access: Code::from_raw(access as u32) }
    }
}

/// Every memory.
pub const MEMORIES: &[Memory] = &[
    Memory::new(MemoryType::Region, Access::ReadOnly),
    Memory::new(MemoryType::ReleasePage, Access::ReadWrite),
];

//! Memory of an extension, mapped into this process.

use std::ptr::NonNull;
use std::sync::Arc;

use abi_runtime::memory::{LOADS_READ_ONLY_WORDS, Memory, MemoryMut};

use super::ffi::Connected;
use crate::boundary::{MemoryType, ReturnCode};
use crate::dext::{MapError, Mapped};

const _: () = assert!(
    LOADS_READ_ONLY_WORDS,
    "a region is mapped read-only, and this target does not define 64-bit loads of read-only memory (REG-56)"
);

/// Memory that the kernel mapped for a connection, which it keeps open.
#[derive(Debug)]
pub struct ServiceMapping {
    base: NonNull<u64>,
    bytes: usize,
    memory: MemoryType,
    connection: Arc<Connected>,
}

// SAFETY: the mapping belongs to the process, not to a thread; it is unmapped once, by `drop`.
unsafe impl Send for ServiceMapping {}
// SAFETY: through a shared reference only views are reachable, whose accesses are atomic.
unsafe impl Sync for ServiceMapping {}

impl ServiceMapping {
    pub(super) fn new(connection: &Arc<Connected>, memory: MemoryType) -> Result<Self, MapError> {
        let (address, bytes) = connection.map(memory as u32).map_err(MapError::Refused)?;
        let base = usize::try_from(address).ok().map(std::ptr::with_exposed_provenance_mut);
        match (base.and_then(NonNull::<u64>::new), usize::try_from(bytes)) {
            (Some(base), Ok(bytes)) if base.is_aligned() => {
                Ok(Self { base, bytes, memory, connection: Arc::clone(connection) })
            }
            _ => Err(MapError::Refused(ReturnCode::NO_MEMORY)),
        }
    }
}

impl Mapped for ServiceMapping {
    fn memory(&self) -> Memory<'_> {
        // SAFETY:
        // - aligned (`new` checked) and valid for reads: the kernel reported this length, and the mapping stays
        //   until `self` is dropped, which the result's lifetime excludes. It cannot vanish before: it goes with
        //   the connection, which `self` holds; that its driver dies does not unmap it (ATT-17), and wired
        //   memory of the kernel does not shrink.
        // - stores by others: the extension stores through the C header only, by aligned 64-bit atomic stores. A
        //   hostile one can change a value, not the fact that each load is one instruction: the reader believes
        //   none of them.
        unsafe { Memory::from_raw(self.base, self.bytes / size_of::<u64>()) }
    }

    fn page(&self) -> Option<MemoryMut<'_>> {
        let is_page = self.memory == MemoryType::ReleasePage;
        // SAFETY:
        // - as for `memory`, and valid for writes: a driver hands a release page out to be stored to (ATT-15);
        //   one that does not is found out by a fault of this process at its first store, before which nothing
        //   was believed;
        // - nobody else stores: the page belongs to one reader. Two views of it in this process store single
        //   words atomically; the driver takes what it finds for a hint.
        is_page.then(|| unsafe { MemoryMut::from_raw(self.base, self.bytes / size_of::<u64>()) })
    }
}

impl Drop for ServiceMapping {
    fn drop(&mut self) {
        let address = self.base.as_ptr().expose_provenance() as u64;
        // SAFETY: it is what the kernel mapped for this type, and every view borrows `self`.
        unsafe { self.connection.unmap(self.memory as u32, address) };
    }
}

//! The memory of a region, in the hands of its driver.
//!
//! Spec: `spec/attach.md`, ATT-1 to ATT-4.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use abi_runtime::memory::{Memory, MemoryMut};
use rustix::fs::{
    FallocateFlags, MemfdFlags, Mode, SealFlags, fallocate, fchmod, fcntl_add_seals, ftruncate, memfd_create,
};

use rustix::system::sysinfo;

use super::mapping::Mapping;

/// What a region's file is sealed against (ATT-3).
pub(crate) const SEALS: SealFlags =
    SealFlags::SHRINK.union(SealFlags::GROW).union(SealFlags::FUTURE_WRITE).union(SealFlags::SEAL);

/// Fresh, zeroed memory that only this process can write, and that others can map to read.
#[derive(Debug)]
pub struct RegionMemory {
    file: OwnedFd,
    mapping: Mapping,
}

impl RegionMemory {
    /// Makes `bytes` bytes of memory: created, filled out, mapped, and then sealed, in this order.
    ///
    /// # Errors
    ///
    /// There is less memory than that; or the kernel's reason: too many files, a kernel before 5.1.
    pub fn create(bytes: u64) -> io::Result<Self> {
        let len = usize::try_from(bytes).map_err(|_| io::ErrorKind::OutOfMemory)?;
        let machine = sysinfo();
        // A word of the machine: 32 bits on some.
        #[allow(clippy::useless_conversion, reason = "on 64-bit machines it is")]
        let total = u64::from(machine.totalram).saturating_mul(u64::from(machine.mem_unit));
        if bytes > total {
            // The kernel would hand out what there is, and then kill somebody.
            let why = format!(
                "the region needs {bytes} bytes and this machine has {total}; use fewer or smaller blocks"
            );
            return Err(io::Error::new(io::ErrorKind::OutOfMemory, why));
        }
        let file = memfd_create("testimony-region", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        ftruncate(&file, bytes)?;
        // A sparse file would fault in the write path, and kill the driver when memory is short.
        fallocate(&file, FallocateFlags::empty(), 0, bytes)?;
        let mapping = Mapping::writable(file.as_fd(), len)?;
        fcntl_add_seals(&file, SEALS)?;
        fchmod(&file, Mode::RUSR)?;
        Ok(Self { file, mapping })
    }

    /// Returns the memory to be written. The borrow keeps it the only way to write.
    pub fn memory_mut(&mut self) -> MemoryMut<'_> {
        self.mapping.memory_mut()
    }

    /// Returns the memory to be read.
    pub fn memory(&self) -> Memory<'_> {
        self.mapping.memory()
    }

    /// Returns another descriptor of the memory, for a [`Server`](super::Server) to hand out.
    ///
    /// # Errors
    ///
    /// The process has as many files open as it may.
    pub fn share(&self) -> io::Result<OwnedFd> {
        self.file.try_clone()
    }
}

//! The memory of a region, in the hands of its driver.
//!
//! Spec: `spec/attach.md`, ATT-1 to ATT-4.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use abi_runtime::memory::{Memory, MemoryMut};
use rustix::fs::{Mode, SealFlags, fchmod};
use rustix::system::sysinfo;

use super::mapping::{Mapping, Writable};
use super::memfd::SealedFile;

/// What a region's file is sealed against (ATT-3).
pub(crate) const SEALS: SealFlags =
    SealFlags::SHRINK.union(SealFlags::GROW).union(SealFlags::FUTURE_WRITE).union(SealFlags::SEAL);

/// Fresh, zeroed memory that only this process can write, and that others can map to read.
#[derive(Debug)]
pub struct RegionMemory {
    file: SealedFile,
    mapping: Mapping<Writable>,
}

/// A descriptor of a region's memory, for a [`Server`](super::Server) to hand out. Only
/// [`RegionMemory::share`] makes one: it is sealed (ATT-3), so its size is known and cannot change.
#[derive(Debug)]
pub struct RegionFile(pub(super) SealedFile);

impl AsFd for RegionFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl From<RegionFile> for OwnedFd {
    fn from(file: RegionFile) -> Self {
        file.0.into()
    }
}

impl RegionMemory {
    /// Makes `bytes` bytes of memory: created, filled out, mapped, and then sealed, in this order.
    ///
    /// # Errors
    ///
    /// There is less memory than that; or the kernel's reason: too many files, a kernel before 5.1.
    pub fn create(bytes: u64) -> io::Result<Self> {
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
        let file = SealedFile::create("testimony-region", bytes)?;
        let mapping = Mapping::in_this_process(&file)?;
        // The mapping stays writable; no other one will be.
        file.seal(SEALS)?;
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
    pub fn share(&self) -> io::Result<RegionFile> {
        self.file.try_clone().map(RegionFile)
    }
}

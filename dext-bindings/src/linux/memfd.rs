//! Files whose size cannot change, and which are filled out: the only ones that are mapped.
//!
//! Spec: `spec/attach.md`, ATT-1, ATT-3, ATT-8 and ATT-10.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{
    FallocateFlags, MemfdFlags, SealFlags, fallocate, fcntl_add_seals, fcntl_get_seals, fstat, ftruncate,
    memfd_create,
};
use rustix::io::Errno;

use super::attachment::io_error;
use super::error::{AttachError, MissingSeals};

/// Bytes of a block in `st_blocks`.
const BLOCK: u64 = 512;
/// The seals without which a file may get another size.
const SIZE: SealFlags = SealFlags::SHRINK.union(SealFlags::GROW);

/// A file that is sealed against another size, and that size: no load from its mapping finds bytes missing.
#[derive(Debug)]
pub(crate) struct SealedFile {
    file: OwnedFd,
    bytes: usize,
}

impl SealedFile {
    /// Makes a file of `bytes` bytes, all of them there and zero, and seals its size. `/proc` shows the name.
    pub(crate) fn create(name: &str, bytes: u64) -> io::Result<Self> {
        let len = usize::try_from(bytes).map_err(|_| io::ErrorKind::OutOfMemory)?;
        let file = memfd_create(name, MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        ftruncate(&file, bytes)?;
        // A sparse file would fault in the write path, and kill the driver when memory is short.
        fallocate(&file, FallocateFlags::empty(), 0, bytes)?;
        fcntl_add_seals(&file, SIZE)?;
        Ok(Self { file, bytes: len })
    }

    /// Takes a file that another process handed out, if it has `seals`, those against another size, and memory
    /// for all of its bytes.
    pub(super) fn check(file: OwnedFd, seals: SealFlags) -> Result<Self, AttachError> {
        let has = match fcntl_get_seals(&file) {
            Ok(has) => has,
            Err(Errno::INVAL) => return Err(AttachError::NotSealable),
            Err(error) => return Err(io_error("ask for the seals of what the driver handed out")(error)),
        };
        let missing = seals.union(SIZE).difference(has);
        if !missing.is_empty() {
            return Err(AttachError::Unsealed(MissingSeals(missing)));
        }
        // After the seals: neither the size nor the holes change any more.
        let stat = fstat(&file).map_err(io_error("ask for the size of what the driver handed out"))?;
        let size = u64::try_from(stat.st_size).unwrap_or(0);
        let filled = u64::try_from(stat.st_blocks).unwrap_or(0).saturating_mul(BLOCK);
        if filled < size {
            return Err(AttachError::Sparse { size, filled });
        }
        match usize::try_from(size) {
            Ok(bytes) => Ok(Self { file, bytes }),
            Err(_) => Err(AttachError::Size { said: size, has: usize::MAX as u64 }),
        }
    }

    /// As [`check`](Self::check), and the size has to be the one that was said.
    pub(super) fn check_size(file: OwnedFd, seals: SealFlags, said: u64) -> Result<Self, AttachError> {
        let file = Self::check(file, seals)?;
        let has = file.bytes as u64;
        if said == has && has != 0 { Ok(file) } else { Err(AttachError::Size { said, has }) }
    }

    /// Adds seals.
    pub(crate) fn seal(&self, seals: SealFlags) -> io::Result<()> {
        Ok(fcntl_add_seals(&self.file, seals)?)
    }

    /// Returns another descriptor of the same file.
    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { file: self.file.try_clone()?, bytes: self.bytes })
    }

    /// Returns the bytes of the file.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }
}

impl AsFd for SealedFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl From<SealedFile> for OwnedFd {
    fn from(file: SealedFile) -> Self {
        file.file
    }
}

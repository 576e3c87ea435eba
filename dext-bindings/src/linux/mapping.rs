//! The mapping of a region: the only unsafe code of this crate.

use std::io;
use std::os::fd::BorrowedFd;
use std::ptr::{self, NonNull};

use abi_runtime::memory::{Memory, MemoryMut};
use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap, munmap};

/// A region, mapped into this process until this is dropped.
#[derive(Debug)]
pub(crate) struct Mapping {
    base: NonNull<u64>,
    bytes: usize,
}

// SAFETY: the mapping belongs to the process, not to a thread; it is unmapped once, by `drop`.
unsafe impl Send for Mapping {}
// SAFETY: through a shared reference only `memory` is reachable, whose accesses are atomic.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps `bytes` bytes of `fd` to be read.
    pub(crate) fn readable(fd: BorrowedFd<'_>, bytes: usize) -> io::Result<Self> {
        Self::map(fd, bytes, ProtFlags::READ)
    }

    /// Maps `bytes` bytes of `fd` to be read and written, in this process and in no child of it
    /// (ATT-2).
    pub(crate) fn writable(fd: BorrowedFd<'_>, bytes: usize) -> io::Result<Self> {
        let mapping = Self::map(fd, bytes, ProtFlags::READ | ProtFlags::WRITE)?;
        // SAFETY: the range is exactly the mapping made above, and the advice changes nothing in
        // this process: it keeps the range out of children.
        unsafe { madvise(mapping.base.as_ptr().cast(), bytes, Advice::LinuxDontFork) }?;
        Ok(mapping)
    }

    fn map(fd: BorrowedFd<'_>, bytes: usize, protection: ProtFlags) -> io::Result<Self> {
        // SAFETY: a null address lets the kernel choose, so no mapping of ours is replaced.
        let base = unsafe { mmap(ptr::null_mut(), bytes, protection, MapFlags::SHARED, fd, 0) }?;
        let base = NonNull::new(base.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { base, bytes })
    }

    /// Maps `fd` where this mapping is, in one step: whoever looks there sees the old file or the new one.
    pub(crate) fn replace(&self, fd: BorrowedFd<'_>) -> io::Result<()> {
        let flags = MapFlags::SHARED | MapFlags::FIXED;
        // SAFETY:
        // - the range is exactly this mapping, so nothing else of ours is replaced;
        // - views of it stay valid: at no moment is nothing mapped there, and what they load are single
        //   words of which they believe nothing.
        unsafe { mmap(self.base.as_ptr().cast(), self.bytes, ProtFlags::READ, flags, fd, 0) }?;
        Ok(())
    }

    /// Returns the mapping for drain slots that are kept beside it, and dropped before it.
    pub(crate) fn memory_for_slots(&self) -> Memory<'static> {
        // SAFETY: as for `memory`, save that no borrow ends the view in time: the only caller keeps it in
        // one struct with the mapping, never hands it out for longer than that struct is borrowed, and
        // drops it first. Stores by others come from a reader, who may be hostile: see `memory`.
        unsafe { Memory::from_raw(self.base, self.bytes / size_of::<u64>()) }
    }

    /// Maps `bytes` bytes of `fd` to be read and written: a release page, in its reader.
    pub(crate) fn shared(fd: BorrowedFd<'_>, bytes: usize) -> io::Result<Self> {
        Self::map(fd, bytes, ProtFlags::READ | ProtFlags::WRITE)
    }

    /// Returns what a reader may do with the release page that this mapping is.
    pub(crate) fn page(&self) -> MemoryMut<'_> {
        // SAFETY:
        // - as for `memory`, and valid for writes: `Draining` calls this on a mapping made by `shared`;
        // - nobody else stores: the page belongs to one reader. Two views of it in this process store
        //   single words atomically; the driver takes what it finds for a hint.
        unsafe { MemoryMut::from_raw(self.base, self.bytes / size_of::<u64>()) }
    }

    /// Returns what a reader may do with the mapping.
    pub(crate) fn memory(&self) -> Memory<'_> {
        // SAFETY:
        // - aligned and valid for reads: a mapping begins at a page and lasts until `self` is
        //   dropped, which the result's lifetime excludes;
        // - it cannot shrink: whoever made a `Mapping` checked that the file is sealed against it;
        // - stores by others: the driver's side stores only through `MemoryMut` or through the C
        //   header, both by aligned 64-bit atomic stores. A driver that breaks this is hostile, and
        //   what a hostile driver can change is a value, not the fact that each load is one
        //   instruction: the reader believes none of them.
        unsafe { Memory::from_raw(self.base, self.bytes / size_of::<u64>()) }
    }

    /// Returns what a driver may do with a writable mapping.
    pub(crate) fn memory_mut(&mut self) -> MemoryMut<'_> {
        // SAFETY:
        // - as for `memory`, and valid for writes: `RegionMemory` calls this on a mapping made by
        //   `writable` only;
        // - nobody else stores: the seals forbid other writable mappings, children do not have this
        //   one, and the exclusive borrow forbids a second `MemoryMut`.
        unsafe { MemoryMut::from_raw(self.base, self.bytes / size_of::<u64>()) }
    }

    /// Returns the number of bytes mapped.
    pub(crate) const fn len(&self) -> usize {
        self.bytes
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the range is exactly the mapping that `map` made, and no view of it is left:
        // every `Memory` borrows `self`.
        let unmapped = unsafe { munmap(self.base.as_ptr().cast(), self.bytes) };
        debug_assert!(unmapped.is_ok(), "munmap of a mapping that we made: {unmapped:?}");
    }
}

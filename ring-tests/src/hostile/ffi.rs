//! What a hostile reader does with memory: it maps, asks for more, and stores where it may not.

use std::ffi::c_void;
use std::os::fd::BorrowedFd;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rustix::io::Errno;
use rustix::mm::{Advice, MapFlags, MprotectFlags, ProtFlags, madvise, mmap, mprotect, munmap};

/// What is stored where it may not be.
const GARBAGE: u64 = 0xbad0_bad0_bad0_bad0;
/// Where: within the region header, whose every byte is compared.
const WORD: usize = 9;

/// Maps the file to be written, and stores.
pub(super) fn store_through_new_mapping(
    file: BorrowedFd<'_>,
    bytes: usize,
    flags: MapFlags,
) -> Result<(), Errno> {
    let base = map(file, bytes, ProtFlags::READ | ProtFlags::WRITE, flags)?;
    store(base, bytes);
    unmap(base, bytes)
}

/// Maps the file to be read, makes the mapping writable, and stores.
pub(super) fn store_through_changed_mapping(file: BorrowedFd<'_>, bytes: usize) -> Result<(), Errno> {
    let base = map(file, bytes, ProtFlags::READ, MapFlags::SHARED)?;
    // SAFETY: the range is the mapping made above, and nothing refers to its contents.
    let changed = unsafe { mprotect(base, bytes, MprotectFlags::READ | MprotectFlags::WRITE) };
    if changed.is_ok() {
        store(base, bytes);
    }
    unmap(base, bytes)?;
    changed
}

/// Maps the file to be read, and lets the kernel forget what is in it.
pub(super) fn punch_through_mapping(file: BorrowedFd<'_>, bytes: usize) -> Result<(), Errno> {
    let base = map(file, bytes, ProtFlags::READ, MapFlags::SHARED)?;
    // SAFETY: the range is the mapping made above, and nothing refers to its contents.
    let forgotten = unsafe { madvise(base, bytes, Advice::LinuxRemove) };
    unmap(base, bytes)?;
    forgotten
}

/// Maps the file to be read, and stores all the same. It is not to return: the process dies of it.
///
/// # Errors
///
/// The file cannot be mapped.
pub(super) fn store_through_readable_mapping(file: BorrowedFd<'_>, bytes: usize) -> Result<(), Errno> {
    let base = map(file, bytes, ProtFlags::READ, MapFlags::SHARED)?;
    store(base, bytes);
    unmap(base, bytes)
}

fn map(
    file: BorrowedFd<'_>,
    bytes: usize,
    protection: ProtFlags,
    flags: MapFlags,
) -> Result<*mut c_void, Errno> {
    // SAFETY: a null address lets the kernel choose, so no mapping of ours is replaced.
    unsafe { mmap(ptr::null_mut(), bytes, protection, flags, file, 0) }
}

fn unmap(base: *mut c_void, bytes: usize) -> Result<(), Errno> {
    // SAFETY: the range is a mapping made by `map`, and nothing refers to its contents.
    unsafe { munmap(base, bytes) }
}

/// Stores one word, if the mapping is long enough.
fn store(base: *mut c_void, bytes: usize) {
    if bytes / size_of::<AtomicU64>() <= WORD {
        return;
    }
    // SAFETY: the mapping is longer than that, as was just checked.
    let word = unsafe { base.cast::<AtomicU64>().add(WORD) };
    // SAFETY:
    // - a mapping begins at a page, so its words are aligned, and it lasts until `unmap`;
    // - others reach the same bytes by atomic accesses of 64 bits alone (REG-2), as this one is;
    // - where the mapping may not be stored to, the process dies here, which is what is to be shown.
    unsafe { &*word }.store(GARBAGE, Relaxed);
}

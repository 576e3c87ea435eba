//! Mappings that only a test makes: those that must be refused.

use std::ffi::c_void;
use std::os::fd::BorrowedFd;
use std::ptr;

use rustix::io::Errno;
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap, mprotect, munmap};

/// Tries to map `bytes` bytes with `protection`; returns the kernel's refusal, or unmaps.
pub fn try_map(file: BorrowedFd<'_>, bytes: usize, protection: ProtFlags) -> Result<(), Errno> {
    let base = map(file, bytes, protection)?;
    unmap(base, bytes);
    Ok(())
}

/// Maps to read, and tries to make the mapping writable afterwards.
pub fn try_make_writable(file: BorrowedFd<'_>, bytes: usize) -> Result<(), Errno> {
    let base = map(file, bytes, ProtFlags::READ).expect("reading is allowed");
    // SAFETY: the range is the mapping made above, and nothing refers to its contents.
    let changed = unsafe { mprotect(base, bytes, MprotectFlags::READ | MprotectFlags::WRITE) };
    unmap(base, bytes);
    changed
}

fn map(file: BorrowedFd<'_>, bytes: usize, protection: ProtFlags) -> Result<*mut c_void, Errno> {
    // SAFETY: a null address lets the kernel choose, so no mapping of ours is replaced.
    unsafe { mmap(ptr::null_mut(), bytes, protection, MapFlags::SHARED, file, 0) }
}

fn unmap(base: *mut c_void, bytes: usize) {
    // SAFETY: the range is a mapping made by `map`, and nothing refers to its contents.
    unsafe { munmap(base, bytes) }.expect("unmapping what was mapped");
}

//! The writer in C, and memory that two processes share: the only unsafe code of this crate.

use std::ffi::c_void;
use std::sync::atomic::AtomicU64;
#[cfg(target_os = "linux")]
use std::{io, os::fd::BorrowedFd, ptr};

unsafe extern "C" {
    /// See `c/emit.c`.
    fn measures_emit(base: *mut c_void, size: usize, lane: u32, bytes: u32, count: u64, clock: i32) -> i32;
}

/// Emits `count` records of `bytes` payload bytes (48 or 16) into a lane that only C writes. Returns
/// whether it could be written.
pub fn emit(region: &[AtomicU64], lane: u32, bytes: u32, count: u64, clock: bool) -> bool {
    let base = region.as_ptr().cast_mut().cast::<c_void>();
    // SAFETY:
    // - `base` is aligned and valid for `size` bytes for as long as the call lasts: a slice;
    // - C stores to it by aligned 64-bit atomic stores only, which the slice's type allows through
    //   a shared reference;
    // - one thread calls this, so C's static writers have one user; each lane number is used for one
    //   region only.
    let outcome = unsafe { measures_emit(base, size_of_val(region), lane, bytes, count, i32::from(clock)) };
    outcome == 0
}

/// Maps a sealed file of `words` words, to be stored to and read by whoever has it, until this process ends.
///
/// # Errors
///
/// The file may shrink, or is smaller; or the kernel refuses.
#[cfg(target_os = "linux")]
pub fn share(file: BorrowedFd<'_>, words: usize) -> io::Result<&'static [AtomicU64]> {
    use rustix::fs::{SealFlags, fcntl_get_seals, fstat};
    use rustix::mm::{MapFlags, ProtFlags, mmap};

    let bytes = words * size_of::<u64>();
    let has = usize::try_from(fstat(file)?.st_size).unwrap_or(0);
    if has < bytes || !fcntl_get_seals(file)?.contains(SealFlags::SHRINK) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let protection = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a null address lets the kernel choose, so no mapping of ours is replaced.
    let base = unsafe { mmap(ptr::null_mut(), bytes, protection, MapFlags::SHARED, file, 0) }?;
    // SAFETY:
    // - aligned and valid for reads and writes of `bytes` bytes: a mapping begins at a page, and the file
    //   has as many bytes and is sealed against having fewer;
    // - for as long as the process lives: nothing unmaps it;
    // - whoever stores, in this process or another, does so through what this function returns.
    Ok(unsafe { std::slice::from_raw_parts(base.cast::<AtomicU64>(), words) })
}

//! The writer in C: the only unsafe code of this crate.

use std::ffi::c_void;
use std::sync::atomic::AtomicU64;

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

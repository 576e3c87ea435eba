//! The writer in C.

use std::ffi::{c_int, c_void};
use std::sync::atomic::AtomicU64;

unsafe extern "C" {
    /// See `c/counted.c`.
    fn counted_emit(
        base: *mut c_void,
        size: usize,
        lane: u32,
        words: u32,
        policy: u64,
        fill: u64,
        count: u64,
    ) -> c_int;
}

/// Emits through a new writer in C. Returns how many records were refused, or less than 0 if the lane cannot
/// be written.
pub(super) fn emit(region: &[AtomicU64], words: u32, policy: u64, fill: u64, count: u64) -> i32 {
    let base = region.as_ptr().cast_mut().cast::<c_void>();
    // SAFETY:
    // - `base` is aligned and valid for its size for as long as the call lasts: a slice;
    // - C stores to it by aligned 64-bit atomic stores only, which the slice's type allows through a shared
    //   reference;
    // - the writer lives within the call.
    unsafe { counted_emit(base, size_of_val(region), 0, words, policy, fill, count) }
}

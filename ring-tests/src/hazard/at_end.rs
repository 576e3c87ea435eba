//! Threads that go on until they are told to stop, and are told so by a failure too.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Sets a flag when it is dropped: at the end of a proof, however it ends.
#[derive(Debug)]
pub struct AtEnd<'f>(pub &'f AtomicBool);

impl Drop for AtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

//! What needs the kernel and cannot be checked by the compiler: memory that processes share, and a child
//! that is a copy of its parent.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::ptr::{self, NonNull};
use std::sync::atomic::AtomicU64;

use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

/// The words of a file, mapped into this process until this is dropped.
#[derive(Debug)]
pub(super) struct SharedWords {
    base: NonNull<AtomicU64>,
    words: usize,
}

// SAFETY: the mapping belongs to the process, not to a thread; it is unmapped once, by `drop`.
unsafe impl Send for SharedWords {}
// SAFETY: what is reachable through a shared reference are atomics.
unsafe impl Sync for SharedWords {}

impl SharedWords {
    /// Maps all of `file`, to be read or to be read and written.
    ///
    /// The file is one that only processes of the same proof have, and none of them shrinks it.
    ///
    /// # Errors
    ///
    /// The kernel's reason.
    pub(super) fn map(file: &File, writable: bool) -> io::Result<Self> {
        let words = usize::try_from(file.metadata()?.len()).map_err(|_| io::ErrorKind::OutOfMemory)? / 8;
        let protection = if writable { ProtFlags::READ | ProtFlags::WRITE } else { ProtFlags::READ };
        // SAFETY: a null address lets the kernel choose, so no mapping of ours is replaced.
        let base = unsafe { mmap(ptr::null_mut(), words * 8, protection, MapFlags::SHARED, file, 0) }?;
        let base = NonNull::new(base.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { base, words })
    }
}

impl Deref for SharedWords {
    type Target = [AtomicU64];

    fn deref(&self) -> &[AtomicU64] {
        // SAFETY:
        // - aligned, live and of this length: a mapping begins at a page, is `words * 8` bytes long and
        //   lasts until `self` is dropped, which the result's lifetime excludes; nobody shrinks the file;
        // - no data race: every process of these proofs touches the words through atomics only;
        // - read-only mappings: they are handed to `Memory::from_words`, which makes relaxed loads of a
        //   word only, and those are defined there.
        unsafe { std::slice::from_raw_parts(self.base.as_ptr(), self.words) }
    }
}

impl Drop for SharedWords {
    fn drop(&mut self) {
        // SAFETY: the range is the mapping that `map` made, and no reference to it is left.
        let unmapped = unsafe { munmap(self.base.as_ptr().cast(), self.words * 8) };
        debug_assert!(unmapped.is_ok(), "munmap of a mapping that we made: {unmapped:?}");
    }
}

/// Does `act` in a child that is a copy of this process, and returns how the child ended: by itself with
/// status 0, if `act` came back.
///
/// # Panics
///
/// If this process has more than one thread, or the kernel has no room for another process.
pub(super) fn in_a_copy(act: impl FnOnce()) -> WaitStatus {
    let threads = std::fs::read_dir("/proc/self/task").expect("the threads of this process").count();
    assert_eq!(threads, 1, "a copy of a process with several threads is not whole");
    // SAFETY: this process has one thread, so no lock is held by a thread that the child will not have.
    match unsafe { fork() }.expect("room for another process") {
        ForkResult::Parent { child } => waitpid(child, None).expect("the child is ours"),
        ForkResult::Child => {
            act();
            // SAFETY: ends the child at once, without running what its parent registered for its own end.
            unsafe { nix::libc::_exit(0) }
        }
    }
}

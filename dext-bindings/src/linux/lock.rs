//! Files that a process locks, so that other processes learn that it lives.
//!
//! Spec: `spec/attach.md`, ATT-23.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{FileType, FlockOperation, Mode, OFlags, fcntl_lock, fstat, openat};
use rustix::io::Errno;
use rustix::path::Arg;
use rustix::process::{Pid, getpid};

use super::inode::Inode;
use super::seat::look;

/// Files that this process has locked. The kernel frees a process's lock of a file when the process closes any
/// descriptor of that file, so such a file is not opened again.
static LOCKED: Mutex<Vec<(Pid, Inode)>> = Mutex::new(Vec::new());

/// An exclusive lock of a file, held by a process.
///
/// It is a record lock (`F_SETLK`): the kernel frees it when the process ends, however it ends, and a child
/// that the process forked does not have it. A lock of an open file (`flock`, `F_OFD_SETLK`) would be held by
/// such a child for as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    /// Open until the drop.
    file: Option<OwnedFd>,
    inode: Inode,
    owner: Pid,
}

/// What came of locking a file.
#[derive(Debug)]
pub(super) enum Locking {
    Locked(Lock),
    /// This process, or another one, holds the lock.
    Held,
}

impl Lock {
    /// Opens a file that only its owner may open, and locks it. `flags` are added to those that this needs.
    pub(super) fn take(folder: impl AsFd, name: impl Arg + Copy, flags: OFlags) -> Result<Locking, Errno> {
        let mut locked = locked();
        if let Ok(there) = look(&folder, name)
            && locked.contains(&(getpid(), Inode::of(&there)))
        {
            return Ok(Locking::Held);
        }
        let flags = flags | OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let file = openat(&folder, name, flags, Mode::RUSR | Mode::WUSR)?;
        let opened = fstat(&file)?;
        if FileType::from_raw_mode(opened.st_mode) != FileType::RegularFile {
            return Err(Errno::INVAL);
        }
        match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::AGAIN | Errno::ACCESS) => return Ok(Locking::Held),
            Err(error) => return Err(error),
        }
        let lock = Self { file: Some(file), inode: Inode::of(&opened), owner: getpid() };
        locked.push((lock.owner, lock.inode));
        Ok(Locking::Locked(lock))
    }

    /// Returns the file.
    pub(super) fn file(&self) -> Result<BorrowedFd<'_>, Errno> {
        self.file.as_ref().map(AsFd::as_fd).ok_or(Errno::BADF)
    }

    /// Returns whether this process took the lock, and not one that forked this process.
    pub(super) fn is_own(&self) -> bool {
        self.owner == getpid()
    }

    /// Returns whether `name` in `folder` is the file that is locked.
    pub(super) fn is_at(&self, folder: impl AsFd, name: impl Arg) -> bool {
        look(folder, name).is_ok_and(|there| Inode::of(&there) == self.inode)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let mut locked = locked();
        if self.is_own() {
            locked.retain(|&lock| lock != (self.owner, self.inode));
        }
        // Closed before another thread of this process may open the file anew.
        drop(self.file.take());
    }
}

fn locked() -> MutexGuard<'static, Vec<(Pid, Inode)>> {
    LOCKED.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The lock of a driver's socket: which process serves there.
//!
//! Spec: `spec/attach.md`, ATT-23.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{
    AtFlags, FileType, FlockOperation, Mode, OFlags, fcntl_lock, fstat, ftruncate, openat, statat, unlinkat,
};
use rustix::io::{Errno, pread, pwrite};
use rustix::process::{Pid, getpid};

use super::error::ServeError;
use super::inode::Inode;
use super::seat::Seat;

/// Locks that this process holds. The kernel lets go of a process's lock when the process closes any
/// descriptor of the file, so a file of which a lock is held is not opened again.
static HELD: Mutex<Vec<(Pid, Inode)>> = Mutex::new(Vec::new());

/// How often a lock's file may vanish, between being opened and being locked, before that is an error. It
/// vanishes when the driver that held the lock ends.
const ATTEMPTS: usize = 100;

/// The longest identity of a socket.
const LONGEST: usize = 128;

/// The exclusive lock of a socket's path, held by a process.
///
/// It is a record lock (`F_SETLK`): the kernel frees it when the process ends, however it ends, and a child
/// that the process forked does not have it. A lock of an open file (`flock`, `F_OFD_SETLK`) would be held by
/// such a child for as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: OwnedFd,
    inode: Inode,
    owner: Pid,
}

impl Lock {
    /// Takes the lock.
    pub(super) fn take(seat: &Seat) -> Result<Self, ServeError> {
        let io = seat.io("lock it for this driver");
        let name = seat.beside("lock");
        let mut held = held();
        for _ in 0..ATTEMPTS {
            let there = match statat(seat.folder(), &name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(there) => Some(there),
                Err(Errno::NOENT) => None,
                Err(error) => return Err(io(error)),
            };
            if there.is_some_and(|there| held.contains(&(getpid(), Inode::of(&there)))) {
                return Err(ServeError::InUse(seat.path.clone()));
            }
            // A file that exists is opened without CREATE, which Linux refuses in folders such as /tmp
            // if the file has another owner.
            let create = if there.is_some() { OFlags::empty() } else { OFlags::CREATE | OFlags::EXCL };
            let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | create;
            let file = match openat(seat.folder(), &name, flags, Mode::RUSR | Mode::WUSR) {
                Ok(file) => file,
                Err(Errno::NOENT | Errno::EXIST) => continue,
                Err(error) => return Err(io(error)),
            };
            let opened = fstat(&file).map_err(&io)?;
            if FileType::from_raw_mode(opened.st_mode) != FileType::RegularFile {
                return Err(io(Errno::INVAL));
            }
            match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(Errno::AGAIN | Errno::ACCESS) => return Err(ServeError::InUse(seat.path.clone())),
                Err(error) => return Err(io(error)),
            }
            // The driver before may have removed the file since it was opened: that one locks nothing.
            let inode = Inode::of(&opened);
            match statat(seat.folder(), &name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(there) if Inode::of(&there) == inode => {}
                Ok(_) | Err(Errno::NOENT) => continue,
                Err(error) => return Err(io(error)),
            }
            held.push((getpid(), inode));
            return Ok(Self { file, inode, owner: getpid() });
        }
        Err(io(Errno::AGAIN))
    }

    /// Returns whether this process took the lock, and not one that forked this process.
    pub(super) fn is_own(&self) -> bool {
        self.owner == getpid()
    }

    /// Returns whether the driver that held the lock last made the socket with this identity. It does not
    /// serve any more then.
    pub(super) fn names(&self, identity: &str) -> bool {
        let mut text = [0; LONGEST];
        pread(&self.file, &mut text, 0).is_ok_and(|len| text.get(..len) == Some(identity.as_bytes()))
    }

    /// Notes which socket is served under the lock.
    pub(super) fn name(&self, identity: &str) -> Result<(), Errno> {
        ftruncate(&self.file, 0)?;
        pwrite(self.file.as_fd(), identity.as_bytes(), 0)?;
        Ok(())
    }

    /// Removes the lock's file, and lets go of the lock.
    pub(super) fn release(self, seat: &Seat) {
        let mut held = held();
        if !self.is_own() {
            return;
        }
        held.retain(|&lock| lock != (self.owner, self.inode));
        let name = seat.beside("lock");
        let is_there = statat(seat.folder(), &name, AtFlags::SYMLINK_NOFOLLOW)
            .is_ok_and(|there| Inode::of(&there) == self.inode);
        if is_there {
            // A file that stays is locked by the next driver.
            let _ = unlinkat(seat.folder(), &name, AtFlags::empty());
        }
        // The file is closed before another thread of this process may open it anew.
        drop(self.file);
    }
}

fn held() -> MutexGuard<'static, Vec<(Pid, Inode)>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

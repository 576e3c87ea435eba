//! The file that says whether the driver of a socket lives.
//!
//! Spec: `spec/attach.md`, ATT-23.

use rustix::fs::{AtFlags, OFlags, renameat, unlinkat};
use rustix::io::{Errno, pread, pwrite};

use super::lock::{Lock, Locking};
use super::seat::{Seat, Workroom};

/// The longest identity of a socket.
const LONGEST: usize = 128;

/// The name of the file while it is made.
pub(super) const NEW_LIFE: &str = "driver";

/// A path's life file: `.NAME.driver`, beside the socket `NAME`. It names a socket, and its lock is held for as
/// long as that socket's driver serves.
#[derive(Debug)]
pub(super) struct Life(Lock);

impl Life {
    /// Makes the file for the socket with this identity, in the place of the one before. The caller holds the
    /// path's lock.
    pub(super) fn begin(seat: &Seat, room: &Workroom<'_>, identity: &str) -> Result<Self, Errno> {
        let Locking::Locked(lock) = Lock::take(room.folder(), NEW_LIFE, OFlags::CREATE | OFlags::EXCL)?
        else {
            return Err(Errno::AGAIN);
        };
        pwrite(lock.file()?, identity.as_bytes(), 0)?;
        renameat(room.folder(), NEW_LIFE, seat.folder(), seat.beside("driver"))?;
        Ok(Self(lock))
    }

    /// Returns whether the driver of the socket with this identity is known to have ended: the file names that
    /// socket, and nobody holds its lock.
    pub(super) fn has_ended(seat: &Seat, identity: &str) -> bool {
        match Lock::take(seat.folder(), &seat.beside("driver"), OFlags::empty()) {
            Ok(Locking::Locked(lock)) => names(&lock, identity),
            // Who holds it may have had its socket renamed, so the socket at the path has to be asked.
            Ok(Locking::Held) | Err(_) => false,
        }
    }

    /// Removes the file, if it still has its name.
    pub(super) fn end(self, seat: &Seat) {
        let name = seat.beside("driver");
        if self.0.is_at(seat.folder(), &name) {
            // A file that stays is replaced by the next driver.
            let _ = unlinkat(seat.folder(), &name, AtFlags::empty());
        }
    }
}

fn names(lock: &Lock, identity: &str) -> bool {
    let mut text = [0; LONGEST];
    let read = lock.file().and_then(|file| pread(file, &mut text, 0));
    read.is_ok_and(|len| text.get(..len) == Some(identity.as_bytes()))
}

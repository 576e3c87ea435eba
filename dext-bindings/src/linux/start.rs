//! The turn of a driver that starts, or ends, at a path.
//!
//! Spec: `spec/attach.md`, ATT-23.

use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, OFlags, unlinkat};
use rustix::io::Errno;

use super::error::ServeError;
use super::lock::{Lock, Locking};
use super::seat::{Seat, look};

/// How long to wait before trying again to lock a file that another driver has locked. A start takes less.
const PAUSE: Duration = Duration::from_micros(200);

/// A path's lock: the file `.NAME.lock` beside the socket `NAME`, locked. Dropping this removes the file.
#[derive(Debug)]
pub(super) struct Start<'s> {
    seat: &'s Seat,
    lock: Lock,
}

impl<'s> Start<'s> {
    /// Waits for the turn, at most for `patience`.
    pub(super) fn begin(seat: &'s Seat, patience: Duration) -> Result<Self, ServeError> {
        let name = seat.beside("lock");
        let deadline = Instant::now() + patience;
        loop {
            // A file that exists is opened without CREATE, which Linux refuses in folders such as /tmp if the
            // file has another owner.
            let is_there = look(seat.folder(), &name).is_ok();
            let create = if is_there { OFlags::empty() } else { OFlags::CREATE | OFlags::EXCL };
            match Lock::take(seat.folder(), &name, create) {
                // The one before may have removed the file since it was opened: that one locks nothing.
                Ok(Locking::Locked(lock)) if lock.is_at(seat.folder(), &name) => {
                    return Ok(Self { seat, lock });
                }
                Ok(Locking::Held) => thread::sleep(PAUSE),
                Ok(Locking::Locked(_)) | Err(Errno::NOENT | Errno::EXIST) => {}
                Err(error) => return Err(seat.io("lock it for this driver")(error)),
            }
            if Instant::now() >= deadline {
                return Err(seat.io("lock it, while another driver starts or ends there")(Errno::TIMEDOUT));
            }
        }
    }
}

impl Drop for Start<'_> {
    fn drop(&mut self) {
        let name = self.seat.beside("lock");
        if self.lock.is_at(self.seat.folder(), &name) {
            // A file that stays is locked by the next driver.
            let _ = unlinkat(self.seat.folder(), &name, AtFlags::empty());
        }
    }
}

//! A doorbell, in the hands of its reader.
//!
//! Spec: `spec/attach.md`, ATT-12.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Instant;

use rustix::event::epoll::{CreateFlags, Event, EventData, EventFlags, add, create, wait};
use rustix::fs::readlink;
use rustix::io::Errno;

use super::connection::{Connection, timespec};

/// What an eventfd is called in `/proc`.
const EVENTFD: &[u8] = b"anon_inode:[eventfd]";

const BELL: u64 = 0;
const END: u64 = 1;

/// The reader's end of a doorbell, and what else wakes its sleep.
///
/// The bell is never read, so no read of it can block: it is watched for changes (`EPOLLET`), of which each
/// ring is one, and a bell that is always ready changes once.
#[derive(Debug)]
pub(super) struct Bell {
    watch: OwnedFd,
    /// Watched for as long as it is open.
    _bell: OwnedFd,
}

/// What woke a sleeper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wake {
    Bell,
    /// The connection has something to say, or the driver's process has ended.
    End,
    Nothing,
}

impl Bell {
    /// Takes what a driver handed out as a doorbell. Returns `None` if it is no eventfd.
    pub(super) fn take(bell: OwnedFd, connection: &Connection) -> io::Result<Option<Self>> {
        let name = readlink(format!("/proc/self/fd/{}", bell.as_raw_fd()), Vec::new())?;
        if name.as_bytes() != EVENTFD {
            return Ok(None);
        }
        let watch = create(CreateFlags::CLOEXEC)?;
        add(&watch, &bell, EventData::new_u64(BELL), EventFlags::IN | EventFlags::ET)?;
        for end in connection.ends() {
            add(&watch, end, EventData::new_u64(END), EventFlags::IN)?;
        }
        Ok(Some(Self { watch, _bell: bell }))
    }

    /// Waits for a ring or for the end of the session, until `deadline` or, at most, for an hour. A signal ends
    /// the wait too.
    pub(super) fn wait(&self, deadline: Option<Instant>) -> io::Result<Wake> {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let left = timespec(left.unwrap_or(std::time::Duration::MAX));
        let mut events = [Event { flags: EventFlags::empty(), data: EventData::new_u64(0) }; 3];
        let found = match wait(&self.watch, &mut events, Some(&left)) {
            Ok(found) => found,
            Err(Errno::INTR) => 0,
            Err(error) => return Err(error.into()),
        };
        let woken = events.get(..found).unwrap_or_default();
        let by = |what| woken.iter().any(|event| event.data.u64() == what);
        Ok(if by(BELL) {
            Wake::Bell
        } else if by(END) {
            Wake::End
        } else {
            Wake::Nothing
        })
    }
}

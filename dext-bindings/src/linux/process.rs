//! The process at the other end of a connection.
//!
//! The end of a connection does not show the end of a process: a child that the process forked keeps the
//! connection open.
//!
//! Spec: `spec/attach.md`, ATT-24.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::ffi::{peer_credentials, peer_pidfd};

/// The process that listened, or that connected, at the other end.
#[derive(Debug)]
pub(super) enum Peer {
    /// A pidfd: it becomes readable when the process has ended.
    Process(OwnedFd),
    /// It has ended.
    Ended,
    /// The kernel does not show it: a kernel before 5.3, or, before 6.5, a process of another PID namespace.
    Unknown,
}

impl Peer {
    /// Learns the process at the other end of `socket`.
    ///
    /// By `SO_PEERPIDFD` (Linux 6.5), or by the number in `SO_PEERCRED` and `pidfd_open` (5.3). The number may
    /// belong to another process by then, if the peer has ended: a reader asks before it says hello, and only
    /// the process that it asked about answers.
    pub(super) fn of(socket: impl AsFd) -> Self {
        match peer_pidfd(socket.as_fd()) {
            Ok(pidfd) => return Self::Process(pidfd),
            Err(Errno::SRCH | Errno::INVAL) => return Self::Ended,
            // The kernel does not know the option, or there are no more descriptors.
            Err(_) => {}
        }
        // Of a process that this one cannot see the kernel says the number 0.
        let number = peer_credentials(socket.as_fd()).ok().and_then(|peer| i32::try_from(peer.process).ok());
        let Some(number) = number.and_then(Pid::from_raw) else { return Self::Unknown };
        match pidfd_open(number, PidfdFlags::empty()) {
            Ok(pidfd) => Self::Process(pidfd),
            Err(Errno::SRCH) => Self::Ended,
            Err(_) => Self::Unknown,
        }
    }

    /// Returns whether the process is known to have ended.
    pub(super) fn has_ended(&self) -> bool {
        match self {
            Self::Ended => true,
            Self::Unknown => false,
            Self::Process(pidfd) => {
                let mut fds = [PollFd::new(pidfd, PollFlags::IN)];
                let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
                matches!(retry_on_intr(|| poll(&mut fds, Some(&at_once))), Ok(1))
            }
        }
    }

    /// Returns the descriptor to wait for, if there is one.
    pub(super) fn pidfd(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Process(pidfd) => Some(pidfd.as_fd()),
            Self::Ended | Self::Unknown => None,
        }
    }
}

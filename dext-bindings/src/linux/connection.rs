//! A reader's connection to a driver.
//!
//! No call here waits without a deadline.
//!
//! Spec: `spec/attach.md`, ATT-7 and ATT-24.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, retry_on_intr};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags, SocketType, connect, recv, send,
    socket_with,
};

use super::packet::{Packet, receive};
use super::process::Peer;
use crate::attached::Ended;

/// A connection, and the process that listened at its other end.
#[derive(Debug)]
pub(super) struct Connection {
    socket: OwnedFd,
    peer: Peer,
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum ConnectError {
    /// The kernel refused something.
    Io(&'static str, Errno),
    /// Nobody listens there.
    NobodyThere(Errno),
    /// The queue of those who wait to be accepted stays full.
    Busy,
}

/// What came of waiting for a packet.
#[derive(Debug)]
pub(super) enum Heard {
    Packet(Packet),
    /// The other end has closed the connection.
    Closed,
    /// The process at the other end has ended, and has said nothing before.
    ProcessEnded,
    /// The deadline has passed.
    Late,
}

/// Makes a socket of the kind that drivers and readers speak over: packets, in order.
pub(super) fn new_socket(flags: SocketFlags) -> Result<OwnedFd, Errno> {
    socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)
}

impl Connection {
    /// Connects, and learns who listens there.
    pub(super) fn open(path: &Path, deadline: Instant) -> Result<Self, ConnectError> {
        let io = |action| move |error| ConnectError::Io(action, error);
        let socket = new_socket(SocketFlags::CLOEXEC).map_err(io("make a socket"))?;
        let address = SocketAddrUnix::new(path).map_err(io("use the path as a socket's address"))?;
        loop {
            // The kernel queues those who wait for a place; one that asks now and then would be overtaken.
            let left = deadline.saturating_duration_since(Instant::now());
            // No time at all would mean: without end.
            set_socket_timeout(&socket, Timeout::Send, Some(left.max(Duration::from_millis(1))))
                .map_err(io("bound the time to connect"))?;
            match connect(&socket, &address) {
                Ok(()) => break,
                Err(Errno::AGAIN | Errno::INTR) if left.is_zero() => return Err(ConnectError::Busy),
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(error) => return Err(ConnectError::NobodyThere(error)),
            }
        }
        let peer = Peer::of(&socket);
        Ok(Self { socket, peer })
    }

    /// Sends a packet, if there is room for it at the other end.
    pub(super) fn send(&self, packet: &[u8]) -> Result<(), Errno> {
        let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
        retry_on_intr(|| send(&self.socket, packet, flags)).map(drop)
    }

    /// Sends a packet, and waits until there is room for it.
    pub(super) fn send_by(&self, packet: &[u8], deadline: Instant) -> Result<(), Errno> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.send(packet) {
                Err(Errno::AGAIN) if !left.is_zero() => {}
                sent => return sent,
            }
            let mut fds = [PollFd::new(&self.socket, PollFlags::OUT)];
            match poll(&mut fds, Some(&timespec(left))) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits for a packet of at most `longest` bytes; a longer one is cut off.
    pub(super) fn receive(&self, longest: usize, deadline: Instant) -> Result<Heard, Errno> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let socket = std::iter::once(PollFd::new(&self.socket, PollFlags::IN));
            let pidfd = self.peer.pidfd().map(|pidfd| PollFd::from_borrowed_fd(pidfd, PollFlags::IN));
            let mut fds: Vec<PollFd<'_>> = socket.chain(pidfd).collect();
            match poll(&mut fds, Some(&timespec(left))) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
            let process_ended = matches!(self.peer, Peer::Ended)
                || fds.get(1).is_some_and(|pidfd| !pidfd.revents().is_empty());
            // What the process said before it ended is still to be heard.
            match receive(&self.socket, longest) {
                Ok(packet) if packet.bytes.is_empty() => return Ok(Heard::Closed),
                Ok(packet) => return Ok(Heard::Packet(packet)),
                // It was closed with the hello unread.
                Err(Errno::CONNRESET) => return Ok(Heard::Closed),
                Err(Errno::AGAIN | Errno::INTR) if process_ended => return Ok(Heard::ProcessEnded),
                Err(Errno::AGAIN | Errno::INTR) if left.is_zero() => return Ok(Heard::Late),
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns how the session has ended, if it has. After the welcome a driver says nothing.
    pub(super) fn ended(&self) -> Option<Ended> {
        if self.peer.has_ended() {
            return Some(Ended::Process);
        }
        let mut byte = [0];
        match retry_on_intr(|| recv(&self.socket, &mut byte[..], RecvFlags::DONTWAIT | RecvFlags::PEEK)) {
            Err(Errno::AGAIN) => None,
            Ok((0, _)) | Err(_) => Some(Ended::Connection),
            Ok(_) => Some(Ended::Protocol),
        }
    }

    /// Returns the descriptors that become readable when the session ends.
    pub(super) fn ends(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        std::iter::once(self.socket.as_fd()).chain(self.peer.pidfd())
    }
}

/// Returns a time to wait, of an hour at most: whoever waits looks at its deadline again afterwards.
pub(super) fn timespec(time: Duration) -> Timespec {
    const LONGEST: Duration = Duration::from_hours(1);
    let time = time.min(LONGEST);
    Timespec::try_from(time).unwrap_or(Timespec { tv_sec: 0, tv_nsec: 0 })
}

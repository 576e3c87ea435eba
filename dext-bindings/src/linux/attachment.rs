//! A region as a reader gets it: nothing is believed before it has been checked.
//!
//! Spec: `spec/attach.md`, ATT-7 to ATT-9, ATT-11 and ATT-12.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::attach::{CheckedHeader, RegionView};
use abi_runtime::layout::RegionState;
use abi_runtime::prelude::*;
use rustix::io::Errno;

use super::bell::Wake;
use super::connection::{ConnectError, Connection, Heard};
use super::error::AttachError;
use super::granting::{Draining, Granting};
use super::mapping::{Mapping, ReadOnly};
use super::memfd::SealedFile;
use super::memory::SEALS;
use super::packet::Packet;
use crate::attached::{Attached, Ended, Place, Wish, Woken};
use crate::message::{Answer, Granted, Hello, Request, Verdict};

/// How long a driver may take to answer: it does so from its own loop.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to wait before connecting again to a driver that closed the connection without an answer.
const DISMISSED_PAUSE: Duration = Duration::from_millis(5);

/// How long a sleeper that was rung for nothing waits before it asks again: who rings for nothing does not
/// keep a reader busy.
const FALSE_RING_PAUSE: Duration = Duration::from_millis(1);

/// A region, mapped read-only and checked; and the connection that tells whether its driver lives.
#[derive(Debug)]
pub struct Attachment {
    connection: Connection,
    mapping: Mapping<ReadOnly>,
    checked: CheckedHeader,
    extras: Granting,
}

/// Attaches to the driver that serves at `path`.
///
/// # Errors
///
/// Names what does not hold: nobody is there, the driver refuses, what it hands out is not sealed
/// memory of the stated size, or holds no well-formed region. Nothing is mapped then, and no word
/// behind the region header has been looked at.
pub fn attach(path: &Path) -> Result<Attachment, AttachError> {
    attach_with(path, Wish::default())
}

/// As [`attach`], and asks for more than the region.
///
/// # Errors
///
/// As for `attach`; or the driver does not grant what was asked for.
pub fn attach_with(path: &Path, wish: Wish) -> Result<Attachment, AttachError> {
    let deadline = Instant::now() + PATIENCE;
    let (connection, Received { answer, granted, files }) = ask(path, wish, deadline)?;
    let mut files = files.into_iter();
    let file = match answer.verdict.known() {
        Ok(Verdict::Welcome) => files.next().ok_or(AttachError::NoDescriptor)?,
        Ok(Verdict::NoReleasePage) => return Err(AttachError::NoReleasePage),
        Ok(Verdict::NotAllowed) => return Err(AttachError::NotAllowed),
        Ok(Verdict::Full) => return Err(AttachError::Full),
        Ok(Verdict::AbiMajor) => {
            return Err(AttachError::AbiMajor { driver: (answer.abi_major, answer.abi_minor) });
        }
        Ok(Verdict::NotAHello) => return Err(AttachError::NotAHello),
        Err(_) => return Err(AttachError::Refused(answer.verdict.raw())),
    };
    let file = SealedFile::check_size(file, SEALS, answer.total_size)?;
    let mapping = Mapping::of(&file).map_err(io_error("map the region"))?;
    let checked = RegionView::attach(mapping.memory()).map_err(AttachError::Region)?.checked();
    if let Some(what) = difference(&checked, &answer) {
        return Err(AttachError::OtherRegion { what });
    }
    let extras = Granting::take(wish, granted, files, &checked, &connection)?;
    Ok(Attachment { connection, mapping, checked, extras })
}

/// Returns what the region has otherwise than the driver said (ATT-8); `None` if it is the one.
fn difference(checked: &CheckedHeader, answer: &Answer) -> Option<&'static str> {
    let header = checked.header();
    let differs = [
        ("id", header.region_id != answer.region_id),
        ("generation", header.generation != answer.generation),
        ("fingerprint", header.fingerprint != answer.fingerprint),
        ("major number", header.abi_major != answer.abi_major),
        ("minor number", header.abi_minor != answer.abi_minor),
    ];
    differs.into_iter().find_map(|(what, differs)| differs.then_some(what))
}

pub(super) fn io_error<E: Into<io::Error>>(action: &'static str) -> impl Fn(E) -> AttachError {
    move |error| AttachError::Io { action, source: error.into() }
}

/// What came of a hello.
struct Received {
    answer: Answer,
    granted: Option<Granted>,
    files: Vec<OwnedFd>,
}

/// Says hello until it is answered. A driver closes connections of which it has not heard a hello when too
/// many others come (ATT-7): this one may have been among them.
fn ask(path: &Path, wish: Wish, deadline: Instant) -> Result<(Connection, Received), AttachError> {
    let hello = Hello::wishing(wish.drain, wish.doorbell);
    let mut dismissed = 0;
    // The time may be over while the last of several connections waits to be accepted.
    let late = |dismissed| match dismissed {
        0 => AttachError::Silent,
        times => AttachError::Dismissed { times },
    };
    loop {
        let connection = match Connection::open(path, deadline) {
            Ok(connection) => connection,
            Err(ConnectError::Io(action, error)) => return Err(io_error(action)(error)),
            Err(ConnectError::Busy) => return Err(late(dismissed)),
            // It was there a moment ago.
            Err(ConnectError::NobodyThere(_)) if dismissed > 0 => return Err(AttachError::Ended),
            Err(ConnectError::NobodyThere(error)) => {
                return Err(AttachError::NobodyThere { path: path.to_owned(), source: error.into() });
            }
        };
        match connection.send(hello.as_bytes()) {
            // A driver that refuses at once may have closed already; its answer is still to be read.
            Ok(()) | Err(Errno::PIPE | Errno::CONNRESET) => {}
            Err(error) => return Err(io_error("say hello to the driver")(error)),
        }
        // One byte more than an answer has, so that a longer packet is seen to be longer.
        let longest = size_of::<Answer>() + size_of::<Granted>() + 1;
        match connection.receive(longest, deadline).map_err(io_error("hear the driver's answer"))? {
            Heard::Packet(Packet { bytes, files }) => {
                return Ok((connection, parse(&bytes, files)?));
            }
            Heard::ProcessEnded => return Err(AttachError::Ended),
            Heard::Late => return Err(late(dismissed)),
            Heard::Closed => {
                dismissed += 1;
                if Instant::now() >= deadline {
                    return Err(late(dismissed));
                }
                thread::sleep(DISMISSED_PAUSE);
            }
        }
    }
}

fn parse(packet: &[u8], files: Vec<OwnedFd>) -> Result<Received, AttachError> {
    let bytes = packet.len();
    let (first, rest) = packet.split_at(bytes.min(size_of::<Answer>()));
    let answer = Answer::parse(first).ok_or(AttachError::NotOurs { bytes })?;
    let granted = match rest.len() {
        0 => None,
        len if len == size_of::<Granted>() => Some(Granted::read_wire(rest)),
        _ => return Err(AttachError::NotOurs { bytes }),
    };
    Ok(Received { answer, granted, files })
}

impl Attachment {
    /// Returns the region. Its lanes may be read for as long as the attachment lives, its driver
    /// dead or not.
    pub fn region(&self) -> RegionView<'_> {
        self.checked.of(self.mapping.memory())
    }

    /// Returns whether the driver still serves: false once it has died or stopped.
    pub fn driver_is_alive(&self) -> bool {
        self.ended().is_none()
    }

    /// Returns how the session has ended; `None` while the driver serves.
    pub fn ended(&self) -> Option<Ended> {
        self.connection.ended()
    }

    /// Returns what this reader drains with, if it asked for it.
    pub const fn draining(&self) -> Option<&Draining> {
        self.extras.draining.as_ref()
    }

    /// Lets the driver's lanes wait for this reader, whose first positions stand in its release page
    /// (ATT-11).
    ///
    /// # Errors
    ///
    /// The driver is gone.
    pub fn serve(&self) -> io::Result<()> {
        Ok(self.request(Request::serve())?)
    }

    /// Sleeps until `amount` bytes more than `read` have been published, a lane or the region was closed,
    /// the driver is gone, or `timeout` has passed: whichever comes first. `read` is the sum of the
    /// positions of all lanes that this reader reads, by wrapping addition. Returns why it woke.
    ///
    /// # Errors
    ///
    /// The reader has no doorbell, or the kernel refuses to poll.
    pub fn sleep(&self, read: u64, amount: u64, timeout: Duration) -> io::Result<Woken> {
        let Some(bell) = &self.extras.doorbell else {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "no doorbell was asked for (ATT-12)"));
        };
        // A time that no clock reaches is no deadline.
        let deadline = Instant::now().checked_add(timeout);
        let is_over = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        let region = self.region();
        let closed_lanes = region.closed_lanes();
        let has_come = || {
            region.published().wrapping_sub(read) >= amount
                || region.state() != Ok(RegionState::Live)
                || region.closed_lanes() != closed_lanes
        };
        if self.ended().is_some() {
            return Ok(Woken::DriverGone);
        }
        if has_come() {
            return Ok(Woken::Rung);
        }
        let ask = || match self.request(Request::sleep(read, amount)) {
            // A driver that has not heard so many requests has not ended; it may be stopped.
            Ok(()) | Err(Errno::AGAIN) => Ok(()),
            Err(error) => Err(error),
        };
        if ask().is_err() {
            return Ok(Woken::DriverGone);
        }
        loop {
            let wake = bell.wait(deadline)?;
            if wake == Wake::Bell && has_come() {
                return Ok(Woken::Rung);
            }
            if wake == Wake::End && self.ended().is_some() {
                return Ok(Woken::DriverGone);
            }
            if is_over() {
                return Ok(Woken::TimedOut);
            }
            if wake == Wake::Bell {
                // It was rung for an earlier sleep, which had ended by itself; or for nothing.
                thread::sleep(FALSE_RING_PAUSE);
                if ask().is_err() {
                    return Ok(Woken::DriverGone);
                }
            }
        }
    }

    fn request(&self, request: Request) -> Result<(), Errno> {
        self.connection.send(request.as_bytes())
    }

    /// Returns the bytes that are mapped.
    pub const fn mapped_bytes(&self) -> usize {
        self.mapping.len()
    }
}

impl Attached for Attachment {
    fn region(&self) -> RegionView<'_> {
        Self::region(self)
    }

    fn driver_is_alive(&self) -> bool {
        Self::driver_is_alive(self)
    }

    fn ended(&self) -> Option<Ended> {
        Self::ended(self)
    }

    fn place(&self) -> Option<Place<'_>> {
        let draining = self.draining()?;
        Some(Place { page: draining.page(), slot: draining.slot, ticket: draining.ticket })
    }

    fn serve(&self) -> io::Result<()> {
        Self::serve(self)
    }

    fn sleep(&self, read: u64, amount: u64, timeout: Duration) -> io::Result<Woken> {
        Self::sleep(self, read, amount, timeout)
    }
}

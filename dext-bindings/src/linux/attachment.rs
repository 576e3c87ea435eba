//! A region as a reader gets it: nothing is believed before it has been checked.
//!
//! Spec: `spec/attach.md`, ATT-7 to ATT-9, ATT-11 and ATT-12.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::attach::{CheckedHeader, RegionView};
use abi_runtime::layout::RegionState;
use abi_runtime::prelude::*;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{fcntl_get_seals, fstat};
use rustix::io::{Errno, retry_on_intr};
use rustix::net::{RecvFlags, SendFlags, SocketAddrUnix, SocketFlags, connect, recv, send};

use super::error::{AttachError, MissingSeals};
use super::granting::{Draining, Granting};
use super::mapping::Mapping;
use super::memory::SEALS;
use super::packet::receive;
use super::server::new_socket;
use crate::attached::{Attached, Place, Wish, Woken};
use crate::message::{Answer, Granted, Hello, Request, Verdict};

/// How long a driver may take to answer: it does so from its own loop.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to wait before knocking again at a driver whose queue is full.
const QUEUE_PAUSE: Duration = Duration::from_millis(5);

/// A region, mapped read-only and checked; and the connection that tells whether its driver lives.
#[derive(Debug)]
pub struct Attachment {
    socket: OwnedFd,
    mapping: Mapping,
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
    let socket = say_hello(path, wish, deadline)?;
    let Received { answer, granted, files } = receive_answer(&socket, deadline)?;
    let mut files = files.into_iter();
    let file = match answer.verdict.known() {
        Ok(Verdict::Welcome) => files.next().ok_or(AttachError::NoDescriptor)?,
        Ok(Verdict::NoReleasePage) => return Err(AttachError::NoReleasePage),
        Ok(Verdict::NotAllowed) => return Err(AttachError::NotAllowed),
        Ok(Verdict::Full) => return Err(AttachError::Full),
        Ok(Verdict::AbiMajor) => {
            return Err(AttachError::AbiMajor { driver: (answer.abi_major, answer.abi_minor) });
        }
        Ok(Verdict::NotAHello) | Err(_) => return Err(AttachError::Refused(answer.verdict.raw())),
    };
    let len = check_file(&file, answer.total_size)?;
    let mapping = Mapping::readable(file.as_fd(), len).map_err(io_error("map the region"))?;
    let checked = RegionView::attach(mapping.memory()).map_err(AttachError::Region)?.checked();
    if checked.header().region_id != answer.region_id {
        return Err(AttachError::OtherRegion);
    }
    let extras = Granting::take(wish, granted, files, checked.header().lane_count)?;
    Ok(Attachment { socket, mapping, checked, extras })
}

pub(super) fn io_error<E: Into<io::Error>>(action: &'static str) -> impl Fn(E) -> AttachError {
    move |error| AttachError::Io { action, source: error.into() }
}

fn say_hello(path: &Path, wish: Wish, deadline: Instant) -> Result<OwnedFd, AttachError> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = new_socket(flags).map_err(io_error("make a socket"))?;
    let address = SocketAddrUnix::new(path).map_err(io_error("use the path as a socket's address"))?;
    loop {
        match connect(&socket, &address) {
            Ok(()) => break,
            // So many wait to be accepted that the driver's queue is full.
            Err(Errno::AGAIN | Errno::INTR) if Instant::now() < deadline => thread::sleep(QUEUE_PAUSE),
            Err(Errno::AGAIN | Errno::INTR) => return Err(AttachError::Silent),
            Err(error) => {
                return Err(AttachError::NobodyThere { path: path.to_owned(), source: error.into() });
            }
        }
    }
    let hello = Hello::wishing(wish.drain, wish.doorbell);
    match retry_on_intr(|| send(&socket, hello.as_bytes(), SendFlags::NOSIGNAL)) {
        // A driver that refuses at once may have closed already; its answer is still to be read.
        Ok(_) | Err(Errno::PIPE | Errno::CONNRESET) => Ok(socket),
        Err(error) => Err(io_error("say hello to the driver")(error)),
    }
}

/// What came of a hello.
struct Received {
    answer: Answer,
    granted: Option<Granted>,
    files: Vec<OwnedFd>,
}

fn receive_answer(socket: &OwnedFd, deadline: Instant) -> Result<Received, AttachError> {
    let mut fds = [PollFd::new(socket, PollFlags::IN)];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).map_err(|_| AttachError::Silent)?;
        match poll(&mut fds, Some(&left)) {
            Ok(0) => return Err(AttachError::Silent),
            Ok(_) => break,
            Err(Errno::INTR) => {}
            Err(error) => return Err(io_error("wait for the driver")(error)),
        }
    }
    // One byte more than an answer has, so that a longer packet is seen to be longer.
    let mut packet = [0; size_of::<Answer>() + size_of::<Granted>() + 1];
    let (bytes, files) = receive(socket, &mut packet).map_err(io_error("hear the driver's answer"))?;
    let packet = packet.get(..bytes).unwrap_or_default();
    let (first, rest) = packet.split_at(bytes.min(size_of::<Answer>()));
    let answer = Answer::parse(first).ok_or(AttachError::NotOurs { bytes })?;
    let granted = match rest.len() {
        0 => None,
        len if len == size_of::<Granted>() => Some(Granted::read_wire(rest)),
        _ => return Err(AttachError::NotOurs { bytes }),
    };
    Ok(Received { answer, granted, files })
}

/// ATT-8: the file is sealed and has the size that was said.
fn check_file(file: &OwnedFd, said: u64) -> Result<usize, AttachError> {
    let seals = match fcntl_get_seals(file) {
        Ok(seals) => seals,
        Err(Errno::INVAL) => return Err(AttachError::NotSealable),
        Err(error) => return Err(io_error("ask for the region's seals")(error)),
    };
    let missing = SEALS.difference(seals);
    if !missing.is_empty() {
        return Err(AttachError::Unsealed(MissingSeals(missing)));
    }
    let has = fstat(file).map_err(io_error("ask for the region's size"))?.st_size;
    let has = u64::try_from(has).unwrap_or(0);
    match usize::try_from(said) {
        Ok(len) if said == has && len != 0 => Ok(len),
        _ => Err(AttachError::Size { said, has }),
    }
}

impl Attachment {
    /// Returns the region. Its lanes may be read for as long as the attachment lives, its driver
    /// dead or not.
    pub fn region(&self) -> RegionView<'_> {
        self.checked.of(self.mapping.memory())
    }

    /// Returns whether the driver still serves: false once it has died or stopped.
    pub fn driver_is_alive(&self) -> bool {
        let mut byte = [0];
        match retry_on_intr(|| recv(&self.socket, &mut byte[..], RecvFlags::DONTWAIT | RecvFlags::PEEK)) {
            Ok((0, _)) => false,
            Ok(_) | Err(Errno::AGAIN) => true,
            Err(_) => false,
        }
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
        self.request(Request::serve())
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
        let deadline = Instant::now() + timeout;
        let region = self.region();
        let closed_lanes = region.closed_lanes();
        if self.request(Request::sleep(read, amount)).is_err() {
            return Ok(Woken::DriverGone);
        }
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).map_err(|_| io::ErrorKind::InvalidInput)?;
            let mut fds = [PollFd::new(bell, PollFlags::IN), PollFd::new(&self.socket, PollFlags::IN)];
            match poll(&mut fds, Some(&left)) {
                Ok(0) => return Ok(Woken::TimedOut),
                Ok(_) if !fds[0].revents().is_empty() => {
                    let mut count = [0; 8];
                    let _ = retry_on_intr(|| rustix::io::read(bell, &mut count));
                    let enough = region.published().wrapping_sub(read) >= amount;
                    let ended = region.state() != Ok(RegionState::Live);
                    if enough || ended || region.closed_lanes() != closed_lanes {
                        return Ok(Woken::Rung);
                    }
                    // It was rung for an earlier sleep, which had ended by itself.
                }
                Ok(_) => return Ok(Woken::DriverGone),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn request(&self, request: Request) -> io::Result<()> {
        retry_on_intr(|| send(&self.socket, request.as_bytes(), SendFlags::NOSIGNAL))?;
        Ok(())
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

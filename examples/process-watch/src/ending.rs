//! How the driver learns that it is to end.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use rustix::event::{PollFd, PollFlags};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

/// SIGTERM, SIGINT and, if asked for, the end of standard input.
#[derive(Debug)]
pub struct Ending {
    signals: UnixStream,
    stdin: Option<io::Stdin>,
}

impl Ending {
    /// Takes the signals over from their default, which would end the process at once.
    ///
    /// # Errors
    ///
    /// The system refused.
    pub fn new(until_stdin_closes: bool) -> io::Result<Self> {
        let (signals, raised) = UnixStream::pair()?;
        pipe::register(SIGTERM, raised.try_clone()?)?;
        pipe::register(SIGINT, raised)?;
        Ok(Self { signals, stdin: until_stdin_closes.then(io::stdin) })
    }

    /// Returns what to wait for: if any of it is readable, the driver is to end.
    ///
    /// Nothing is expected on standard input: a line there ends the driver too.
    pub fn polled(&self) -> impl Iterator<Item = PollFd<'_>> {
        let stdin = self.stdin.as_ref().map(AsFd::as_fd);
        let fds = [Some(self.signals.as_fd()), stdin];
        fds.into_iter().flatten().map(|fd: BorrowedFd<'_>| PollFd::from_borrowed_fd(fd, PollFlags::IN))
    }
}

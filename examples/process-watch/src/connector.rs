//! The kernel's process connector, as a source.
//!
//! A netlink socket on which the kernel sends one datagram per event. It asks for privileges on
//! most kernels, and answers only in the machine's first namespaces.

use std::fmt;
use std::fs;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use abi_runtime::Name;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::netlink::{self, SocketAddrNetlink};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, recvfrom, send, socket_with, sockopt,
};

use crate::message::{Event, Request, messages};
use crate::numbering::Numbering;
use crate::observation::Observation;
use crate::origin::{LossSign, SourceKind, SourceLoss};

/// The multicast group of the process connector, as a bit: `CN_IDX_PROC` is 1.
const GROUP: u32 = 1;

/// Bytes of the largest datagram that is believed; an event takes 76.
const DATAGRAM: usize = 4096;

/// How long the kernel has to answer that it listens. It answers at once, or never.
const ANSWER: Duration = Duration::from_millis(500);

/// How many datagrams are taken before the caller has its turn.
const TURN: usize = 512;

/// Bytes of the socket's receive buffer, unless the caller says otherwise.
pub const RECEIVE_BUFFER: usize = 4 << 20;

/// A socket that the process connector sends to.
#[derive(Debug)]
pub struct Connector {
    socket: OwnedFd,
    numbering: Numbering,
    buffer: Vec<u8>,
}

/// The process connector is not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectorError {
    /// The kernel refused a step.
    Refused {
        /// What was tried.
        step: &'static str,
        /// What the kernel said.
        errno: Errno,
    },
    /// The kernel accepted the request and never answered.
    NoAnswer,
}

impl fmt::Display for ConnectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { step, errno } => {
                write!(f, "the kernel refused to {step} ({errno}); the process connector asks for CAP_NET_ADMIN: run as root")
            }
            Self::NoAnswer => f.write_str(
                "the process connector did not answer; it does so only in the machine's first pid and user namespaces: run outside of the container",
            ),
        }
    }
}

impl std::error::Error for ConnectorError {}

impl Connector {
    /// Begins to listen, with a receive buffer of about `receive_buffer` bytes.
    ///
    /// More than `net.core.rmem_max` is asked for by force, and if that is refused the kernel
    /// gives what it allows.
    ///
    /// # Errors
    ///
    /// The kernel refused, or did not answer: see [`ConnectorError`].
    pub fn open(receive_buffer: usize) -> Result<Self, ConnectorError> {
        let refused = |step| move |errno| ConnectorError::Refused { step, errno };
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let kind = SocketType::DGRAM;
        let socket = socket_with(AddressFamily::NETLINK, kind, flags, Some(netlink::CONNECTOR))
            .map_err(refused("open a connector socket"))?;
        sockopt::set_socket_recv_buffer_size_force(&socket, receive_buffer)
            .or_else(|_| sockopt::set_socket_recv_buffer_size(&socket, receive_buffer))
            .map_err(refused("set the receive buffer's size"))?;
        bind(&socket, &SocketAddrNetlink::new(0, GROUP))
            .map_err(refused("join the process connector's group"))?;
        let token = token();
        send(&socket, &Request::Listen.datagram(token), SendFlags::empty())
            .map_err(refused("listen to the process connector"))?;
        let mut connector = Self { socket, numbering: Numbering::default(), buffer: vec![0; DATAGRAM] };
        connector.await_answer(token)?;
        Ok(connector)
    }

    /// Waits for the kernel to say that it listens. Events that come first are those of before.
    fn await_answer(&mut self, token: u32) -> Result<(), ConnectorError> {
        let refused = |errno| ConnectorError::Refused { step: "answer on the process connector", errno };
        let deadline = Instant::now() + ANSWER;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = Timespec { tv_sec: 0, tv_nsec: i64::from(left.subsec_nanos()) };
            let mut polled = [PollFd::new(&self.socket, PollFlags::IN)];
            match poll(&mut polled, Some(&left)) {
                Ok(0) => return Err(ConnectorError::NoAnswer),
                Ok(_) | Err(Errno::INTR) => {}
                Err(errno) => return Err(refused(errno)),
            }
            let length = match self.receive() {
                Ok(length) => length,
                Err(Errno::AGAIN | Errno::NOBUFS | Errno::INTR) => continue,
                Err(errno) => return Err(refused(errno)),
            };
            for message in messages(self.buffer.get(..length).unwrap_or_default()).flatten() {
                match message.event {
                    Event::Acknowledged { token: whose, error: 0 } if whose == token => return Ok(()),
                    Event::Acknowledged { token: whose, error } if whose == token => {
                        let error = error.cast_signed().wrapping_abs();
                        return Err(refused(Errno::from_raw_os_error(error)));
                    }
                    _ => {}
                }
            }
        }
    }

    /// Takes one datagram of the kernel's. Those of anybody else are thrown away.
    fn receive(&mut self) -> Result<usize, Errno> {
        loop {
            let (_, length, sender) = recvfrom(&self.socket, self.buffer.as_mut_slice(), RecvFlags::TRUNC)?;
            let sender = sender.and_then(|sender| SocketAddrNetlink::try_from(sender).ok());
            if sender.is_some_and(|sender| sender.pid() == 0) {
                return Ok(length);
            }
        }
    }

    /// Hands over what the kernel has sent, up to a bounded number of datagrams, and returns
    /// whether there may be more.
    ///
    /// # Errors
    ///
    /// The socket does not work any more. A full receive buffer is no error: it is observed.
    pub fn take(&mut self, mut hand_over: impl FnMut(Observation)) -> Result<bool, Errno> {
        let lost = |sign| Observation::Loss(SourceLoss::unknown(SourceKind::Connector, sign));
        for _ in 0..TURN {
            let length = match self.receive() {
                Ok(length) => length,
                Err(Errno::AGAIN) => return Ok(false),
                Err(Errno::INTR) => continue,
                Err(Errno::NOBUFS) => {
                    hand_over(lost(LossSign::NoBuffers));
                    continue;
                }
                Err(errno) => return Err(errno),
            };
            // A datagram larger than the buffer was cut: its last message then ends too early.
            for message in messages(self.buffer.get(..length.min(DATAGRAM)).unwrap_or_default()) {
                let Ok(message) = message else {
                    hand_over(lost(LossSign::Malformed));
                    continue;
                };
                if let Some(count) = self.numbering.hole_before(message.cpu, message.number) {
                    hand_over(Observation::Loss(SourceLoss::numbered(message.cpu, count)));
                }
                let mut observation = message.into();
                if let Observation::Exec(exec) = &mut observation {
                    exec.name = program_name(exec.pid);
                }
                hand_over(observation);
            }
        }
        Ok(true)
    }
}

/// Returns the name that the kernel keeps of what a process runs; empty if it has ended already.
fn program_name(pid: u32) -> Name<16> {
    let name = fs::read(format!("/proc/{pid}/comm")).unwrap_or_default();
    Name::new(name.strip_suffix(b"\n").unwrap_or(&name))
}

/// A number that another listener on this machine hardly has at the same moment.
fn token() -> u32 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    process::id().rotate_left(16) ^ now.subsec_nanos()
}

impl AsFd for Connector {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Drop for Connector {
    fn drop(&mut self) {
        // The kernel stops numbering for nobody; if it does not hear this, closing is enough.
        let _ = send(&self.socket, &Request::Ignore.datagram(0), SendFlags::DONTWAIT);
    }
}

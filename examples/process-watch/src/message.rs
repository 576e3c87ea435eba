//! What the process connector sends, as bytes: netlink header, connector header, event.
//!
//! Every length is checked against the bytes that came: a datagram that is cut at any byte gives
//! an error or fewer messages, never a wrong one. Numbers are of the machine's byte order.

use std::fmt;

/// Bytes of `struct nlmsghdr`.
const NETLINK_HEADER: usize = 16;
/// Bytes of `struct cn_msg` without its data.
const CONNECTOR_HEADER: usize = 20;
/// `CN_IDX_PROC` and `CN_VAL_PROC`: the process connector's name among connectors.
const PROC_CONNECTOR: (u32, u32) = (1, 1);
/// `NLMSG_NOOP` and `NLMSG_DONE`: the netlink types of a message that is nothing, and of an event.
const NOOP: u16 = 1;
const DONE: u16 = 3;

/// `PROC_CN_MCAST_LISTEN` and `PROC_CN_MCAST_IGNORE`: what can be asked of the connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// Send events from now on.
    Listen = 1,
    /// Send no more.
    Ignore = 2,
}

impl Request {
    /// Returns the datagram that asks for it. The answer goes to every listener on the machine and
    /// repeats `token`, by which who asked knows its own.
    #[must_use]
    pub fn datagram(self, token: u32) -> Vec<u8> {
        let operation = (self as u32).to_ne_bytes();
        let length = NETLINK_HEADER + CONNECTOR_HEADER + operation.len();
        let mut bytes = Vec::with_capacity(length);
        // The length is 40: it fits.
        bytes.extend_from_slice(&u32::try_from(length).unwrap_or(0).to_ne_bytes());
        bytes.extend_from_slice(&DONE.to_ne_bytes());
        // Flags, sequence and sender of the netlink header: the kernel fills in the sender.
        bytes.extend_from_slice(&[0; 10]);
        bytes.extend_from_slice(&PROC_CONNECTOR.0.to_ne_bytes());
        bytes.extend_from_slice(&PROC_CONNECTOR.1.to_ne_bytes());
        // Sequence, then acknowledgement, to which the kernel adds 1.
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&token.to_ne_bytes());
        bytes.extend_from_slice(&4_u16.to_ne_bytes());
        bytes.extend_from_slice(&[0; 2]);
        bytes.extend_from_slice(&operation);
        bytes
    }
}

/// One message of the process connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Number of the event among those of its CPU.
    pub number: u32,
    /// CPU on which the kernel made the event; meaningless for an acknowledgement.
    pub cpu: u32,
    /// When: nanoseconds of `CLOCK_MONOTONIC`.
    pub at: u64,
    /// What happened.
    pub event: Event,
}

/// What a message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of `struct proc_event`, under its names")]
pub enum Event {
    /// The answer to somebody's [`Request`]: its token, and 0 or an error number.
    Acknowledged { token: u32, error: u32 },
    /// A thread was made.
    Fork { parent_pid: u32, parent_tgid: u32, child_pid: u32, child_tgid: u32 },
    /// A process runs another program.
    Exec { pid: u32, tgid: u32 },
    /// A thread gave itself another name.
    Renamed { pid: u32, tgid: u32, name: [u8; 16] },
    /// A thread ended.
    Exit { pid: u32, tgid: u32, exit_code: u32, exit_signal: u32, parent_pid: u32, parent_tgid: u32 },
    /// A process became the leader of a session.
    SessionStarted { pid: u32, tgid: u32 },
    /// Something else.
    Other { what: u32 },
}

/// A datagram that is not what the kernel sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// A part ends behind the datagram, or behind the part that holds it.
    Short {
        /// Which part.
        part: &'static str,
        /// Offset of the part in the datagram.
        offset: usize,
        /// Bytes that the part needs.
        need: usize,
        /// Bytes that there are.
        have: usize,
    },
    /// A netlink message is of a kind that carries no event.
    Kind {
        /// Offset of the message in the datagram.
        offset: usize,
        /// Its `nlmsg_type`.
        kind: u16,
    },
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { part, offset, need, have } => {
                write!(f, "a connector datagram's {part} at byte {offset} needs {need} bytes and has {have}")
            }
            Self::Kind { offset, kind } => {
                write!(
                    f,
                    "a connector datagram's message at byte {offset} is of netlink type {kind}, not {DONE}"
                )
            }
        }
    }
}

impl std::error::Error for Malformed {}

/// Returns the process connector's messages in `datagram`. After an error there are no more.
pub fn messages(datagram: &[u8]) -> Messages<'_> {
    Messages { datagram, offset: 0 }
}

/// The messages of one datagram.
#[derive(Clone, Debug)]
pub struct Messages<'d> {
    datagram: &'d [u8],
    offset: usize,
}

impl Messages<'_> {
    fn part(&self, part: &'static str, offset: usize, need: usize) -> Result<Part<'_>, Malformed> {
        let rest = self.datagram.get(offset..).unwrap_or_default();
        let bytes = rest.get(..need).ok_or(Malformed::Short { part, offset, need, have: rest.len() })?;
        Ok(Part(bytes))
    }

    /// Reads the message at the offset, and moves behind it. `None` is one that is not for us.
    fn take(&mut self) -> Result<Option<Message>, Malformed> {
        let start = self.offset;
        let header = self.part("netlink header", start, NETLINK_HEADER)?;
        let (length, kind) = (header.u32(0) as usize, header.u16(4));
        // A length that is less than its header's would never move us on.
        self.part("netlink message", start, length.max(NETLINK_HEADER))?;
        self.offset = start.saturating_add(length.max(NETLINK_HEADER).next_multiple_of(4));
        if kind != DONE {
            return if kind == NOOP { Ok(None) } else { Err(Malformed::Kind { offset: start, kind }) };
        }
        let connector = self.part("connector header", start + NETLINK_HEADER, CONNECTOR_HEADER)?;
        if (connector.u32(0), connector.u32(4)) != PROC_CONNECTOR {
            return Ok(None);
        }
        let (number, token) = (connector.u32(8), connector.u32(12).wrapping_sub(1));
        let size = usize::from(connector.u16(16));
        let at = start + NETLINK_HEADER + CONNECTOR_HEADER;
        let stated = length.saturating_sub(NETLINK_HEADER + CONNECTOR_HEADER);
        if size > stated {
            let part = "connector data";
            return Err(Malformed::Short { part, offset: at, need: size, have: stated });
        }
        let data = self.part("connector data", at, size)?;
        event_message(number, token, data, at).map(Some)
    }
}

impl Iterator for Messages<'_> {
    type Item = Result<Message, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.offset < self.datagram.len() {
            match self.take() {
                Ok(Some(message)) => return Some(Ok(message)),
                Ok(None) => {}
                Err(malformed) => {
                    self.offset = self.datagram.len();
                    return Some(Err(malformed));
                }
            }
        }
        None
    }
}

/// `struct proc_event`: what, CPU, time, and then what the kind of event has.
fn event_message(number: u32, token: u32, data: Part<'_>, offset: usize) -> Result<Message, Malformed> {
    const EVENT_HEADER: usize = 16;
    let need = |part, need| {
        let short = Malformed::Short { part, offset, need, have: data.0.len() };
        if data.0.len() < need { Err(short) } else { Ok(()) }
    };
    need("event header", EVENT_HEADER)?;
    let (what, cpu, at) = (data.u32(0), data.u32(4), data.u64(8));
    let event = match what {
        0 => {
            need("acknowledgement", EVENT_HEADER + 4)?;
            Event::Acknowledged { token, error: data.u32(16) }
        }
        0x0000_0001 => {
            need("fork event", EVENT_HEADER + 16)?;
            Event::Fork {
                parent_pid: data.u32(16),
                parent_tgid: data.u32(20),
                child_pid: data.u32(24),
                child_tgid: data.u32(28),
            }
        }
        0x0000_0002 => {
            need("exec event", EVENT_HEADER + 8)?;
            Event::Exec { pid: data.u32(16), tgid: data.u32(20) }
        }
        0x0000_0080 => {
            need("session event", EVENT_HEADER + 8)?;
            Event::SessionStarted { pid: data.u32(16), tgid: data.u32(20) }
        }
        0x0000_0200 => {
            need("name event", EVENT_HEADER + 24)?;
            Event::Renamed { pid: data.u32(16), tgid: data.u32(20), name: data.bytes(24) }
        }
        0x8000_0000 => {
            need("exit event", EVENT_HEADER + 24)?;
            Event::Exit {
                pid: data.u32(16),
                tgid: data.u32(20),
                exit_code: data.u32(24),
                exit_signal: data.u32(28),
                parent_pid: data.u32(32),
                parent_tgid: data.u32(36),
            }
        }
        what => Event::Other { what },
    };
    Ok(Message { number, cpu, at, event })
}

/// Bytes whose length was checked; what lies outside reads as 0.
#[derive(Clone, Copy, Debug)]
struct Part<'d>(&'d [u8]);

impl Part<'_> {
    fn bytes<const N: usize>(self, at: usize) -> [u8; N] {
        self.0.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or([0; N])
    }

    fn u16(self, at: usize) -> u16 {
        u16::from_ne_bytes(self.bytes(at))
    }

    fn u32(self, at: usize) -> u32 {
        u32::from_ne_bytes(self.bytes(at))
    }

    fn u64(self, at: usize) -> u64 {
        u64::from_ne_bytes(self.bytes(at))
    }
}

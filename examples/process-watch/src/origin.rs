//! What the driver says of its source: records 0x0110 and 0x0111.

use abi_runtime::prelude::*;

/// The driver began to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0110, class = "vital")]
pub struct SourceStarted {
    /// What it listens to.
    pub source: Code<SourceKind>,
    /// Whether the process connector was tried and could not be had.
    pub fallback: Code<Fallback>,
    #[trace(reserved)]
    _reserved: [u8; 4],
}

impl SourceStarted {
    /// States the source, and why it is not the connector if it is not.
    #[must_use]
    pub fn new(source: SourceKind, fallback: Fallback) -> Self {
        Self { source: source.into(), fallback: fallback.into(), _reserved: [0; 4] }
    }
}

/// Something was lost before the driver could see it.
///
/// It is no gap of a lane: no attempt was made to record what nobody saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0111, class = "vital")]
pub struct SourceLoss {
    /// How many events; most sources do not say.
    #[trace(kind = "delta", absent = 0xffff_ffff_ffff_ffff)]
    pub count: u64,
    /// CPU whose events were lost, where the source says so.
    #[trace(kind = "identity", absent = 0xffff_ffff)]
    pub cpu: u32,
    /// What lost them.
    pub source: Code<SourceKind>,
    /// How it became known.
    pub sign: Code<LossSign>,
}

impl SourceLoss {
    /// `count` of an unknown number of events.
    pub const UNKNOWN_COUNT: u64 = u64::MAX;
    /// `cpu` of events that no CPU is named for.
    pub const UNKNOWN_CPU: u32 = u32::MAX;

    /// An unknown number of events was lost.
    #[must_use]
    pub fn unknown(source: SourceKind, sign: LossSign) -> Self {
        Self { count: Self::UNKNOWN_COUNT, cpu: Self::UNKNOWN_CPU, source: source.into(), sign: sign.into() }
    }

    /// The kernel's numbers of one CPU's events have a hole.
    #[must_use]
    pub fn numbered(cpu: u32, count: u32) -> Self {
        Self {
            count: u64::from(count),
            cpu,
            source: SourceKind::Connector.into(),
            sign: LossSign::Numbering.into(),
        }
    }
}

/// What the driver listens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u16)]
pub enum SourceKind {
    /// The kernel's process connector.
    Connector = 1,
    /// A directory tree, through inotify.
    Tree = 2,
}

impl SourceKind {
    /// Returns the source's name: that of its lane too.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connector => "connector",
            Self::Tree => "tree",
        }
    }
}

/// Why the driver does not listen to the process connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u16)]
pub enum Fallback {
    /// It does.
    None = 1,
    /// Whoever started the driver chose the directory tree.
    Chosen = 2,
    /// The kernel refused.
    Refused = 3,
    /// The kernel did not answer: the driver is not in its first namespaces.
    NoAnswer = 4,
}

/// How a loss at the source became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u16)]
pub enum LossSign {
    /// The socket's receive buffer was full (`ENOBUFS`).
    NoBuffers = 1,
    /// The inotify queue was full (`IN_Q_OVERFLOW`).
    QueueOverflow = 2,
    /// The kernel numbers the events of each CPU, and some numbers never came. This tells how
    /// many; what another sign told of before may be the same events.
    Numbering = 3,
    /// A message of the kernel did not have the form that it must have.
    Malformed = 4,
}

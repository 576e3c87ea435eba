//! What carries a reader's calls.

use std::fmt;
use std::io;
use std::time::Duration;

use abi_runtime::memory::{Memory, MemoryMut};

use crate::boundary::{Bell, DoorbellIn, MemoryType, ReturnCode, Selector};

/// A connection to a service, open until the last mapping made over it is gone too (ATT-17).
pub trait Connection {
    /// Memory of the driver. It keeps the connection open: a mapping vanishes with its connection.
    type Mapping: Mapped;

    /// Calls a method, and fills `output`.
    ///
    /// # Errors
    ///
    /// What the driver or the kernel said. A driver that gave fewer scalars than asked for, or more, has said
    /// [`BAD_ARGUMENT`](ReturnCode::BAD_ARGUMENT).
    fn call(&self, selector: Selector, input: &[u64], output: &mut [u64]) -> Result<(), ReturnCode>;

    /// Calls a method that answers with a structure, and returns how many bytes of `output` it filled.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    fn call_structure(&self, selector: Selector, output: &mut [u8]) -> Result<usize, ReturnCode>;

    /// Maps a memory.
    ///
    /// # Errors
    ///
    /// The driver refused, or what it handed out cannot be used.
    fn map(&self, memory: MemoryType) -> Result<Self::Mapping, MapError>;

    /// Calls DOORBELL, and returns the number that its completion will carry.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    fn ring_me(&self, when: DoorbellIn) -> Result<u64, ReturnCode>;

    /// Waits for a completion or for the end of the service.
    ///
    /// # Errors
    ///
    /// The system refuses to wait.
    fn wait(&self, timeout: Duration) -> io::Result<Event>;

    /// Returns whether the service has ended.
    fn is_terminated(&self) -> bool;
}

/// Memory that a driver handed out.
pub trait Mapped {
    /// Returns the bytes, to be read.
    fn memory(&self) -> Memory<'_>;

    /// Returns the bytes, to be stored to, if that is what they were handed out for.
    fn page(&self) -> Option<MemoryMut<'_>>;
}

/// What came while a reader waited.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// A completion of DOORBELL.
    Completed {
        /// What [`Connection::ring_me`] returned.
        number: u64,
        /// What it says.
        bell: Bell,
    },
    /// Nothing.
    TimedOut,
    /// The service has ended.
    Terminated,
}

/// A memory cannot be mapped.
#[derive(Debug)]
#[non_exhaustive]
pub enum MapError {
    /// The driver or the kernel refused.
    Refused(ReturnCode),
    /// What was handed out could change under the reader, or is not what was asked for.
    Unusable(String),
    /// The system refused.
    Io(io::Error),
}

impl fmt::Display for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(code) => write!(f, "the driver handed nothing out: {code}"),
            Self::Unusable(why) => f.write_str(why),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for MapError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Refused(_) | Self::Unusable(_) => None,
        }
    }
}

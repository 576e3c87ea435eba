//! What a reader and a driver say to each other before anything is mapped.
//!
//! Spec: `spec/attach.md`, "Messages". Each message is one packet of one fixed layout.

use abi_runtime::layout::{ABI_MAJOR, ABI_MINOR, RegionHeader};
use abi_runtime::prelude::*;

/// First bytes of a [`Hello`].
pub const HELLO_MAGIC: [u8; 8] = *b"TSMhelo\n";
/// First bytes of a [`Request`].
pub const REQUEST_MAGIC: [u8; 8] = *b"TSMrqst\n";
/// First bytes of an [`Answer`].
pub const ANSWER_MAGIC: [u8; 8] = *b"TSMansw\n";

/// What a reader says first.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct Hello {
    /// `TSMhelo\n`.
    pub magic: [u8; 8],
    /// Region ABI that the reader speaks: the major number.
    pub abi_major: u16,
    /// Region ABI that the reader speaks: the minor number.
    pub abi_minor: u16,
    /// What the reader wants beside the region.
    pub wishes: Flags<Wishes>,
    /// If it wants to drain: how far it may fall behind a writer before that one gives it up.
    #[trace(unit = "By")]
    pub lag: u64,
    #[trace(reserved)]
    _reserved: [u8; 8],
}

/// What a reader may want beside the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceFlags)]
#[repr(u32)]
pub enum Wishes {
    /// A release page: lanes that drain then wait for it.
    Drain = 1,
    /// A doorbell: the driver wakes it when enough has come.
    Doorbell = 2,
}

/// What a welcome adds, if the reader wanted anything beside the region. The release page's descriptor
/// comes second, the doorbell's last.
#[derive(Clone, Copy, Debug, Default, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct Granted {
    /// What the reader gets.
    pub wishes: Flags<Wishes>,
    /// Which of the region's drain readers it is.
    pub slot: u32,
    /// Its ticket: what tells it from the others that have that slot in their turn.
    pub ticket: u64,
}

/// What a reader says once it is attached, and was granted something.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct Request {
    /// `TSMrqst\n`.
    pub magic: [u8; 8],
    /// What is asked for.
    pub verb: Code<Verb>,
    #[trace(reserved)]
    _reserved: [u8; 4],
    /// If it sleeps: the sum of the positions up to which it has read its lanes.
    #[trace(unit = "By")]
    pub read: u64,
    /// If it sleeps: how much more is to come before it is woken.
    #[trace(unit = "By")]
    pub amount: u64,
}

/// What a reader may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u32)]
pub enum Verb {
    /// To be waited for: its first positions stand in its release page.
    Serve = 1,
    /// To be woken, once.
    Sleep = 2,
}

/// What a driver answers. With [`Verdict::Welcome`] the region's descriptor comes along.
#[derive(Clone, Copy, Debug, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct Answer {
    /// `TSMansw\n`.
    pub magic: [u8; 8],
    /// Whether the reader gets the region.
    pub verdict: Code<Verdict>,
    /// Region ABI of the driver: the major number.
    pub abi_major: u16,
    /// Region ABI of the driver: the minor number.
    pub abi_minor: u16,
    /// Bytes of the region.
    #[trace(unit = "By")]
    pub total_size: u64,
    /// The region's 128 random bits.
    pub region_id: [u64; 2],
    /// The driver's incarnation.
    pub generation: u64,
    /// Fingerprint of the driver's catalog, low word first.
    pub fingerprint: [u64; 2],
}

/// Whether a reader gets the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u32)]
pub enum Verdict {
    /// It does.
    Welcome = 0,
    /// The driver's configuration does not allow its user.
    NotAllowed = 1,
    /// It speaks another region ABI.
    AbiMajor = 2,
    /// What it said is not a hello.
    NotAHello = 3,
    /// The driver has as many readers as it takes.
    Full = 4,
    /// It wants to drain, and the driver has no release page for it.
    NoReleasePage = 5,
}

impl Hello {
    /// What a reader of this version says.
    pub const fn new() -> Self {
        Self {
            magic: HELLO_MAGIC,
            abi_major: ABI_MAJOR,
            abi_minor: ABI_MINOR,
            wishes: Flags::from_raw(0),
            lag: 0,
            _reserved: [0; 8],
        }
    }

    /// What a reader says that wants to drain, with this lag, or to have a doorbell.
    pub fn wishing(drain: Option<u64>, doorbell: bool) -> Self {
        let mut wishes = Flags::from_raw(0);
        if drain.is_some() {
            wishes = wishes.with(Wishes::Drain);
        }
        if doorbell {
            wishes = wishes.with(Wishes::Doorbell);
        }
        Self { wishes, lag: drain.unwrap_or(0), ..Self::new() }
    }

    /// Reads a hello, if that is what `packet` is: its length and its magic must fit.
    pub fn parse(packet: &[u8]) -> Option<Self> {
        let fits = packet.len() == size_of::<Self>() && packet.starts_with(&HELLO_MAGIC);
        fits.then(|| Self::read_wire(packet))
    }
}

impl Default for Hello {
    fn default() -> Self {
        Self::new()
    }
}

impl Answer {
    /// What a driver answers that has the region of `header`.
    pub fn new(verdict: Verdict, header: &RegionHeader) -> Self {
        Self {
            magic: ANSWER_MAGIC,
            verdict: verdict.into(),
            abi_major: header.abi_major,
            abi_minor: header.abi_minor,
            total_size: header.total_size,
            region_id: header.region_id,
            generation: header.generation,
            fingerprint: header.fingerprint,
        }
    }

    /// Reads an answer, if that is what `packet` is: its length and its magic must fit.
    pub fn parse(packet: &[u8]) -> Option<Self> {
        let fits = packet.len() == size_of::<Self>() && packet.starts_with(&ANSWER_MAGIC);
        fits.then(|| Self::read_wire(packet))
    }
}

impl Request {
    /// Asks to be waited for.
    pub const fn serve() -> Self {
        Self {
            magic: REQUEST_MAGIC,
            verb: Code::from_raw(Verb::Serve as u32),
            _reserved: [0; 4],
            read: 0,
            amount: 0,
        }
    }

    /// Asks to be woken once `amount` bytes more than `read` have been published.
    pub const fn sleep(read: u64, amount: u64) -> Self {
        Self { verb: Code::from_raw(Verb::Sleep as u32), read, amount, ..Self::serve() }
    }

    /// Reads a request, if that is what `packet` is: its length and its magic must fit.
    pub fn parse(packet: &[u8]) -> Option<Self> {
        let fits = packet.len() == size_of::<Self>() && packet.starts_with(&REQUEST_MAGIC);
        fits.then(|| Self::read_wire(packet))
    }
}

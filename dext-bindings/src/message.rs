//! What a reader and a driver say to each other before anything is mapped.
//!
//! Spec: `spec/attach.md`, "Messages". Each message is one packet of one fixed layout.

use abi_runtime::layout::{ABI_MAJOR, ABI_MINOR, RegionHeader};
use abi_runtime::prelude::*;

/// First bytes of a [`Hello`].
pub const HELLO_MAGIC: [u8; 8] = *b"TSMhelo\n";
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
    #[trace(reserved)]
    _reserved: [u8; 20],
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
}

impl Hello {
    /// What a reader of this version says.
    pub const fn new() -> Self {
        Self { magic: HELLO_MAGIC, abi_major: ABI_MAJOR, abi_minor: ABI_MINOR, _reserved: [0; 20] }
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

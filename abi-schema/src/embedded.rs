//! A canonical document in its frame, as binaries and regions carry it.
//!
//! Spec: `spec/document.md`, DOC-5: magic, length, fingerprint, document, zeros up to a multiple
//! of 8.

use core::fmt;

use crate::canonical::Document;
use crate::{CatalogSchema, Fingerprint, MAX_DOCUMENT};

/// First bytes of an embedded form.
pub const EMBEDDED_MAGIC: [u8; 8] = *b"\x7fTSMcat\n";
/// Bytes before the document: magic, length, fingerprint.
const FRAME: usize = 32;

/// Returns the bytes that the embedded form of `catalog` takes: a multiple of 8.
pub const fn embedded_len(catalog: &CatalogSchema) -> usize {
    Document::<0>::write(catalog, FRAME).len.next_multiple_of(8)
}

/// Returns the embedded form of `catalog`, which takes `N` = [`embedded_len`] bytes.
///
/// # Panics
///
/// When `N` is less than that, or the document has more than [`MAX_DOCUMENT`] bytes: in a constant, where it is a compile error.
pub const fn embed<const N: usize>(catalog: &CatalogSchema) -> [u8; N] {
    let document = Document::<N>::write(catalog, FRAME);
    let (_, text) = document.bytes.split_at(FRAME);
    let len = document.len - FRAME;
    assert!(
        len <= MAX_DOCUMENT,
        "the catalog's document has more than 16777216 bytes: split the catalog (DOC-8)"
    );
    let fingerprint = Fingerprint::of(text.split_at(len).0).0;
    let words = [u64::from_le_bytes(EMBEDDED_MAGIC), len as u64, fingerprint[0], fingerprint[1]];
    let mut bytes = document.bytes;
    let mut at = 0;
    while at < FRAME {
        bytes[at] = words[at / 8].to_le_bytes()[at % 8];
        at += 1;
    }
    bytes
}

/// An embedded form whose frame holds together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embedded<'b> {
    /// The fingerprint that the frame states, and that the document has.
    pub fingerprint: Fingerprint,
    /// The canonical document.
    pub document: &'b [u8],
    /// What follows the embedded form.
    pub rest: &'b [u8],
}

/// Why bytes are not an embedded form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// They do not begin with the magic.
    Magic,
    /// They end before the document does.
    Truncated {
        /// Bytes that the form takes, as it states.
        need: u64,
        /// Bytes that there are.
        have: u64,
    },
    /// The document has another fingerprint than the frame states.
    Fingerprint {
        /// What the frame states.
        stated: Fingerprint,
        /// What the document has.
        found: Fingerprint,
    },
}

impl fmt::Display for EmbeddedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic => f.write_str("no catalog document begins here (DOC-5)"),
            Self::Truncated { need, have } => {
                write!(
                    f,
                    "the catalog document is cut off: it takes {need} bytes and there are {have} (DOC-5)"
                )
            }
            Self::Fingerprint { stated, found } => {
                write!(
                    f,
                    "the catalog document is damaged: it states fingerprint {stated} and has {found} (DOC-4)"
                )
            }
        }
    }
}

impl core::error::Error for EmbeddedError {}

impl<'b> Embedded<'b> {
    /// Parses the embedded form at the beginning of `bytes`.
    ///
    /// # Errors
    ///
    /// There is none, or it is cut off or damaged.
    pub fn parse(bytes: &'b [u8]) -> Result<Self, EmbeddedError> {
        let have = bytes.len() as u64;
        let word = |at: usize| {
            let bytes = bytes.get(at * 8..)?.first_chunk::<8>()?;
            Some(u64::from_le_bytes(*bytes))
        };
        if bytes.first_chunk::<8>() != Some(&EMBEDDED_MAGIC) {
            return Err(EmbeddedError::Magic);
        }
        let (Some(len), Some(low), Some(high)) = (word(1), word(2), word(3)) else {
            return Err(EmbeddedError::Truncated { need: FRAME as u64, have });
        };
        let need = len.saturating_add(FRAME as u64).checked_next_multiple_of(8).unwrap_or(u64::MAX);
        let truncated = EmbeddedError::Truncated { need, have };
        let end = usize::try_from(need).map_err(|_| truncated)?;
        let (own, rest) = bytes.split_at_checked(end).ok_or(truncated)?;
        let len = usize::try_from(len).map_err(|_| truncated)?;
        let document = own.get(FRAME..).and_then(|text| text.get(..len)).ok_or(truncated)?;
        let (stated, found) = (Fingerprint([low, high]), Fingerprint::of(document));
        if stated != found {
            return Err(EmbeddedError::Fingerprint { stated, found });
        }
        Ok(Self { fingerprint: stated, document, rest })
    }

    /// Returns every embedded form in `bytes`, wherever it lies: the contents of a binary, say.
    pub fn find_all(bytes: &'b [u8]) -> impl Iterator<Item = Self> {
        let mut rest = bytes;
        core::iter::from_fn(move || {
            loop {
                let at = rest.windows(EMBEDDED_MAGIC.len()).position(|window| window == EMBEDDED_MAGIC)?;
                let (_, candidate) = rest.split_at(at);
                if let Ok(found) = Self::parse(candidate) {
                    rest = found.rest;
                    return Some(found);
                }
                // The magic alone, as in a program that looks for it.
                (_, rest) = candidate.split_at(1);
            }
        })
    }
}

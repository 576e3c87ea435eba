//! The identity of a catalog.

use core::fmt;

/// FNV-1a, 128 bits, of a catalog's canonical document: identity, not security (DOC-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(
    /// The number as two words, low word first.
    pub [u64; 2],
);

impl Fingerprint {
    /// FNV's offset basis for 128 bits.
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    /// FNV's prime for 128 bits: 2^88 + 2^8 + 0x3b.
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

    /// Returns the fingerprint of `document`.
    pub const fn of(document: &[u8]) -> Self {
        Self::of_words(Self::BASIS).and(document)
    }

    /// Returns the fingerprint of what this one is of, followed by `more`.
    #[must_use]
    pub const fn and(self, more: &[u8]) -> Self {
        let mut hash = (self.0[1] as u128) << 64 | self.0[0] as u128;
        let mut at = 0;
        while at < more.len() {
            hash = (hash ^ more[at] as u128).wrapping_mul(Self::PRIME);
            at += 1;
        }
        Self::of_words(hash)
    }

    #[allow(clippy::cast_possible_truncation, reason = "the number is cut into its two words")]
    const fn of_words(hash: u128) -> Self {
        Self([hash as u64, (hash >> 64) as u64])
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0[1], self.0[0])
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::Fingerprint;
    use std::string::ToString;

    #[test]
    fn fingerprints_are_those_of_the_published_algorithm() {
        for (text, hash) in [
            ("", "6c62272e07bb014262b821756295c58d"),
            ("a", "d228cb696f1a8caf78912b704e4a8964"),
            ("foobar", "343e1662793c64bf6f0d3597ba446f18"),
        ] {
            assert_eq!(Fingerprint::of(text.as_bytes()).to_string(), hash);
            let (head, tail) = text.as_bytes().split_at(text.len() / 2);
            assert_eq!(Fingerprint::of(head).and(tail).to_string(), hash);
        }
    }
}

//! Names as bytes (REC-10).

use core::fmt;

use abi_schema::{NameBytes, TypeSchema};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::__private::Sealed;
use crate::WireType;
use crate::wire::saturate;

/// Bytes that show a name, padded with NUL to `N` of them.
///
/// Names come from a kernel or a person as bytes in no particular encoding, so they are kept as
/// they are, shown escaped, and never repaired. A name that fills all `N` bytes has no
/// terminating NUL, and may have been cut: [`may_be_truncated`](Self::may_be_truncated) says so,
/// and so does the text, which then ends in `...`.
///
/// ```
/// use abi_runtime::Name;
///
/// assert_eq!(Name::<8>::new(b"a\xffb").to_string(), r"a\xffb");
/// let cut = Name::<4>::new(b"kworker");
/// assert!(cut.may_be_truncated());
/// assert_eq!(cut.to_string(), "kwor...");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, IntoBytes, FromBytes, KnownLayout, Immutable)]
#[repr(transparent)]
pub struct Name<const N: usize>([u8; N]);

impl<const N: usize> Name<N> {
    /// Returns the name that `bytes` begin with: up to their first NUL, and at most `N` bytes.
    pub fn new(bytes: &[u8]) -> Self {
        let mut name = [0; N];
        let text = bytes.iter().take_while(|&&byte| byte != 0);
        name.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
        Self(name)
    }

    /// Returns the name that lies in exactly these bytes, whatever follows the first NUL.
    pub const fn from_raw(raw: [u8; N]) -> Self {
        Self(raw)
    }

    /// Returns all `N` bytes as they lie on the wire.
    pub const fn raw(&self) -> &[u8; N] {
        &self.0
    }

    /// Returns the name's bytes: those before the first NUL, or all of them.
    pub fn bytes(&self) -> &[u8] {
        self.0.split(|&byte| byte == 0).next().unwrap_or_default()
    }

    /// Returns whether the name fills its bytes, so that what it was cut from may be longer.
    pub fn may_be_truncated(&self) -> bool {
        self.bytes().len() == N
    }
}

impl<const N: usize> fmt::Display for Name<N> {
    /// Writes printable ASCII as it is, `\` as `\\`, and every other byte as `\xNN`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&NameBytes(&self.0), out)
    }
}

impl<const N: usize> fmt::Debug for Name<N> {
    /// Writes the same text as [`Display`](fmt::Display), between quotes, `"` as `\"`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&NameBytes(&self.0), out)
    }
}

impl<const N: usize> Sealed for Name<N> {}

impl<const N: usize> WireType for Name<N> {
    const TYPE: TypeSchema = TypeSchema::Name(saturate(N));

    fn read_wire(bytes: &[u8]) -> Self {
        Self(WireType::read_wire(bytes))
    }

    fn zero_wire() -> Self {
        Self([0; N])
    }
}

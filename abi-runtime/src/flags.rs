//! Open flags.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::{BitAnd, BitOr, BitOrAssign, Not};

use abi_schema::{FieldSchema, FlagSchema, FlagsSchema, TypeSchema, write_flags};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::__private::Sealed;
use crate::{CodeInt, WireType};

/// Makes a fieldless enum name bits of an integer: derives [`TraceFlags`](trait@TraceFlags).
///
/// The enum has `#[repr(...)]` with `u8` to `u64`, and the value of every variant is a mask: one
/// bit, or a run of neighbouring bits, that no other variant has. `#[trace(crate = path)]` says
/// where this crate is. A record holds [`Flags`] of the enum.
pub use trace_derive::TraceFlags;

/// A fieldless enum that names bits of an unsigned integer: each variant's value is a mask of one
/// bit, or of a run of neighbouring bits, and no two share a bit.
///
/// `#[derive(TraceFlags)]` implements it. On the wire lies a [`Flags`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name the bits of flags",
    label = "not flags",
    note = "derive `TraceFlags` for the enum, and write `#[repr(u32)]` (or another unsigned integer) and a mask for each variant"
)]
pub trait TraceFlags: Sized + 'static {
    /// The unsigned integer that lies on the wire.
    type Repr: FlagsInt;

    /// The named flags.
    const SCHEMA: &'static FlagsSchema;

    /// Returns the bits that belong to the flag.
    fn mask(self) -> Self::Repr;
}

/// An integer that can carry flags: `u8` to `u64`.
pub trait FlagsInt:
    CodeInt + Default + BitOr<Output = Self> + BitAnd<Output = Self> + Not<Output = Self>
{
    /// Returns the same bits, wide enough for all of them.
    #[doc(hidden)]
    fn bits(self) -> u64;

    /// Returns the low bits of `bits`, or nothing when they do not fit.
    #[doc(hidden)]
    fn from_bits(bits: u64) -> Option<Self>;
}

macro_rules! flags_ints {
    ($($int:ty)*) => {$(
        impl FlagsInt for $int {
            #[inline]
            fn bits(self) -> u64 {
                self.into()
            }

            #[inline]
            fn from_bits(bits: u64) -> Option<Self> {
                bits.try_into().ok()
            }
        }
    )*};
}

flags_ints!(u8 u16 u32 u64);

/// Open flags on the wire: any bit may arrive, and bits without a name are kept.
///
/// ```
/// use abi_runtime::prelude::*;
///
/// #[derive(TraceFlags)]
/// #[repr(u16)]
/// enum Open {
///     Write = 0b1,
///     Direct = 0b10,
///     Level = 0b1111_0000,
/// }
///
/// let flags = Flags::none().with(Open::Write).with_field(Open::Level, 5).unwrap();
/// assert_eq!(flags.raw(), 0b0101_0001);
/// assert!(flags.contains(Open::Write) && !flags.contains(Open::Direct));
/// assert_eq!(flags.field(Open::Level), 5);
/// assert_eq!(Flags::<Open>::from_raw(0x8001).unknown(), 0x8000);
/// ```
#[derive(IntoBytes, FromBytes, KnownLayout, Immutable)]
#[repr(transparent)]
pub struct Flags<F: TraceFlags>(F::Repr);

impl<F: TraceFlags> Flags<F> {
    /// Returns flags of which none is set.
    #[inline]
    pub fn none() -> Self {
        Self(F::Repr::default())
    }

    /// Returns flags of which exactly the bits of `flag` are set.
    #[inline]
    pub fn new(flag: F) -> Self {
        Self(flag.mask())
    }

    /// Returns flags that hold `raw`, whether its bits have names or not.
    #[inline]
    pub const fn from_raw(raw: F::Repr) -> Self {
        Self(raw)
    }

    /// Returns the bits as they lie on the wire.
    #[inline]
    pub const fn raw(self) -> F::Repr {
        self.0
    }

    /// Returns whether every bit of `flag` is set.
    #[inline]
    pub fn contains(self, flag: F) -> bool {
        let mask = flag.mask();
        self.0 & mask == mask
    }

    /// Returns the flags with every bit of `flag` set.
    #[inline]
    #[must_use]
    pub fn with(self, flag: F) -> Self {
        Self(self.0 | flag.mask())
    }

    /// Returns the number that the bits of `flag` hold, shifted down to bit 0.
    #[inline]
    pub fn field(self, flag: F) -> u64 {
        let mask = flag.mask();
        (self.0 & mask).bits().checked_shr(mask.bits().trailing_zeros()).unwrap_or(0)
    }

    /// Returns the flags with `value` in the bits of `flag`, or nothing when it does not fit them.
    #[inline]
    pub fn with_field(self, flag: F, value: u64) -> Option<Self> {
        let mask = flag.mask();
        let low = mask.bits().trailing_zeros();
        let shifted = value.checked_shl(low).filter(|bits| bits.checked_shr(low) == Some(value))?;
        if shifted & !mask.bits() != 0 {
            return None;
        }
        Some(Self((self.0 & !mask) | F::Repr::from_bits(shifted)?))
    }

    /// Returns the set bits that have no name.
    pub fn unknown(self) -> u64 {
        F::SCHEMA.flags.iter().fold(self.0.bits(), |left, flag| left & !flag.mask)
    }

    /// Lists the named flags of which at least one bit is set, in the order of declaration, each
    /// with the number that its bits hold.
    pub fn iter(self) -> impl Iterator<Item = (&'static FlagSchema, u64)> {
        let bits = self.0.bits();
        let flags = F::SCHEMA.flags.iter();
        flags
            .filter(move |flag| bits & flag.mask != 0)
            .map(move |flag| (flag, (bits & flag.mask).checked_shr(flag.mask.trailing_zeros()).unwrap_or(0)))
    }
}

impl<F: TraceFlags> From<F> for Flags<F> {
    #[inline]
    fn from(flag: F) -> Self {
        Self::new(flag)
    }
}

impl<F: TraceFlags> BitOr for Flags<F> {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl<F: TraceFlags> BitOr<F> for Flags<F> {
    type Output = Self;

    #[inline]
    fn bitor(self, flag: F) -> Self {
        self.with(flag)
    }
}

impl<F: TraceFlags> BitOrAssign<F> for Flags<F> {
    #[inline]
    fn bitor_assign(&mut self, flag: F) {
        *self = self.with(flag);
    }
}

impl<F: TraceFlags> fmt::Debug for Flags<F> {
    /// Writes the names of the flags of which a bit is set, joined by `|`, `=` and a number after one of several
    /// bits, then the bits without a name in hexadecimal; `0x0` when no bit is set: as every reader shows them.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = F::SCHEMA.flags.iter();
        write_flags(out, self.0.bits(), flags.map(|flag| (flag.name, flag.mask)))
    }
}

impl<F: TraceFlags> Clone for Flags<F> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: TraceFlags> Copy for Flags<F> {}

impl<F: TraceFlags> Default for Flags<F> {
    /// Returns flags of which none is set.
    fn default() -> Self {
        Self::none()
    }
}

impl<F: TraceFlags> PartialEq for Flags<F> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<F: TraceFlags> Eq for Flags<F> {}

impl<F: TraceFlags> Hash for Flags<F> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<F: TraceFlags> Sealed for Flags<F> {}

impl<F: TraceFlags> WireType for Flags<F> {
    const TYPE: TypeSchema = TypeSchema::Flags(F::SCHEMA);
    const FIELD: FieldSchema = FieldSchema { ty: Self::TYPE, ..<F::Repr as WireType>::FIELD };

    #[inline]
    fn read_wire(bytes: &[u8]) -> Self {
        Self(WireType::read_wire(bytes))
    }

    #[inline]
    fn zero_wire() -> Self {
        Self(WireType::zero_wire())
    }
}

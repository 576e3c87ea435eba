//! Open enumerations (REC-8).

use core::fmt;
use core::hash::{Hash, Hasher};

use abi_schema::{CodeSchema, FieldSchema, TypeSchema};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::__private::Sealed;
use crate::WireType;

/// Makes a fieldless enum name values of an integer: derives [`TraceCode`](trait@TraceCode).
///
/// The enum has `#[repr(...)]` with `u8` to `u64` or `i8` to `i64`, and every variant has a value
/// that a person chose. `#[trace(crate = path)]` says where this crate is. A record holds a
/// [`Code`] of the enum.
pub use trace_derive::TraceCode;

/// A fieldless enum that names values of an integer.
///
/// `#[derive(TraceCode)]` implements it. On the wire lies a [`Code`], never the enum itself: a
/// newer writer may send values that have no name here, and an enum cannot hold those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name the values of a code",
    label = "not a code",
    note = "derive `TraceCode` for the enum, and write `#[repr(u16)]` (or another integer) and a value for each variant"
)]
pub trait TraceCode: Sized + 'static {
    /// The integer that lies on the wire.
    type Repr: CodeInt;

    /// The named values.
    const SCHEMA: &'static CodeSchema;

    /// Returns the variant whose value is `raw`, if one has it.
    fn from_raw(raw: Self::Repr) -> Option<Self>;

    /// Returns the variant's value.
    fn to_raw(self) -> Self::Repr;
}

/// An integer that can carry a code: `u8` to `u64`, `i8` to `i64`.
pub trait CodeInt:
    WireType + Copy + Ord + Hash + fmt::Debug + fmt::Display + IntoBytes + FromBytes + Immutable
{
    /// Returns the same number, wide enough for all of them.
    #[doc(hidden)]
    fn widen(self) -> i128;
}

macro_rules! code_ints {
    ($($int:ty)*) => {$(
        impl CodeInt for $int {
            #[inline]
            fn widen(self) -> i128 {
                i128::from(self)
            }
        }
    )*};
}

code_ints!(u8 u16 u32 u64 i8 i16 i32 i64);

/// An open enumeration on the wire: any number may arrive, and it is kept as it came.
///
/// ```
/// use abi_runtime::prelude::*;
///
/// #[derive(TraceCode, Debug, PartialEq)]
/// #[repr(u16)]
/// enum Reason {
///     Preempted = 1,
///     Blocked = 2,
/// }
///
/// assert_eq!(Code::new(Reason::Blocked).raw(), 2);
/// assert_eq!(Code::<Reason>::from_raw(1).known(), Ok(Reason::Preempted));
/// let unknown = Code::<Reason>::from_raw(77).known().unwrap_err();
/// assert_eq!(unknown.to_string(), "77 is no value of `Reason`");
/// ```
#[derive(IntoBytes, FromBytes, KnownLayout, Immutable)]
#[repr(transparent)]
pub struct Code<E: TraceCode>(E::Repr);

impl<E: TraceCode> Code<E> {
    /// Returns the code of a named value.
    #[inline]
    pub fn new(value: E) -> Self {
        Self(value.to_raw())
    }

    /// Returns the code that holds `raw`, whether it has a name or not.
    #[inline]
    pub const fn from_raw(raw: E::Repr) -> Self {
        Self(raw)
    }

    /// Returns the number as it lies on the wire.
    #[inline]
    pub const fn raw(self) -> E::Repr {
        self.0
    }

    /// Returns the named value, or the number for which this side has no name.
    #[inline]
    pub fn known(self) -> Result<E, UnknownCode<E::Repr>> {
        E::from_raw(self.0).ok_or(UnknownCode { code: E::SCHEMA.name, raw: self.0 })
    }

    /// Returns the name of the value, if it has one.
    pub fn name(self) -> Option<&'static str> {
        let raw = self.0.widen();
        E::SCHEMA.values.iter().find(|value| value.value == raw).map(|value| value.name)
    }
}

impl<E: TraceCode> From<E> for Code<E> {
    #[inline]
    fn from(value: E) -> Self {
        Self::new(value)
    }
}

impl<E: TraceCode> fmt::Debug for Code<E> {
    /// Writes the name, or the number when there is none.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => out.write_str(name),
            None => fmt::Display::fmt(&self.0, out),
        }
    }
}

impl<E: TraceCode> Clone for Code<E> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: TraceCode> Copy for Code<E> {}

impl<E: TraceCode> PartialEq for Code<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E: TraceCode> Eq for Code<E> {}

impl<E: TraceCode> Hash for Code<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<E: TraceCode> Sealed for Code<E> {}

impl<E: TraceCode> WireType for Code<E> {
    const TYPE: TypeSchema = TypeSchema::Code(E::SCHEMA);
    const FIELD: FieldSchema = FieldSchema { ty: Self::TYPE, ..<E::Repr as WireType>::FIELD };

    #[inline]
    fn read_wire(bytes: &[u8]) -> Self {
        Self(WireType::read_wire(bytes))
    }

    #[inline]
    fn zero_wire() -> Self {
        Self(WireType::zero_wire())
    }
}

/// A code's number for which this side has no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCode<Raw> {
    /// Name of the enum.
    pub code: &'static str,
    /// The number.
    pub raw: Raw,
}

impl<Raw: fmt::Display> fmt::Display for UnknownCode<Raw> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} is no value of `{}`", self.raw, self.code)
    }
}

impl<Raw: fmt::Debug + fmt::Display> core::error::Error for UnknownCode<Raw> {}

//! Wire types: what a field may be (REC-7), and what not (REC-11).

use abi_schema::{FieldSchema, Meaning, Scalar, TypeSchema};

use crate::__private::Sealed;
use crate::MissingField;
use crate::view::RawView;

/// A type with one layout on every target: what a field of a record may be.
///
/// `u8` to `u64`, `i8` to `i64`, `f32`, `f64`, arrays of wire types, [`Code`](crate::Code),
/// [`Flags`](crate::Flags), [`Name`](crate::Name), and composites that
/// [`WireStruct`](crate::WireStruct) describes. Numbers lie little-endian.
///
/// The trait is sealed: an impl comes from here or from the derive, so that a type alias or a
/// generic cannot bring in a type whose layout depends on the target.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a wire type: it has no single layout on every target",
    label = "not a wire type",
    note = "a field may be u8 to u64, i8 to i64, f32, f64, an array of those, `Code<E>`, `Flags<F>`, `Name<N>` or a struct that derives `WireStruct`",
    note = "instead of `bool` use `u8` or `Flags<F>`; of `char`, `u32`; of `usize` and pointers, `u64`; of `u128`, `[u64; 2]`; of `String`, `str` and `Vec`, `Name<N>` or `[T; N]`",
    note = "instead of an enum write `Code<E>` and derive `TraceCode` for it; instead of `Option` and `NonZero`, the number with `#[trace(absent = 0)]`; of an atomic, its value"
)]
pub trait WireType: Sealed + Sized + 'static {
    /// The type as the schema states it.
    const TYPE: TypeSchema;

    /// A field of this type that is yet without a name and a place; the derive fills them in.
    #[doc(hidden)]
    const FIELD: FieldSchema = FieldSchema {
        name: "",
        doc: "",
        ty: Self::TYPE,
        offset: 0,
        size: saturate(size_of::<Self>()),
        since: 1,
        bytes_since: 1,
        deprecated: 0,
        reserved: false,
        meaning: Meaning::NONE,
        digest: 0,
    };

    /// Reads a value from `bytes`, which are as many as the type takes; of others, zero is made.
    #[doc(hidden)]
    fn read_wire(bytes: &[u8]) -> Self;

    /// Reads the part of a composite that starts at `offset`.
    #[doc(hidden)]
    #[inline]
    fn read_part(bytes: &[u8], offset: usize) -> Self {
        let part = bytes.get(offset..offset.saturating_add(size_of::<Self>()));
        Self::read_wire(part.unwrap_or_default())
    }

    /// Reads a field that every version has.
    #[doc(hidden)]
    #[inline]
    fn read_field(view: RawView<'_>, offset: usize) -> Self {
        Self::read_wire(view.bytes(offset, size_of::<Self>()))
    }

    /// Reads a field that version `since` added.
    #[doc(hidden)]
    #[inline]
    fn read_since(view: RawView<'_>, offset: usize, since: u16) -> Option<Self> {
        view.require(since, "").is_ok().then(|| Self::read_field(view, offset))
    }

    /// Reads a field that version `since` added, for a conversion that needs every field.
    #[doc(hidden)]
    #[inline]
    fn require_field(
        view: RawView<'_>,
        offset: usize,
        since: u16,
        name: &'static str,
    ) -> Result<Self, MissingField> {
        view.require(since, name).map(|()| Self::read_field(view, offset))
    }

    /// Returns the value whose bytes are all zero: what a reserved field holds.
    #[doc(hidden)]
    fn zero_wire() -> Self;
}

/// Returns `size` as the schema's `u32`. What does not fit is far beyond the largest payload,
/// and the layout check refuses it by its saturated size.
pub const fn saturate(size: usize) -> u32 {
    if size < u32::MAX as usize { size as u32 } else { u32::MAX }
}

macro_rules! scalars {
    ($($int:ty => $scalar:ident,)*) => {$(
        impl Sealed for $int {}

        impl WireType for $int {
            const TYPE: TypeSchema = TypeSchema::Scalar(Scalar::$scalar);

            #[inline]
            fn read_wire(bytes: &[u8]) -> Self {
                bytes.first_chunk().map_or_else(Self::zero_wire, |raw| Self::from_le_bytes(*raw))
            }

            #[inline]
            fn zero_wire() -> Self {
                Self::default()
            }
        }
    )*};
}

scalars! {
    u8 => U8,
    u16 => U16,
    u32 => U32,
    u64 => U64,
    i8 => I8,
    i16 => I16,
    i32 => I32,
    i64 => I64,
    f32 => F32,
    f64 => F64,
}

impl<T, const N: usize> Sealed for [T; N] {}

impl<T: WireType, const N: usize> WireType for [T; N] {
    const TYPE: TypeSchema = TypeSchema::Array { element: &T::TYPE, len: saturate(N) };

    fn read_wire(bytes: &[u8]) -> Self {
        // A wire type takes at least one byte: the layout check refuses a field that takes none.
        let mut elements = bytes.chunks_exact(size_of::<T>().max(1));
        core::array::from_fn(|_| elements.next().map_or_else(T::zero_wire, T::read_wire))
    }

    fn zero_wire() -> Self {
        core::array::from_fn(|_| T::zero_wire())
    }
}

#[cfg(test)]
mod tests {
    use super::WireType;

    #[test]
    fn numbers_are_read_little_endian() {
        assert_eq!(u32::read_wire(&[1, 2, 3, 4]), 0x0403_0201);
        assert_eq!(i16::read_wire(&[0xfe, 0xff]), -2);
        assert!((f64::read_wire(&1.5_f64.to_le_bytes()) - 1.5).abs() < f64::EPSILON);
    }

    #[test]
    fn arrays_are_read_element_by_element() {
        assert_eq!(<[[u16; 2]; 2]>::read_wire(&[1, 0, 2, 0, 3, 0, 4, 0]), [[1, 2], [3, 4]]);
        assert_eq!(<[u16; 2]>::FIELD.size, 4);
    }

    #[test]
    fn zero_wire_is_all_zero() {
        assert_eq!(<[i64; 3]>::zero_wire(), [0; 3]);
    }
}

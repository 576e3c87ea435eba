//! Wire types: types with one layout on every target.

use crate::Field;

/// A number with one fixed width, stored little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each name is the Rust type it stands for")]
pub enum Scalar {
    U8,
    U16,
    U32,
    U64,
    I8,
    I16,
    I32,
    I64,
    F32,
    F64,
}

impl Scalar {
    /// Every scalar, in the order of declaration.
    pub const ALL: [Self; 10] = [
        Self::U8,
        Self::U16,
        Self::U32,
        Self::U64,
        Self::I8,
        Self::I16,
        Self::I32,
        Self::I64,
        Self::F32,
        Self::F64,
    ];

    /// Returns the width in bytes: 1, 2, 4 or 8. It is also the alignment on the wire.
    pub const fn size(self) -> u32 {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// Returns the Rust name, which is also the name in documents: `u8` to `f64`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }

    /// Returns whether the scalar is a floating-point number.
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Returns whether the scalar is an integer that can be `value`.
    pub const fn holds(self, value: i128) -> bool {
        let bits = 8 * self.size();
        if self.is_float() {
            false
        } else if self.is_signed() {
            -(1 << (bits - 1)) <= value && value < 1 << (bits - 1)
        } else {
            0 <= value && value < 1 << bits
        }
    }

    /// Returns whether the scalar has a sign.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::I8 | Self::I16 | Self::I32 | Self::I64 | Self::F32 | Self::F64)
    }
}

/// The type of a field, in the compiler's own memory.
pub type TypeSchema = Type<'static>;

/// The type of a field, as it lies on the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Type<'s> {
    /// One number.
    Scalar(Scalar),
    /// `len` elements, one after the other, without a gap.
    Array {
        /// Type of one element.
        element: &'s Type<'s>,
        /// Number of elements, at least 1.
        len: u32,
    },
    /// An open enumeration: any number may arrive, some have names.
    Code(&'s Code<'s>),
    /// Open flags: any bit may arrive, some have names.
    Flags(&'s FlagSet<'s>),
    /// NUL-padded bytes that show a name; this many of them.
    Name(u32),
    /// A composite, frozen whole at its first release.
    Struct(&'s Composite<'s>),
}

impl Type<'_> {
    /// Returns the number of bytes that a value takes.
    pub const fn size(&self) -> u32 {
        match self {
            Self::Scalar(scalar) => scalar.size(),
            Self::Array { element, len } => element.size().saturating_mul(*len),
            Self::Code(code) => code.repr.size(),
            Self::Flags(flags) => flags.repr.size(),
            Self::Name(len) => *len,
            Self::Struct(composite) => composite.size,
        }
    }

    /// Returns the number of which every offset of such a field must be a multiple.
    ///
    /// It is the width of the widest scalar inside, so a target that aligns `u64` to 4 bytes
    /// and one that aligns it to 8 lay the record out alike.
    pub const fn align(&self) -> u32 {
        match self {
            Self::Scalar(scalar) => scalar.size(),
            Self::Array { element, .. } => element.align(),
            Self::Code(code) => code.repr.size(),
            Self::Flags(flags) => flags.repr.size(),
            Self::Name(_) => 1,
            Self::Struct(composite) => composite.align(),
        }
    }
}

/// A code in the compiler's own memory.
pub type CodeSchema = Code<'static>;

/// An open enumeration: the meaning of some values of an integer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Code<'s> {
    /// Name of the Rust enum.
    pub name: &'s str,
    /// Doc text, empty when there is none.
    pub doc: &'s str,
    /// The integer that lies on the wire.
    pub repr: Scalar,
    /// The named values, in the order of declaration.
    pub values: &'s [Value<'s>],
    /// Values that were named once and never will be again.
    pub retired: &'s [Value<'s>],
    /// Digest of the names, retired ones included.
    pub digest: u64,
}

impl Code<'_> {
    /// What a code that failed to compile is given, so that one mistake makes one message.
    pub const INVALID: Self =
        Self { name: "", doc: "", repr: Scalar::U8, values: &[], retired: &[], digest: 0 };
}

/// A named value in the compiler's own memory.
pub type ValueSchema = Value<'static>;

/// One named value of a [`Code`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value<'s> {
    /// Name of the variant.
    pub name: &'s str,
    /// Doc text, empty when there is none.
    pub doc: &'s str,
    /// The value; it fits the enumeration's integer.
    pub value: i128,
}

/// Flags in the compiler's own memory.
pub type FlagsSchema = FlagSet<'static>;

/// Open flags: the meaning of some bits of an unsigned integer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlagSet<'s> {
    /// Name of the Rust enum that declares the flags.
    pub name: &'s str,
    /// Doc text, empty when there is none.
    pub doc: &'s str,
    /// The unsigned integer that lies on the wire.
    pub repr: Scalar,
    /// The named flags, in the order of declaration. No two share a bit.
    pub flags: &'s [Flag<'s>],
    /// Flags that were given out once and never will be again.
    pub retired: &'s [Flag<'s>],
    /// Digest of the names, retired ones included.
    pub digest: u64,
}

impl FlagSet<'_> {
    /// What flags that failed to compile are given, so that one mistake makes one message.
    pub const INVALID: Self =
        Self { name: "", doc: "", repr: Scalar::U8, flags: &[], retired: &[], digest: 0 };
}

/// A named flag in the compiler's own memory.
pub type FlagSchema = Flag<'static>;

/// One named flag of a [`FlagSet`]: one bit, or a run of neighbouring bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flag<'s> {
    /// Name of the variant.
    pub name: &'s str,
    /// Doc text, empty when there is none.
    pub doc: &'s str,
    /// The bits that belong to the flag: one contiguous run, never zero.
    pub mask: u64,
}

/// A composite in the compiler's own memory.
pub type StructSchema = Composite<'static>;

/// A composite: fields that lie together and are frozen together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Composite<'s> {
    /// Name of the Rust struct.
    pub name: &'s str,
    /// Doc text, empty when there is none.
    pub doc: &'s str,
    /// Size in bytes.
    pub size: u32,
    /// The fields, reserved ones included, in the order of their offsets.
    pub fields: &'s [Field<'s>],
    /// Digest of the name.
    pub digest: u64,
}

impl Composite<'_> {
    /// What a composite that failed to compile is given, so that one mistake makes one message.
    pub const INVALID: Self = Self { name: "", doc: "", size: 0, fields: &[], digest: 0 };

    /// Returns the widest alignment among the fields.
    pub const fn align(&self) -> u32 {
        let mut align = 1;
        let mut at = 0;
        while at < self.fields.len() {
            let own = self.fields[at].ty.align();
            if own > align {
                align = own;
            }
            at += 1;
        }
        align
    }
}

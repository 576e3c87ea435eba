//! What a release states: records, composites, codes and flags, retired ids.

use crate::Field;
use abi_schema::Scalar;

/// What the values of an enumeration name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// Values: a code.
    Code,
    /// Bits: flags.
    Flags,
}

impl Noun {
    /// Returns the word that begins the block.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Flags => "flags",
        }
    }
}

/// A code or flags: names for values or bits of an integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enumeration {
    /// The line at which the block begins, counted from 1; 0 when it was not read from a text.
    pub line: usize,
    /// What the numbers are.
    pub noun: Noun,
    /// Name of the Rust enum.
    pub name: String,
    /// The integer on the wire.
    pub repr: Scalar,
    /// Names and numbers, in the order of declaration.
    pub values: Vec<(String, i128)>,
    /// Names and numbers that were given out once and never will be again.
    pub retired: Vec<(String, i128)>,
}

/// A composite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composite {
    /// The line at which the block begins, counted from 1; 0 when it was not read from a text.
    pub line: usize,
    /// Name of the Rust struct.
    pub name: String,
    /// Bytes.
    pub size: u32,
    /// The fields, in the order of their offsets.
    pub fields: Vec<Field>,
}

/// One record, all its versions up to the release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The line at which the block begins, counted from 1; 0 when it was not read from a text.
    pub line: usize,
    /// The id that people chose.
    pub id: u16,
    /// Name of the Rust struct.
    pub name: String,
    /// The newest version.
    pub version: u16,
    /// Bytes of the newest version's payload.
    pub size: u32,
    /// How much the record matters under pressure, in the word of attributes; `normal` is left out.
    pub class: Option<String>,
    /// The fields, in the order of their offsets.
    pub fields: Vec<Field>,
}

/// An id that a record had once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retired {
    /// The id.
    pub id: u16,
    /// The name that the record had.
    pub name: String,
}

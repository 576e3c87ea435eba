//! What a field's bytes are, as a catalog document says (DOC-1).

use serde::Deserialize;

use crate::legend::Field;
use crate::value::{Value, private};

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Type {
    /// A number.
    Number(Number),
    /// So many of the same.
    Array {
        /// What each is.
        array: Box<Type>,
        /// How many there are.
        len: usize,
    },
    /// NUL-padded bytes that show a name.
    Name {
        /// How many bytes.
        name: usize,
    },
    /// One of several named numbers, or one without a name.
    Code {
        /// The number that it is stored as.
        repr: Number,
        /// Names and their numbers.
        values: Vec<(String, u64)>,
    },
    /// Any of several named bits.
    Flags {
        /// The number that they are stored in.
        repr: Number,
        /// Names and their masks.
        masks: Vec<(String, u64)>,
    },
    /// Fields of its own.
    Struct {
        /// How many bytes.
        size: usize,
        /// The fields, offsets counted from its first byte.
        fields: Vec<Field>,
    },
}

/// A little-endian number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "named as in Rust")]
pub enum Number {
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

impl Number {
    /// Returns its bytes.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// Reads it from the beginning of `bytes`; `None` if they are too few.
    #[must_use]
    pub fn read(self, bytes: &[u8]) -> Option<Value> {
        let bytes = bytes.get(..self.size())?;
        let mut word = [0; 8];
        word.get_mut(..bytes.len())?.copy_from_slice(bytes);
        let raw = u64::from_le_bytes(word);
        // The sign bit goes to the top and back, so that it fills the bytes above the number's own.
        let unused = 64 - 8 * u32::try_from(self.size()).ok()?;
        let signed = raw.wrapping_shl(unused).cast_signed().wrapping_shr(unused);
        Some(match self {
            Self::U8 | Self::U16 | Self::U32 | Self::U64 => Value::Unsigned(raw),
            Self::I8 | Self::I16 | Self::I32 | Self::I64 => Value::Signed(signed),
            Self::F32 => Value::Float(f64::from(f32::from_bits(u32::try_from(raw).ok()?))),
            Self::F64 => Value::Float(f64::from_bits(raw)),
        })
    }

    fn raw(self, bytes: &[u8]) -> Option<u64> {
        match self.read(bytes)? {
            Value::Unsigned(raw) => Some(raw),
            _ => None,
        }
    }
}

impl Type {
    /// Returns its bytes; saturates where a document claims more than there can be.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Number(number) | Self::Code { repr: number, .. } | Self::Flags { repr: number, .. } => {
                number.size()
            }
            Self::Array { array, len } => array.size().saturating_mul(*len),
            Self::Name { name } => *name,
            Self::Struct { size, .. } => *size,
        }
    }

    /// Reads it from exactly its `bytes`; `None` if they are not as many, or the document is not
    /// one that a catalog can have.
    #[must_use]
    pub fn read(&self, bytes: &[u8], show_private: bool) -> Option<Value> {
        if bytes.len() != self.size() {
            return None;
        }
        match self {
            Self::Number(number) => number.read(bytes),
            Self::Array { len: 0, .. } => None,
            Self::Array { array, .. } => bytes
                .chunks(array.size().max(1))
                .map(|item| array.read(item, show_private))
                .collect::<Option<_>>()
                .map(Value::List),
            Self::Name { .. } => Some(Value::Text(name_text(bytes))),
            Self::Code { repr, values } => {
                let raw = repr.raw(bytes)?;
                let known = values.iter().find(|(_, value)| *value == raw);
                Some(known.map_or(Value::Unsigned(raw), |(name, _)| Value::Text(name.clone())))
            }
            Self::Flags { repr, masks } => Some(Value::Text(flags_text(repr.raw(bytes)?, masks))),
            Self::Struct { fields, .. } => fields
                .iter()
                .filter(|field| !field.reserved)
                .map(|field| Some((field.name.clone(), field.read(bytes, show_private)?)))
                .collect::<Option<_>>()
                .map(Value::Fields),
        }
    }
}

impl Field {
    /// Reads the field from the payload that holds it; `None` if it does not lie within, or the
    /// document contradicts itself.
    #[must_use]
    pub fn read(&self, payload: &[u8], show_private: bool) -> Option<Value> {
        let end = self.offset.checked_add(self.size)?;
        let bytes = payload.get(self.offset..end)?;
        let value = self.ty.read(bytes, show_private)?;
        if self.absent.is_some() && value.integer() == self.absent {
            return Some(Value::NotKnown);
        }
        if self.privacy.as_deref() == Some("private") && !show_private {
            return Some(private());
        }
        Some(match &self.unit {
            Some(unit) => Value::Measured(Box::new(value), unit.clone()),
            None => value,
        })
    }
}

/// A name as text: up to its first NUL, escaped, with `...` where it may have been cut.
fn name_text(bytes: &[u8]) -> String {
    let name = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    let cut = if name.len() == bytes.len() { "..." } else { "" };
    format!("{}{cut}", name.escape_ascii())
}

/// Flags as their names; bits without a name as a number.
fn flags_text(raw: u64, masks: &[(String, u64)]) -> String {
    let set = masks.iter().filter(|(_, mask)| *mask != 0 && raw & mask == *mask);
    let mut parts: Vec<String> = set.clone().map(|(name, _)| name.clone()).collect();
    let unnamed = set.fold(raw, |rest, (_, mask)| rest & !mask);
    if unnamed != 0 || parts.is_empty() {
        parts.push(format!("{unnamed:#x}"));
    }
    parts.join("|")
}

//! From a field's bytes to its value.
//!
//! A document is a claim, and so is a payload: what does not lie within the bytes, or contradicts
//! itself, gives no value.

use crate::model::{Field, Named, Privacy, Scalar, Type};

use super::value::{Measure, Value};

/// Reads a field from the payload that holds it; `None` if it does not lie within, or the document
/// contradicts itself. A private value is only shown to who asks for it.
#[must_use]
pub fn field<'a>(field: &'a Field, payload: &'a [u8], show_private: bool) -> Option<Value<'a>> {
    Part::of(field).read(payload, show_private)
}

/// A field, with the names of its values in an order in which one is found fast.
#[derive(Clone, Debug)]
pub(super) struct Part<'r> {
    pub(super) field: &'r Field,
    shape: Shape<'r>,
}

/// A type, prepared for reading any number of values.
#[derive(Clone, Debug)]
enum Shape<'r> {
    Scalar(Scalar),
    Array(Box<Shape<'r>>),
    Name,
    /// The names, in the order of their numbers.
    Code(Scalar, Vec<(i128, &'r str)>),
    Flags(Scalar, &'r [Named]),
    Struct(Vec<Part<'r>>),
}

impl<'r> Part<'r> {
    pub(super) fn of(field: &'r Field) -> Self {
        Self { field, shape: Shape::of(&field.ty) }
    }

    /// As [`field`].
    pub(super) fn read<'a>(&self, payload: &'a [u8], show_private: bool) -> Option<Value<'a>>
    where
        'r: 'a,
    {
        let field = self.field;
        let (offset, end) = (index(field.offset)?, index(field.end()?)?);
        let value = self.shape.read(&field.ty, payload.get(offset..end)?, show_private)?;
        if field.absent.is_some_and(|absent| value.integer() == Some(absent.0)) {
            return Some(Value::NotKnown);
        }
        if field.privacy == Privacy::Private && !show_private {
            return Some(Value::Private);
        }
        let measure = Measure { unit: field.unit.as_deref(), scale: field.scale };
        if measure.scale.is_some_and(|scale| scale.contains(&0)) {
            return None;
        }
        Some(if measure == Measure::default() { value } else { Value::Measured(Box::new(value), measure) })
    }
}

impl<'r> Shape<'r> {
    fn of(ty: &'r Type) -> Self {
        match ty {
            Type::Scalar(scalar) => Self::Scalar(*scalar),
            Type::Array { array, .. } => Self::Array(Box::new(Self::of(array))),
            Type::Name { .. } => Self::Name,
            Type::Code { repr, values, .. } => {
                let mut names: Vec<_> = values.iter().map(|named| (named.value.0, &*named.name)).collect();
                // Stable: of two names of one number the first stands.
                names.sort_by_key(|(value, _)| *value);
                Self::Code(*repr, names)
            }
            Type::Flags { repr, masks, .. } => Self::Flags(*repr, masks),
            Type::Struct(composite) => {
                Self::Struct(composite.fields.iter().filter(|field| !field.reserved).map(Part::of).collect())
            }
        }
    }

    /// Reads a value of type `ty`, which this was made of, from exactly its bytes.
    fn read<'a>(&self, ty: &Type, bytes: &'a [u8], show_private: bool) -> Option<Value<'a>>
    where
        'r: 'a,
    {
        if Some(bytes.len()) != index(ty.size()?) {
            return None;
        }
        match (self, ty) {
            (Self::Scalar(scalar), _) => number(*scalar, bytes),
            (Self::Array(shape), Type::Array { array, .. }) => {
                let size = index(array.size()?).filter(|&size| size > 0)?;
                let items = bytes.chunks(size).map(|item| shape.read(array, item, show_private));
                items.collect::<Option<_>>().map(Value::List)
            }
            (Self::Array(_), _) => None,
            (Self::Name, _) => Some(Value::Name(bytes)),
            (Self::Code(repr, names), _) => {
                let raw = number(*repr, bytes)?;
                let integer = raw.integer()?;
                let first = names.partition_point(|(value, _)| *value < integer);
                let known = names.get(first).filter(|(value, _)| *value == integer);
                Some(known.map_or(raw, |(_, name)| Value::Code(name)))
            }
            (Self::Flags(repr, masks), _) => match number(*repr, bytes)? {
                Value::Unsigned(raw) => Some(Value::Flags(raw, masks)),
                _ => None,
            },
            (Self::Struct(parts), _) => {
                let fields = parts.iter().map(|part| {
                    let value = part.read(bytes, show_private)?;
                    Some((part.field.name.as_str(), value))
                });
                fields.collect::<Option<_>>().map(Value::Fields)
            }
        }
    }
}

/// Reads a little-endian number from exactly its bytes.
fn number(scalar: Scalar, bytes: &[u8]) -> Option<Value<'static>> {
    let mut word = [0; 8];
    word.get_mut(..bytes.len())?.copy_from_slice(bytes);
    let raw = u64::from_le_bytes(word);
    // The sign bit goes to the top and back, so that it fills the bytes above the number's own.
    let unused = 64 - 8 * scalar.size();
    let signed = raw.wrapping_shl(unused).cast_signed().wrapping_shr(unused);
    Some(match scalar {
        Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 => Value::Unsigned(raw),
        Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64 => Value::Signed(signed),
        Scalar::F32 => Value::Float(f64::from(f32::from_bits(u32::try_from(raw).ok()?))),
        Scalar::F64 => Value::Float(f64::from_bits(raw)),
    })
}

/// A document's number as an index into bytes.
fn index(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}

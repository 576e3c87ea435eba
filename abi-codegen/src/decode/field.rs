//! From a field's bytes to its value.
//!
//! A document is a claim, and so is a payload: what does not lie within the bytes, or contradicts
//! itself, gives no value.

use crate::model::{Field, Named, Privacy, Scalar, Type};

use super::value::Value;

/// Reads a field from the payload that holds it; `None` if it does not lie within, or the document
/// contradicts itself. A private value is only shown to who asks for it.
#[must_use]
pub fn field(field: &Field, payload: &[u8], show_private: bool) -> Option<Value> {
    let (offset, end) = (index(field.offset)?, index(field.end()?)?);
    let value = typed(&field.ty, payload.get(offset..end)?, show_private)?;
    if field.absent.is_some_and(|absent| value.integer() == Some(absent.0)) {
        return Some(Value::NotKnown);
    }
    if field.privacy == Privacy::Private && !show_private {
        return Some(Value::private());
    }
    Some(match &field.unit {
        Some(unit) => Value::Measured(Box::new(value), unit.clone()),
        None => value,
    })
}

/// Reads a value from exactly its bytes.
fn typed(ty: &Type, bytes: &[u8], show_private: bool) -> Option<Value> {
    if Some(bytes.len()) != index(ty.size()?) {
        return None;
    }
    match ty {
        Type::Scalar(scalar) => number(*scalar, bytes),
        Type::Array { array, .. } => {
            let size = index(array.size()?).filter(|&size| size > 0)?;
            let items = bytes.chunks(size).map(|item| typed(array, item, show_private));
            items.collect::<Option<_>>().map(Value::List)
        }
        Type::Name { .. } => Some(Value::Text(name_text(bytes))),
        Type::Code { repr, values, .. } => {
            let raw = number(*repr, bytes)?;
            let integer = raw.integer()?;
            let known = values.iter().find(|named| integer == named.value.0);
            Some(known.map_or(raw, |named| Value::Text(named.name.clone())))
        }
        Type::Flags { repr, masks, .. } => match number(*repr, bytes)? {
            Value::Unsigned(raw) => Some(Value::Text(flags_text(raw, masks))),
            _ => None,
        },
        Type::Struct(composite) => {
            let fields = composite.fields.iter().filter(|field| !field.reserved);
            let fields = fields.map(|part| Some((part.name.clone(), field(part, bytes, show_private)?)));
            fields.collect::<Option<_>>().map(Value::Fields)
        }
    }
}

/// Reads a little-endian number from exactly its bytes.
fn number(scalar: Scalar, bytes: &[u8]) -> Option<Value> {
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

/// A name as text: up to its first NUL, escaped, with `...` where it may have been cut.
fn name_text(bytes: &[u8]) -> String {
    let name = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    let cut = if name.len() == bytes.len() { "..." } else { "" };
    format!("{}{cut}", name.escape_ascii())
}

/// Flags as their names; bits without a name as a number.
fn flags_text(raw: u64, masks: &[Named]) -> String {
    let mask_of = |named: &Named| u64::try_from(named.value.0).unwrap_or(0);
    let is_set = |named: &&Named| mask_of(named) != 0 && raw & mask_of(named) == mask_of(named);
    let mut parts: Vec<&str> = masks.iter().filter(is_set).map(|named| named.name.as_str()).collect();
    let unnamed = masks.iter().filter(is_set).fold(raw, |rest, named| rest & !mask_of(named));
    let rest = format!("{unnamed:#x}");
    if unnamed != 0 || parts.is_empty() {
        parts.push(&rest);
    }
    parts.join("|")
}

/// A document's number as an index into bytes.
fn index(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}

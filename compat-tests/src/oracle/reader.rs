//! A reader: from a payload to what it is taken for, by the reader's own catalog (VER-5, VER-6).

use abi_codegen::model::Scalar;

use super::draft::{Draft, Enumeration, RecordDraft, Ty};
use super::leaf::Leaf;
use super::meant::{Meant, Run, range};

/// What a reader makes of one value.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// The writer's version did not have it.
    Absent,
    /// The value.
    Value(Meant),
}

/// The payload is shorter than what its version takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooShort;

/// Reads one value of each of `leaves`, which are those of `record`.
///
/// # Errors
///
/// The payload is too short for the acting version, as far as this reader knows it.
pub fn read(
    catalog: &Draft,
    record: &RecordDraft,
    leaves: &[Leaf<'_>],
    acting: u16,
    payload: &[u8],
) -> Result<Vec<Seen>, TooShort> {
    let need = catalog.payload(record, acting.min(record.version()));
    if payload.len() < index(need) {
        return Err(TooShort);
    }
    leaves
        .iter()
        .map(|leaf| {
            if acting < leaf.since {
                return Ok(Seen::Absent);
            }
            let from = index(leaf.offset);
            let bytes = payload.get(from..from + index(catalog.size(leaf.ty))).ok_or(TooShort)?;
            let value = decode(catalog, leaf.ty, bytes);
            let absent = leaf.meaning.absent.is_some() && value.integer() == leaf.meaning.absent;
            Ok(Seen::Value(if absent { Meant::NotKnown } else { value }))
        })
        .collect()
}

fn decode(catalog: &Draft, ty: &Ty, bytes: &[u8]) -> Meant {
    match ty {
        Ty::Number(scalar) => number(*scalar, bytes),
        Ty::Row(element, _) => {
            let step = index(catalog.size(element)).max(1);
            Meant::List(bytes.chunks(step).map(|bytes| decode(catalog, element, bytes)).collect())
        }
        Ty::Name(_) => {
            let len = bytes.iter().position(|byte| *byte == 0);
            Meant::Text(bytes[..len.unwrap_or(bytes.len())].to_vec(), len.is_none())
        }
        Ty::Enumeration(at) => named(&catalog.enumerations[*at], bytes),
        // A composite has been opened by whoever lists the leaves.
        Ty::Composite(_) => Meant::List(Vec::new()),
    }
}

fn named(of: &Enumeration, bytes: &[u8]) -> Meant {
    let number = word(of.repr, bytes);
    if of.flags {
        Meant::Flags(number, of.values.iter().map(|flag| Run::of(flag.thing, flag.number, number)).collect())
    } else {
        let name = of.values.iter().find(|value| value.number == number);
        Meant::Code(number, name.map(|value| value.thing))
    }
}

fn number(scalar: Scalar, bytes: &[u8]) -> Meant {
    match scalar {
        Scalar::F32 => {
            let mut raw = [0; 4];
            raw.copy_from_slice(bytes);
            Meant::Float(f64::from(f32::from_le_bytes(raw)))
        }
        Scalar::F64 => {
            let mut raw = [0; 8];
            raw.copy_from_slice(bytes);
            Meant::Float(f64::from_le_bytes(raw))
        }
        _ => Meant::Integer(word(scalar, bytes)),
    }
}

/// Returns an integer: the sum of its bytes, each worth 256 times the one before; what is beyond the
/// largest number is below zero.
fn word(scalar: Scalar, bytes: &[u8]) -> i128 {
    let sum = bytes.iter().rev().fold(0, |sum: i128, byte| sum * 256 + i128::from(*byte));
    match range(scalar) {
        Some((_, largest)) if sum > largest => sum - (1 << (8 * bytes.len())),
        _ => sum,
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

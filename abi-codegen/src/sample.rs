//! Payloads that a writer could have written, for golden bytes and for witnesses.

use crate::model::{Field, Named, Record, Scalar, Type};

/// What a sample is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Small numbers, another for each field, and values that have names: a person can follow them.
    Small,
    /// Bytes above 0x80, another in each place: a field that is cut, moved or takes a sign shows it.
    Wide,
    /// Where a field has a value that means "not known", that value; small numbers elsewhere.
    Absent,
    /// The named value at this place of each code, and this one of each set of flags, counted round.
    Named(usize),
}

/// Returns the payload that a writer of version `version` of `record` could have written. Reserved bytes
/// are zero (REC-4), and so are bytes of fields that came later.
pub fn payload(record: &Record, version: u16, fill: Fill) -> Vec<u8> {
    payload_with(record, version, fill, None)
}

/// A number of a code or of flags that a sample is to hold wherever it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted<'w> {
    /// Name of the code, or of the flags.
    pub owner: &'w str,
    /// A number that has a name there.
    pub number: i128,
}

/// Returns the same with one number wherever its code, or its flags, lie. A writer that has no name for the
/// number writes what it would write without.
pub fn payload_with(record: &Record, version: u16, fill: Fill, wanted: Option<Wanted<'_>>) -> Vec<u8> {
    let size = usize::try_from(record.size_of_version(version)).unwrap_or(0);
    let mut bytes = vec![0; size];
    let fill = Filling { fill, wanted };
    let present = record.fields.iter().filter(|field| field.since <= version && !field.reserved);
    let mut next = 1;
    for field in present {
        put(field, 0, fill, &mut next, &mut bytes);
    }
    bytes
}

/// What a sample is filled with, and the number that it is to hold.
#[derive(Clone, Copy)]
struct Filling<'w> {
    fill: Fill,
    wanted: Option<Wanted<'w>>,
}

impl Filling<'_> {
    /// Returns the number for a code or for flags with these names; `other` counts the values of a sample.
    fn number(&self, owner: &str, values: &[Named], other: u8) -> i128 {
        let is_wanted = |wanted: &Wanted<'_>| {
            wanted.owner == owner && values.iter().any(|one| one.value.0 == wanted.number)
        };
        if let Some(wanted) = self.wanted.filter(is_wanted) {
            return wanted.number;
        }
        let at = match self.fill {
            Fill::Named(at) => at,
            Fill::Small | Fill::Absent | Fill::Wide => usize::from(other) - 1,
        };
        values.get(at % values.len().max(1)).map_or(i128::from(other), |named| named.value.0)
    }
}

/// Fills a field that lies `base` bytes further in than it says.
fn put(field: &Field, base: u32, fill: Filling<'_>, next: &mut u8, bytes: &mut [u8]) {
    if field.reserved {
        return;
    }
    let offset = base.saturating_add(field.offset);
    if let (Fill::Absent, Some(absent)) = (fill.fill, field.absent)
        && let Type::Scalar(scalar) | Type::Code { repr: scalar, .. } | Type::Flags { repr: scalar, .. } =
            &field.ty
    {
        number(absent.0, *scalar, offset, bytes);
        return;
    }
    put_type(&field.ty, offset, fill, next, bytes);
}

fn put_type(ty: &Type, offset: u32, fill: Filling<'_>, next: &mut u8, bytes: &mut [u8]) {
    match ty {
        Type::Array { array, len } => {
            let size = array.size().unwrap_or(0);
            for at in 0..*len {
                put_type(array, offset.saturating_add(at.saturating_mul(size)), fill, next, bytes);
            }
        }
        Type::Struct(composite) => {
            for field in &composite.fields {
                put(field, offset, fill, next, bytes);
            }
        }
        _ if fill.fill == Fill::Wide => {
            for at in 0..ty.size().unwrap_or(0) {
                let place = offset.saturating_add(at);
                // 29 is coprime to 128: 128 neighbours differ.
                let byte = 0x80 | place.wrapping_mul(29).to_le_bytes()[0];
                set(bytes, place, &[byte]);
            }
        }
        Type::Scalar(scalar) => number((*next).into(), *scalar, offset, bytes),
        Type::Code { code, repr, values, .. } => {
            number(fill.number(code, values, *next), *repr, offset, bytes);
        }
        Type::Flags { flags, repr, masks, .. } => {
            number(fill.number(flags, masks, *next), *repr, offset, bytes);
        }
        Type::Name { name } => {
            let text = format!("n{next}");
            let len = usize::try_from(*name).unwrap_or(0).min(text.len());
            set(bytes, offset, text.as_bytes().get(..len).unwrap_or_default());
        }
    }
    // 1 to 99: two digits are what a person compares at a glance.
    *next = *next % 99 + 1;
}

fn number(value: i128, scalar: Scalar, offset: u32, bytes: &mut [u8]) {
    let size = usize::try_from(scalar.size()).unwrap_or(0);
    // Sample values are at most 99, or fit because a catalog's check has seen that they do.
    #[allow(clippy::cast_precision_loss, reason = "no sample value is beyond 2^24")]
    let raw = match scalar {
        Scalar::F32 => (value as f32).to_le_bytes().to_vec(),
        Scalar::F64 => (value as f64).to_le_bytes().to_vec(),
        _ => value.to_le_bytes().get(..size).unwrap_or_default().to_vec(),
    };
    set(bytes, offset, &raw);
}

fn set(bytes: &mut [u8], offset: u32, value: &[u8]) {
    let place = usize::try_from(offset).ok().and_then(|at| bytes.get_mut(at..at.checked_add(value.len())?));
    if let Some(place) = place {
        place.copy_from_slice(value);
    }
}

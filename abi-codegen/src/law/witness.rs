//! Bytes that show a break.

use serde::Serialize;

use super::finding::Finding;
use super::rule::{Direction, Severity};
use crate::decode::{Value, record};
use crate::model::{Catalog, Field, Record, Type};
use crate::sample::{Fill, Wanted, payload_with};

/// A payload that one side wrote and the other reads: what was meant, and what is seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// Name of the record.
    pub record: String,
    /// Who wrote it.
    pub writer: Side,
    /// The acting version in the record's header.
    pub version: u16,
    /// The payload.
    #[serde(serialize_with = "hexadecimal")]
    pub payload: Vec<u8>,
    /// What the writer meant, and what the other side's reader makes of it, field by field: those that
    /// differ.
    pub seen: Vec<Seen>,
}

/// Which of the two catalogs wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The older.
    Old,
    /// The newer.
    New,
}

/// A field whose value arrives as another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The field, by the reader's name for it.
    pub field: String,
    /// What the writer meant.
    pub meant: String,
    /// What the reader sees.
    pub seen: String,
}

fn hexadecimal<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    let digits = bytes.iter().fold(String::new(), |mut text, byte| {
        text.push_str(&format!("{byte:02x}"));
        text
    });
    serializer.serialize_str(&digits)
}

/// The most fields that a witness lists: who sees three wrong values need not see three hundred.
const MAX_SEEN: usize = 8;

/// Finds bytes that show what a finding says, if bytes can.
pub(super) fn find(finding: &mut Finding, old: &Catalog, new: &Catalog) {
    if finding.severity != Severity::Break || finding.witness.is_some() {
        return;
    }
    let sides: &[Side] = match finding.direction {
        Direction::OldReader => &[Side::New],
        Direction::NewReader => &[Side::Old],
        Direction::Both => &[Side::New, Side::Old],
        Direction::Source | Direction::Nobody => return,
    };
    let Some(name) = &finding.record else { return };
    // Of a value that changed, the payload that holds it comes first: a sample of a code with hundreds of
    // values has a few of them.
    let owner = finding.subject.split_once("::");
    let wanted = owner.map_or_else(Vec::new, |(owner, value)| {
        numbers(name, owner, value, [old, new])
            .into_iter()
            .map(|number| Some(Wanted { owner, number }))
            .collect()
    });
    let fills = [Fill::Small, Fill::Wide, Fill::Absent].into_iter().chain((0..16).map(Fill::Named));
    let tries = wanted.into_iter().map(|wanted| (Fill::Small, wanted)).chain(fills.map(|fill| (fill, None)));
    let tries = tries.flat_map(|(fill, wanted)| sides.iter().map(move |side| (fill, wanted, *side)));
    // The first that shows a wrong value of the subject itself, or else the first that shows any.
    let about = finding.subject.rsplit(['.', ':']).next().unwrap_or_default();
    let mut any = None;
    for (fill, wanted, side) in tries {
        let Some(witness) = witness(name, side, (fill, wanted), old, new) else { continue };
        let shows = |seen: &Seen| {
            seen.field == about || [&seen.meant, &seen.seen].iter().any(|text| text.contains(about))
        };
        if witness.seen.iter().any(shows) {
            any = Some(witness);
            break;
        }
        any = any.or(Some(witness));
    }
    finding.witness = any;
}

/// Returns the numbers that a name of a code, or of flags, has or had in a record of two catalogs, at most two.
fn numbers(record: &str, owner: &str, value: &str, catalogs: [&Catalog; 2]) -> Vec<i128> {
    let mut numbers = Vec::new();
    for catalog in catalogs {
        if let Some(record) = catalog.records.iter().find(|one| one.name == record) {
            record.fields.iter().for_each(|field| add_numbers(field, owner, value, &mut numbers));
        }
    }
    numbers.truncate(2);
    numbers
}

fn add_numbers(field: &Field, owner: &str, value: &str, numbers: &mut Vec<i128>) {
    let mut ty = &field.ty;
    while let Type::Array { array, .. } = ty {
        ty = array;
    }
    let (name, live, retired) = match ty {
        Type::Struct(composite) => {
            return composite.fields.iter().for_each(|field| add_numbers(field, owner, value, numbers));
        }
        Type::Code { code: name, values: live, retired, .. }
        | Type::Flags { flags: name, masks: live, retired, .. } => (name, live, retired),
        Type::Scalar(_) | Type::Name { .. } | Type::Array { .. } => return,
    };
    if name == owner
        && let Some(named) = live.iter().chain(retired).find(|named| named.name == value)
        && !numbers.contains(&named.value.0)
    {
        numbers.push(named.value.0);
    }
}

/// Returns what a catalog calls a record that it, or the other one, calls `name`: the same name, or the same id.
fn find_record<'c>(catalog: &'c Catalog, other: &Catalog, name: &str) -> Option<&'c Record> {
    let of_name = |record: &&Record| record.name == name;
    catalog.records.iter().find(of_name).or_else(|| {
        let id = other.records.iter().find(of_name)?.id;
        catalog.records.iter().find(|record| record.id == id)
    })
}

/// Writes a sample of a record on one side and reads it on the other; `None` if every value arrives.
fn witness(
    name: &str,
    writer: Side,
    (fill, wanted): (Fill, Option<Wanted<'_>>),
    old: &Catalog,
    new: &Catalog,
) -> Option<Witness> {
    let (writing, reading) = match writer {
        Side::Old => (old, new),
        Side::New => (new, old),
    };
    let written = find_record(writing, reading, name)?;
    let read = reading.records.iter().find(|record| record.id == written.id)?;
    let payload = payload_with(written, written.version, fill, wanted);
    let meant = record(written, written.version, &payload, true).ok()?;
    let seen = match record(read, written.version, &payload, true) {
        Ok(seen) => differences(&meant, &seen),
        Err(error) => vec![Seen {
            field: read.name.clone(),
            meant: format!("a record of version {}", written.version),
            seen: format!("an error: {error}"),
        }],
    };
    if seen.is_empty() {
        return None;
    }
    Some(Witness { record: written.name.clone(), writer, version: written.version, payload, seen })
}

/// Returns the reader's fields that do not arrive as they were meant.
fn differences(meant: &[(&str, Option<Value<'_>>)], seen: &[(&str, Option<Value<'_>>)]) -> Vec<Seen> {
    // In full: two long arrays may differ in their last elements only.
    let shown =
        |value: Option<&Value<'_>>| value.map_or_else(|| "absent".to_owned(), |value| format!("{value:#}"));
    let mut differ = Vec::new();
    for (field, seen) in seen {
        let meant = meant.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_ref());
        match meant {
            // What a person cannot tell apart shows nothing: another sample will.
            Some(meant) if shown(meant) == shown(seen.as_ref()) => {}
            None if seen.is_none() => {}
            _ => differ.push(Seen {
                field: (*field).to_owned(),
                meant: meant.map_or_else(|| "nothing: it has no such field".to_owned(), shown),
                seen: shown(seen.as_ref()),
            }),
        }
    }
    differ.truncate(MAX_SEEN);
    differ
}

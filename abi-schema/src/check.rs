//! The layout law as a pure function of a schema, whoever made it.

use crate::{
    FIRST_USER_ID, Fault, FieldSchema, FlagFault, FlagsSchema, MAX_PAYLOAD, RECORD_ALIGN, RecordSchema,
    StructSchema, TypeSchema,
};

/// Checks where field `at` lies, and what it says of itself.
pub const fn check_field(fields: &[FieldSchema], at: usize) -> Option<Fault> {
    let field = &fields[at];
    let end = end_before(fields, at);
    let align = field.ty.align();
    if field.size == 0 {
        Some(Fault::NoBytes { field: at })
    } else if field.size != field.ty.size() {
        Some(Fault::WrongSize { field: at, expected: field.ty.size() })
    } else if field.offset < end {
        Some(Fault::Overlap { field: at, end })
    } else if !field.offset.is_multiple_of(align) {
        Some(Fault::Misaligned { field: at, align })
    } else if field.offset > end {
        Some(Fault::Padding { field: at, from: end })
    } else if !absent_fits(field) {
        Some(Fault::Absent { field: at })
    } else {
        None
    }
}

/// Checks the size of a whole record or composite: `unit` is what it must be a multiple of.
pub const fn check_size(fields: &[FieldSchema], size: u32, unit: u32) -> Option<Fault> {
    if fields.is_empty() {
        return Some(Fault::Empty);
    }
    let end = end_before(fields, fields.len());
    if size > MAX_PAYLOAD {
        Some(Fault::TooLarge { size })
    } else if size != end {
        Some(Fault::Tail { end, size })
    } else if !size.is_multiple_of(unit) {
        Some(Fault::Size { size, unit })
    } else {
        None
    }
}

/// Checks a composite, and finds the first rule that it breaks.
pub const fn check_struct(schema: &StructSchema) -> Option<Fault> {
    match check_fields(schema.fields) {
        None => check_size(schema.fields, schema.size, schema.align()),
        fault => fault,
    }
}

/// Checks a record of a person's catalog, and finds the first rule that it breaks.
///
/// rustc and the derive keep these rules already; this is for schemas from elsewhere.
pub const fn check_record(schema: &RecordSchema) -> Option<Fault> {
    if schema.id < FIRST_USER_ID {
        return Some(Fault::Id { id: schema.id });
    }
    if let Some(fault) = check_fields(schema.fields) {
        return Some(fault);
    }
    if let Some(fault) = check_size(schema.fields, schema.size, RECORD_ALIGN) {
        return Some(fault);
    }
    check_versions(schema)
}

/// Checks that versions are prefixes and that each changed something.
pub const fn check_versions(schema: &RecordSchema) -> Option<Fault> {
    let (mut since, mut bytes_since, mut at) = (1, 1, 0);
    while at < schema.fields.len() {
        let field = &schema.fields[at];
        let deprecated = field.deprecated;
        let ordered = 1 <= field.bytes_since
            && field.bytes_since <= field.since
            && field.since <= schema.version
            && (deprecated == 0 || (field.since < deprecated && deprecated <= schema.version));
        if !ordered {
            return Some(Fault::Versions { field: at });
        }
        let claims = field.bytes_since < field.since;
        if !claims && !field.reserved {
            if field.since < since {
                return Some(Fault::SinceDecreases { field: at });
            }
            since = field.since;
        }
        if field.bytes_since < bytes_since {
            return Some(Fault::BytesDecrease { field: at });
        }
        bytes_since = field.bytes_since;
        at += 1;
    }
    let mut version = 2;
    while version <= schema.version {
        if !introduced(schema.fields, version) {
            return Some(Fault::Hole { version });
        }
        version += 1;
    }
    None
}

/// Checks flag `at`: one run of neighbouring bits that no flag before it has.
pub const fn check_flag(schema: &FlagsSchema, at: usize) -> Option<FlagFault> {
    let mask = schema.flags[at].mask;
    if mask == 0 {
        return Some(FlagFault::NoBits);
    }
    if mask > u64::MAX >> (64 - 8 * schema.repr.size()) {
        return Some(FlagFault::Beyond);
    }
    let run = mask >> mask.trailing_zeros();
    if run & run.wrapping_add(1) != 0 {
        return Some(FlagFault::Split);
    }
    let mut with = 0;
    while with < at {
        if schema.flags[with].mask & mask != 0 {
            return Some(FlagFault::Shared { with });
        }
        with += 1;
    }
    None
}

const fn check_fields(fields: &[FieldSchema]) -> Option<Fault> {
    let mut at = 0;
    while at < fields.len() {
        if let Some(fault) = check_field(fields, at) {
            return Some(fault);
        }
        at += 1;
    }
    None
}

/// Returns the end of the field before field `at`, or 0.
const fn end_before(fields: &[FieldSchema], at: usize) -> u32 {
    if at == 0 { 0 } else { fields[at - 1].offset.saturating_add(fields[at - 1].size) }
}

const fn introduced(fields: &[FieldSchema], version: u16) -> bool {
    let mut at = 0;
    while at < fields.len() {
        let field = &fields[at];
        if !field.reserved && (field.since == version || field.deprecated == version) {
            return true;
        }
        at += 1;
    }
    false
}

/// Returns whether the field can hold the value that it says means "not known".
const fn absent_fits(field: &FieldSchema) -> bool {
    let Some(value) = field.meaning.absent else {
        return true;
    };
    let mut ty = field.ty;
    while let TypeSchema::Array { element, .. } = ty {
        ty = *element;
    }
    let scalar = match ty {
        TypeSchema::Scalar(scalar) => scalar,
        TypeSchema::Code(code) => code.repr,
        _ => return false,
    };
    let bits = 8 * scalar.size();
    if scalar.is_float() {
        false
    } else if scalar.is_signed() {
        -(1 << (bits - 1)) <= value && value < 1 << (bits - 1)
    } else {
        0 <= value && value < 1 << bits
    }
}

#[cfg(test)]
mod tests;

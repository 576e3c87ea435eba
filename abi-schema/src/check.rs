//! The layout law as a pure function of a schema, whoever made it.

use crate::{
    Composite, FIRST_USER_ID, Fault, Field, FlagFault, FlagSet, MAX_NESTING, MAX_PAYLOAD, Privacy,
    RECORD_ALIGN, Record, ReprFault, Scalar, Scale, Type, is_word,
};

/// Checks where field `at` lies, and what it says of itself.
pub const fn check_field(fields: &[Field<'_>], at: usize) -> Option<Fault> {
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
    } else if !nests_within(&field.ty, MAX_NESTING) {
        Some(Fault::Nested { field: at })
    } else {
        None
    }
}

/// Checks the size of a whole record or composite: `unit` is what it must be a multiple of.
pub const fn check_size(fields: &[Field<'_>], size: u32, unit: u32) -> Option<Fault> {
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

/// Checks a composite, and finds the first rule that it breaks. What it holds is checked on its own.
pub const fn check_struct(schema: &Composite<'_>) -> Option<Fault> {
    if let Some(fault) = check_fields(schema.fields) {
        return Some(fault);
    }
    if let Some(fault) = check_size(schema.fields, schema.size, schema.align()) {
        return Some(fault);
    }
    let mut at = 0;
    while at < schema.fields.len() {
        if let Some(fault) = check_part(schema.fields, at) {
            return Some(fault);
        }
        at += 1;
    }
    None
}

/// Checks a record of a person's catalog, and finds the first rule that it breaks.
///
/// rustc and the derive keep these rules already; this is for schemas from elsewhere.
pub const fn check_record(schema: &Record<'_>) -> Option<Fault> {
    if schema.id < FIRST_USER_ID {
        return Some(Fault::Id { id: schema.id });
    }
    check_layout(schema)
}

/// Checks everything of a record but its id, which only a catalog can judge. What it holds is checked on its own.
pub const fn check_layout(schema: &Record<'_>) -> Option<Fault> {
    match check_bytes(schema) {
        None => check_versions(schema),
        fault => fault,
    }
}

/// Checks where the fields of a record lie, and its size.
pub const fn check_bytes(schema: &Record<'_>) -> Option<Fault> {
    match check_fields(schema.fields) {
        None => check_size(schema.fields, schema.size, RECORD_ALIGN),
        fault => fault,
    }
}

/// Checks that versions are prefixes and that each changed something.
pub const fn check_versions(schema: &Record<'_>) -> Option<Fault> {
    let (mut order, mut at) = (Order::new(), 0);
    while at < schema.fields.len() {
        if let Some(fault) = check_marks(schema.fields, at, schema.version) {
            return Some(fault);
        }
        if let Some(fault) = order.next(schema.fields, at) {
            return Some(fault);
        }
        at += 1;
    }
    check_holes(schema.fields, schema.version)
}

/// Checks what field `at` of a record states beside its layout: its versions and its meaning.
pub const fn check_marks(fields: &[Field<'_>], at: usize, version: u16) -> Option<Fault> {
    let field = &fields[at];
    let deprecated = field.deprecated;
    let ordered = 1 <= field.bytes_since
        && field.bytes_since <= field.since
        && field.since <= version
        && (deprecated == 0 || (field.since < deprecated && deprecated <= version));
    if !ordered {
        return Some(Fault::Versions { field: at });
    }
    check_meaning(fields, at)
}

/// Checks what field `at` of a composite states beside its layout: a composite has no versions.
pub const fn check_part(fields: &[Field<'_>], at: usize) -> Option<Fault> {
    let field = &fields[at];
    if field.since != 1 || field.bytes_since != 1 || field.deprecated != 0 {
        return Some(Fault::Part { field: at });
    }
    check_meaning(fields, at)
}

/// Checks what field `at` states of its values, but for `absent`, which is judged with its type.
pub const fn check_meaning(fields: &[Field<'_>], at: usize) -> Option<Fault> {
    let field = &fields[at];
    let meaning = &field.meaning;
    if field.reserved {
        let says = !meaning.unit.is_empty()
            || meaning.scale.is_some()
            || !meaning.clock.is_empty()
            || meaning.kind.is_some()
            || meaning.absent.is_some()
            || matches!(meaning.privacy, Privacy::Private);
        if says || field.deprecated != 0 || field.bytes_since != field.since {
            return Some(Fault::Reserved { field: at });
        }
    }
    let unread = !meaning.unit.is_empty() && !is_word(meaning.unit)
        || !meaning.clock.is_empty() && !is_word(meaning.clock);
    if unread {
        return Some(Fault::Word { field: at });
    }
    match meaning.scale {
        Some(Scale { numerator: 0, .. } | Scale { denominator: 0, .. }) => Some(Fault::Scale { field: at }),
        _ => None,
    }
}

/// The order of versions along the fields of a record.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    since: u16,
    bytes_since: u16,
}

impl Order {
    /// Begins before the first field.
    #[must_use]
    pub const fn new() -> Self {
        Self { since: 1, bytes_since: 1 }
    }

    /// Checks that field `at`, the next one, is not older than those before it, unless it claims their bytes.
    pub const fn next(&mut self, fields: &[Field<'_>], at: usize) -> Option<Fault> {
        let field = &fields[at];
        let claims = field.bytes_since < field.since;
        if !claims && !field.reserved {
            if field.since < self.since {
                return Some(Fault::SinceDecreases { field: at });
            }
            self.since = field.since;
        }
        if field.bytes_since < self.bytes_since {
            return Some(Fault::BytesDecrease { field: at });
        }
        self.bytes_since = field.bytes_since;
        None
    }
}

impl Default for Order {
    fn default() -> Self {
        Self::new()
    }
}

/// Checks that the first version has a field, and that each after it, up to `version`, changed something.
pub const fn check_holes(fields: &[Field<'_>], version: u16) -> Option<Fault> {
    if version == 0 {
        return Some(Fault::NoVersion);
    }
    // A bit for each version: a record may have as many versions as fields.
    let (mut introduced, mut at) = ([0u64; 1024], 0);
    while at < fields.len() {
        let field = &fields[at];
        // Reserved bytes alone make no new version, but a first one may be of nothing else.
        if !field.reserved || field.since == 1 {
            introduced[field.since as usize / 64] |= 1 << (field.since % 64);
        }
        introduced[field.deprecated as usize / 64] |= 1 << (field.deprecated % 64);
        at += 1;
    }
    let mut at = 1;
    loop {
        if at > version {
            return None;
        }
        if introduced[at as usize / 64] & (1 << (at % 64)) == 0 {
            return Some(Fault::Hole { version: at });
        }
        if at == u16::MAX {
            return None;
        }
        at += 1;
    }
}

/// Checks flag `at`: one run of neighbouring bits that no flag before it has.
///
/// The retired flags are counted on after the live ones, and are compared with each other.
pub const fn check_flag<'s>(schema: &FlagSet<'s>, at: usize) -> Option<FlagFault<'s>> {
    let live = schema.flags.len();
    let (own, at) = if at < live { (schema.flags, at) } else { (schema.retired, at - live) };
    let mask = own[at].mask;
    if mask == 0 {
        return Some(FlagFault::NoBits);
    }
    if !schema.repr.holds(mask as i128) {
        return Some(FlagFault::Beyond);
    }
    let run = mask >> mask.trailing_zeros();
    if run & run.wrapping_add(1) != 0 {
        return Some(FlagFault::Split);
    }
    let mut with = 0;
    while with < at {
        if own[with].mask & mask != 0 {
            return Some(FlagFault::Shared { with: own[with].name });
        }
        with += 1;
    }
    None
}

/// Finds the retired flag that has a bit of flag `at` (REC-16).
pub const fn retired_flag(schema: &FlagSet<'_>, at: usize) -> Option<usize> {
    let mut retired = 0;
    while retired < schema.retired.len() {
        if schema.retired[retired].mask & schema.flags[at].mask != 0 {
            return Some(retired);
        }
        retired += 1;
    }
    None
}

/// Checks that a code is of an integer, and flags are of an unsigned one, and that there is something to name.
pub const fn check_repr(repr: Scalar, values: usize, flags: bool) -> Option<ReprFault> {
    if repr.is_float() || flags && repr.is_signed() {
        Some(ReprFault::Repr)
    } else if values == 0 {
        Some(ReprFault::Empty)
    } else {
        None
    }
}

const fn check_fields(fields: &[Field<'_>]) -> Option<Fault> {
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
const fn end_before(fields: &[Field<'_>], at: usize) -> u32 {
    if at == 0 { 0 } else { fields[at - 1].end() }
}

/// Returns whether a type holds types at most `depth` deep, itself counted.
pub const fn nests_within(ty: &Type<'_>, depth: u32) -> bool {
    match ty {
        Type::Array { element, .. } => depth > 1 && nests_within(element, depth - 1),
        Type::Struct(composite) => {
            let mut at = 0;
            while at < composite.fields.len() {
                if depth < 2 || !nests_within(&composite.fields[at].ty, depth - 1) {
                    return false;
                }
                at += 1;
            }
            true
        }
        Type::Scalar(_) | Type::Code(_) | Type::Flags(_) | Type::Name(_) => depth > 0,
    }
}

/// Returns whether the field can hold the value that it says means "not known".
const fn absent_fits(field: &Field<'_>) -> bool {
    let Some(value) = field.meaning.absent else {
        return true;
    };
    let mut ty = field.ty;
    while let Type::Array { element, .. } = ty {
        ty = *element;
    }
    let scalar = match ty {
        Type::Scalar(scalar) => scalar,
        Type::Code(code) => code.repr,
        _ => return false,
    };
    scalar.holds(value)
}

#[cfg(test)]
mod tests;

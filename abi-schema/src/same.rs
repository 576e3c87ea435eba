//! When two things of one name are one thing, met twice: equal but for documentation (DOC-1).

use crate::names::same_text;
use crate::{Code, Composite, Field, FieldMeaning, FlagSet, Type};

pub(crate) const fn same_code(one: &Code<'_>, two: &Code<'_>) -> bool {
    if one.repr as u8 != two.repr as u8
        || one.values.len() != two.values.len()
        || one.retired.len() != two.retired.len()
        || one.digest != two.digest
    {
        return false;
    }
    // A derive digests the names of an enum, its own and those of its values.
    let read = one.digest == 0;
    if read && !same_text(one.name, two.name) {
        return false;
    }
    let live = one.values.len();
    let mut at = 0;
    while at < live + one.retired.len() {
        let (a, b) = if at < live {
            (&one.values[at], &two.values[at])
        } else {
            (&one.retired[at - live], &two.retired[at - live])
        };
        if a.value != b.value || read && !same_text(a.name, b.name) {
            return false;
        }
        at += 1;
    }
    true
}

pub(crate) const fn same_flags(one: &FlagSet<'_>, two: &FlagSet<'_>) -> bool {
    if one.repr as u8 != two.repr as u8
        || one.flags.len() != two.flags.len()
        || one.retired.len() != two.retired.len()
        || one.digest != two.digest
    {
        return false;
    }
    let read = one.digest == 0;
    if read && !same_text(one.name, two.name) {
        return false;
    }
    let live = one.flags.len();
    let mut at = 0;
    while at < live + one.retired.len() {
        let (a, b) = if at < live {
            (&one.flags[at], &two.flags[at])
        } else {
            (&one.retired[at - live], &two.retired[at - live])
        };
        if a.mask != b.mask || read && !same_text(a.name, b.name) {
            return false;
        }
        at += 1;
    }
    true
}

pub(crate) const fn same_struct(one: &Composite<'_>, two: &Composite<'_>) -> bool {
    if one.size != two.size || one.fields.len() != two.fields.len() || !same_text(one.name, two.name) {
        return false;
    }
    let mut at = 0;
    while at < one.fields.len() {
        if !same_field(&one.fields[at], &two.fields[at]) {
            return false;
        }
        at += 1;
    }
    true
}

/// Compares two fields of a composite, which has no versions.
const fn same_field(one: &Field<'_>, two: &Field<'_>) -> bool {
    if one.offset != two.offset || one.size != two.size || one.digest != two.digest {
        return false;
    }
    // A derive digests name, versions and meaning of a field.
    if one.digest == 0
        && (!same_text(one.name, two.name)
            || one.reserved != two.reserved
            || !same_meaning(&one.meaning, &two.meaning))
    {
        return false;
    }
    same_type(&one.ty, &two.ty)
}

const fn same_meaning(one: &FieldMeaning<'_>, two: &FieldMeaning<'_>) -> bool {
    let scale = match (one.scale, two.scale) {
        (None, None) => true,
        (Some(a), Some(b)) => a.numerator == b.numerator && a.denominator == b.denominator,
        _ => false,
    };
    let kind = match (one.kind, two.kind) {
        (None, None) => true,
        (Some(a), Some(b)) => a as u8 == b as u8,
        _ => false,
    };
    let absent = match (one.absent, two.absent) {
        (None, None) => true,
        (Some(a), Some(b)) => a == b,
        _ => false,
    };
    scale
        && kind
        && absent
        && one.privacy as u8 == two.privacy as u8
        && same_text(one.unit, two.unit)
        && same_text(one.clock, two.clock)
}

const fn same_type(one: &Type<'_>, two: &Type<'_>) -> bool {
    match (one, two) {
        (Type::Scalar(a), Type::Scalar(b)) => *a as u8 == *b as u8,
        (Type::Array { element: a, len: m }, Type::Array { element: b, len: n }) => {
            *m == *n && same_type(a, b)
        }
        (Type::Name(m), Type::Name(n)) => *m == *n,
        (Type::Code(a), Type::Code(b)) => same_code(a, b),
        (Type::Flags(a), Type::Flags(b)) => same_flags(a, b),
        (Type::Struct(a), Type::Struct(b)) => same_struct(a, b),
        _ => false,
    }
}

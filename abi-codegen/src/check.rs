//! The rules of `spec/record.md` and `spec/versioning.md`, for a catalog from anywhere.

use std::collections::BTreeMap;
use std::fmt;

use abi_schema::{MAX_PAYLOAD, Printable, RECORD_ALIGN, SnakeCase};

use crate::model::{Catalog, Composite, Field, Named, Record, Scalar, Type};

/// A catalog breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError {
    /// What breaks it: catalog, record, field.
    pub place: String,
    /// What is wrong.
    pub fault: String,
    /// The rule, in `spec/`.
    pub rule: &'static str,
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", Printable(&self.place), Printable(&self.fault), self.rule)
    }
}

impl std::error::Error for ModelError {}

fn fault<T>(place: impl Into<String>, rule: &'static str, fault: impl Into<String>) -> Result<T, ModelError> {
    Err(ModelError { place: place.into(), fault: fault.into(), rule })
}

impl Catalog {
    /// Checks every rule that a catalog can break.
    ///
    /// # Errors
    ///
    /// The first that is broken, and where.
    pub fn check(&self) -> Result<(), ModelError> {
        check_name(&self.catalog, &self.catalog)?;
        check_name(&self.prefix, &self.prefix)?;
        if self.records.is_empty() && self.structs.is_empty() {
            return fault(&self.catalog, "REC-14", "it has no records");
        }
        let mut ids: BTreeMap<u16, &str> = BTreeMap::new();
        for retired in &self.retired {
            check_name(&retired.name, &retired.name)?;
            ids.insert(retired.id, &retired.name);
        }
        let mut names = Names::default();
        for record in &self.records {
            if let Some(other) = ids.insert(record.id, &record.name) {
                let id = record.id;
                return fault(&record.name, "REC-14", format!("id {id:#06x} is that of `{other}`"));
            }
            check_record(record)?;
            names.add(&record.name, Meant::Record)?;
            names.add_fields(&record.fields)?;
        }
        for composite in &self.structs {
            check_struct(composite)?;
            names.add_struct(composite)?;
        }
        Ok(())
    }
}

/// A name that every language can have: an ASCII letter or `_`, then letters, digits and `_`.
fn check_name(name: &str, place: &str) -> Result<(), ModelError> {
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if begins && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Ok(());
    }
    fault(place, "REC-15", format!("{name:?} is not a name that Rust and C share"))
}

fn check_record(record: &Record) -> Result<(), ModelError> {
    check_name(&record.name, &record.name)?;
    if record.id == 0 || record.version == 0 {
        return fault(&record.name, "REC-14", "id and version are at least 1");
    }
    if record.size == 0 || record.size > MAX_PAYLOAD || !record.size.is_multiple_of(RECORD_ALIGN) {
        return fault(
            &record.name,
            "REC-2",
            format!("{} bytes: a payload has 8 to {MAX_PAYLOAD}, a multiple of {RECORD_ALIGN}", record.size),
        );
    }
    check_fields(&record.name, record.size, &record.fields)?;
    for field in &record.fields {
        let place = format!("{}.{}", record.name, field.name);
        let latest = field.deprecated.unwrap_or(0).max(field.since);
        if field.since == 0
            || latest > record.version
            || field.bytes_since() > field.since
            || field.bytes_since() == 0
        {
            return fault(place, "VER-1", format!("its versions do not lie in 1 to {}", record.version));
        }
    }
    let introduced = |version| {
        record.fields.iter().any(|field| field.since == version || field.deprecated == Some(version))
    };
    match (1..=record.version).find(|&version| !introduced(version)) {
        None => Ok(()),
        Some(hole) => fault(&record.name, "VER-1", format!("nothing introduces version {hole}")),
    }
}

fn check_struct(composite: &Composite) -> Result<(), ModelError> {
    check_name(&composite.name, &composite.name)?;
    check_fields(&composite.name, composite.size, &composite.fields)
}

/// Fields lie one after the other, aligned, without a hole, and fill the whole (REC-3, REC-4).
fn check_fields(place: &str, size: u32, fields: &[Field]) -> Result<(), ModelError> {
    let mut end = 0;
    for field in fields {
        let place = format!("{place}.{}", field.name);
        check_name(&field.name, &place)?;
        check_type(&field.ty, &place)?;
        if field.ty.size() != Some(field.size) || field.size == 0 {
            return fault(place, "REC-7", format!("{} bytes are not what its type takes", field.size));
        }
        if field.offset != end {
            let offset = field.offset;
            return fault(
                place,
                "REC-4",
                format!("it lies at byte {offset}, and the field before ends at {end}"),
            );
        }
        if !field.offset.is_multiple_of(field.ty.align()) {
            let align = field.ty.align();
            return fault(place, "REC-3", format!("byte {} is not a multiple of {align}", field.offset));
        }
        for word in [&field.unit, &field.clock].into_iter().flatten() {
            if !word.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\') {
                return fault(place, "REC-13", format!("{word:?} is not a word of printable ASCII"));
            }
        }
        if field.scale.is_some_and(|scale| scale.contains(&0)) {
            return fault(place, "REC-13", "a scale is a fraction of two numbers from 1");
        }
        end = match field.end() {
            Some(end) if end <= size => end,
            _ => return fault(place, "REC-4", format!("it ends behind byte {size}, where the whole ends")),
        };
    }
    if end == size {
        return Ok(());
    }
    fault(place, "REC-4", format!("its fields end at byte {end} of {size}"))
}

fn check_type(ty: &Type, place: &str) -> Result<(), ModelError> {
    match ty {
        Type::Scalar(_) => Ok(()),
        Type::Array { array, len } => {
            if *len == 0 {
                return fault(place, "REC-7", "an array has at least one element");
            }
            check_type(array, place)
        }
        Type::Name { name } => {
            if *name == 0 {
                return fault(place, "REC-7", "a name has at least one byte");
            }
            Ok(())
        }
        Type::Code { code, repr, values, retired, .. } => {
            check_named(code, *repr, values, place)?;
            check_named(code, *repr, retired, place)?;
            let again = |named: &&Named| values.iter().any(|live| live.value == named.value);
            check_retired(values, retired, place)?;
            match retired.iter().find(again) {
                Some(named) => fault(place, "REC-16", format!("the number of `{}` was retired", named.name)),
                None => Ok(()),
            }
        }
        Type::Flags { flags, repr, masks, retired, .. } => {
            check_named(flags, *repr, masks, place)?;
            check_named(flags, *repr, retired, place)?;
            check_retired(masks, retired, place)?;
            let mut seen = 0;
            for mask in masks.iter().chain(retired) {
                if mask.value.0 <= 0 || mask.value.0 & seen != 0 {
                    return fault(place, "REC-9", format!("flag `{}` has no bits of its own", mask.name));
                }
                seen |= mask.value.0;
            }
            Ok(())
        }
        Type::Struct(composite) => check_struct(composite),
    }
}

/// A name is never given out again either.
fn check_retired(live: &[Named], retired: &[Named], place: &str) -> Result<(), ModelError> {
    match retired.iter().find(|named| live.iter().any(|other| other.name == named.name)) {
        Some(named) => fault(place, "REC-16", format!("the name `{}` was retired", named.name)),
        None => Ok(()),
    }
}

fn check_named(name: &str, repr: Scalar, values: &[Named], place: &str) -> Result<(), ModelError> {
    check_name(name, place)?;
    let bits = repr.size() * 8;
    let range = match repr {
        Scalar::F32 | Scalar::F64 => return fault(place, "REC-12", format!("`{name}` is not an integer")),
        _ if repr.schema().is_signed() => -(1i128 << (bits - 1))..=(1i128 << (bits - 1)) - 1,
        _ => 0..=(1i128 << bits) - 1,
    };
    for value in values {
        check_name(&value.name, place)?;
        if !range.contains(&value.value.0) {
            let number = value.value.0;
            return fault(
                place,
                "REC-12",
                format!("`{}` is {number}, which its integer cannot hold", value.name),
            );
        }
    }
    Ok(())
}

/// What a C name stands for.
#[derive(Clone, Debug, PartialEq)]
enum Meant {
    Record,
    Type(Type),
}

/// C names by what they stand for (REC-15).
#[derive(Default)]
struct Names(BTreeMap<String, (String, Meant)>);

impl Names {
    fn add(&mut self, name: &str, meant: Meant) -> Result<(), ModelError> {
        let folded: String = SnakeCase::new(name).collect();
        match self.0.get(&folded) {
            None => {
                self.0.insert(folded, (name.to_owned(), meant));
                Ok(())
            }
            Some((_, same)) if meant != Meant::Record && *same == meant => Ok(()),
            Some((other, _)) => fault(
                name,
                "REC-15",
                format!("it would have the C name `{folded}`, as another `{other}` has"),
            ),
        }
    }

    fn add_fields(&mut self, fields: &[Field]) -> Result<(), ModelError> {
        fields.iter().try_for_each(|field| self.add_type(&field.ty))
    }

    fn add_type(&mut self, ty: &Type) -> Result<(), ModelError> {
        match ty {
            Type::Scalar(_) | Type::Name { .. } => Ok(()),
            Type::Array { array, .. } => self.add_type(array),
            Type::Code { code: name, .. } | Type::Flags { flags: name, .. } => {
                self.add(name, Meant::Type(ty.clone()))
            }
            Type::Struct(composite) => self.add_struct(composite),
        }
    }

    fn add_struct(&mut self, composite: &Composite) -> Result<(), ModelError> {
        self.add(&composite.name, Meant::Type(Type::Struct(composite.clone())))?;
        self.add_fields(&composite.fields)
    }
}

//! The rules of `spec/record.md` and `spec/versioning.md`, for a catalog from anywhere.
//!
//! What the rules allow is decided by the const model, which is what the compiler asks too. What is left here is
//! what rustc refuses in source: two fields of one name, two values of one name or number.

use std::collections::{HashMap, HashSet};
use std::fmt;

use abi_schema::{
    Code, Conflict, Fault, FlagSet, MAX_CATALOG_NAME, MAX_NAME, MAX_NESTING, MAX_VALUES, Message, Printable,
    Scalar, Value, check_bytes, check_flag, check_layout, check_meaning, check_repr, check_struct,
    find_conflict, is_catalog_name, is_name, retired_flag, retired_twice,
};

use crate::lower::Lowered;
use crate::model::{Catalog, Field, Type};

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
        self.check_as(Origin::Source)
    }

    /// Checks what a release of a lock must be: everything but how versions follow one another (VER-1, VER-3,
    /// VER-8) and whether a retired name is live (REC-15), which the compatibility rules judge.
    ///
    /// # Errors
    ///
    /// The first rule that is broken, and where.
    pub fn check_frozen(&self) -> Result<(), ModelError> {
        self.check_as(Origin::Release)
    }

    fn check_as(&self, origin: Origin) -> Result<(), ModelError> {
        for record in &self.records {
            check_stated(&record.fields, MAX_NESTING)?;
        }
        for composite in &self.structs {
            check_stated(&composite.fields, MAX_NESTING)?;
        }
        let lowered = Lowered::new();
        check_catalog(&lowered.catalog(self), origin)
    }
}

/// Where a catalog comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The compiler, or a document that states what the compiler would accept.
    Source,
    /// A release of a lock, which is what it is.
    Release,
}

/// Refuses what a document can state and the const model cannot: a key that says nothing (DOC-2), and types that hold
/// types without an end in sight.
fn check_stated(fields: &[Field], depth: u32) -> Result<(), ModelError> {
    for field in fields {
        let place = quoted(&field.name);
        if [&field.unit, &field.clock].into_iter().flatten().any(String::is_empty) {
            return fault(place, "REC-13", "a unit or a clock of no bytes: leave the key out");
        }
        if field.deprecated == Some(0) {
            return fault(place, "VER-1", "it is deprecated since version 0: versions count from 1");
        }
        if field.bytes_since == Some(field.since) {
            return fault(
                place,
                "VER-1",
                "it claims bytes that are not older than itself: leave `bytes_since` out",
            );
        }
        let (mut ty, mut depth) = (&field.ty, depth);
        while let Type::Array { array, .. } = ty {
            depth = depth.saturating_sub(1);
            ty = array;
        }
        if depth == 0 {
            return fault(
                place,
                "REC-17",
                format!("it holds types more than {MAX_NESTING} deep: flatten it"),
            );
        }
        if let Type::Struct(composite) = ty {
            check_stated(&composite.fields, depth - 1)?;
        }
    }
    Ok(())
}

fn check_catalog(catalog: &abi_schema::Catalog<'_>, origin: Origin) -> Result<(), ModelError> {
    for (noun, name) in [("catalog", catalog.name), ("prefix", catalog.prefix)] {
        if !is_catalog_name(name) {
            let why = format!(
                "the {noun} {} is not a lower-case letter and up to {} lower-case letters, digits and `_`",
                quoted(name),
                MAX_CATALOG_NAME - 1
            );
            return fault(noun, "REC-15", why);
        }
    }
    if catalog.records.is_empty() && catalog.structs.is_empty() {
        return fault(catalog.name, "REC-14", "it has no records");
    }
    for retired in catalog.retired {
        check_name(retired.name, catalog.name)?;
    }
    if let Some((first, second)) = retired_twice(catalog.retired) {
        let (first, second) = (catalog.retired[first], catalog.retired[second]);
        let why =
            format!("id {:#06x} is retired twice, and was that of `{}`: keep one", first.id, first.name);
        return fault(second.name, "REC-14", why);
    }
    for record in catalog.records {
        check_name(record.name, catalog.name)?;
        check_fields(record.name, record.fields, origin)?;
        decide(
            record.name,
            record.fields,
            match origin {
                Origin::Source => check_layout(record),
                Origin::Release => check_release(record),
            },
        )?;
    }
    for composite in catalog.structs {
        check_composite(composite, catalog.name, origin)?;
    }
    match find_conflict(catalog) {
        Conflict::None => Ok(()),
        // Found last, when nothing else is in conflict.
        Conflict::RetiredName { .. } if origin == Origin::Release => Ok(()),
        conflict => {
            let records = catalog.records.iter().map(|record| record.name);
            let mut entries = records.chain(catalog.structs.iter().map(|composite| composite.name));
            let place = conflict.entry().and_then(|at| entries.nth(at)).unwrap_or(catalog.name);
            let message = conflict.message(catalog);
            let rule = conflict.rule();
            let said = message.as_str();
            fault(place, rule, said.strip_suffix(&format!(" ({rule})")).unwrap_or(said))
        }
    }
}

/// Checks a record of a release: its bytes, and that each version lies within those that there are.
fn check_release(record: &abi_schema::Record<'_>) -> Option<Fault> {
    if let Some(fault) = check_bytes(record) {
        return Some(fault);
    }
    if record.version == 0 {
        return Some(Fault::NoVersion);
    }
    let mut introduced = HashSet::new();
    for (at, field) in record.fields.iter().enumerate() {
        let within = 1 <= field.bytes_since
            && field.bytes_since <= field.since
            && field.since.max(field.deprecated) <= record.version;
        if !within {
            return Some(Fault::Versions { field: at });
        }
        introduced.extend([field.since, field.deprecated]);
        if let fault @ Some(Fault::Word { .. } | Fault::Scale { .. }) = check_meaning(record.fields, at) {
            return fault;
        }
    }
    (1..=record.version).find(|version| !introduced.contains(version)).map(|version| Fault::Hole { version })
}

/// Turns what the const model found into an error, where it found anything.
fn decide(name: &str, fields: &[abi_schema::Field<'_>], found: Option<Fault>) -> Result<(), ModelError> {
    let Some(found) = found else { return Ok(()) };
    let mut message = Message::new();
    found.write(fields, &mut message);
    let field = found.field().and_then(|at| fields.get(at));
    let place = field.map_or_else(|| name.to_owned(), |field| format!("{name}.{}", field.name));
    fault(place, found.rule(), message.as_str())
}

/// Returns a name that may be anything, in as many characters as a person reads.
fn quoted(name: &str) -> String {
    let shown: String = name.chars().take(MAX_NAME).collect();
    let more = if shown.len() < name.len() { "..." } else { "" };
    format!("\"{shown}{more}\"")
}

fn check_name(name: &str, place: &str) -> Result<(), ModelError> {
    if is_name(name) {
        return Ok(());
    }
    let why = format!(
        "{} is not a name that Rust and C share: a name is 1 to {MAX_NAME} ASCII letters, digits and `_`",
        quoted(name)
    );
    fault(place, "REC-15", why)
}

/// Checks the names of fields, and what they hold.
fn check_fields(place: &str, fields: &[abi_schema::Field<'_>], origin: Origin) -> Result<(), ModelError> {
    let mut names = HashSet::new();
    for field in fields {
        check_name(field.name, place)?;
        if !names.insert(field.name) {
            return fault(place, "REC-15", format!("two fields have the name `{}`", field.name));
        }
        check_type(&field.ty, &format!("{place}.{}", field.name), origin)?;
    }
    Ok(())
}

fn check_composite(
    composite: &abi_schema::Composite<'_>,
    place: &str,
    origin: Origin,
) -> Result<(), ModelError> {
    check_name(composite.name, place)?;
    check_fields(composite.name, composite.fields, origin)?;
    let found = match (check_struct(composite), origin) {
        (Some(Fault::Part { .. } | Fault::Reserved { .. }), Origin::Release) => None,
        (found, _) => found,
    };
    decide(composite.name, composite.fields, found)
}

fn check_type(ty: &abi_schema::Type<'_>, place: &str, origin: Origin) -> Result<(), ModelError> {
    match ty {
        abi_schema::Type::Scalar(_) | abi_schema::Type::Name(_) => Ok(()),
        abi_schema::Type::Array { element, .. } => check_type(element, place, origin),
        abi_schema::Type::Code(code) => check_code(code, place),
        abi_schema::Type::Flags(flags) => check_flags(flags, place),
        abi_schema::Type::Struct(composite) => check_composite(composite, place, origin),
    }
}

/// Checks the name of an enum, its integer, and how many numbers it names.
fn check_enum(
    name: &str,
    repr: Scalar,
    flags: bool,
    counts: [usize; 2],
    place: &str,
) -> Result<(), ModelError> {
    check_name(name, place)?;
    if let Some(found) = check_repr(repr, counts[0], flags) {
        let why = match found {
            abi_schema::ReprFault::Empty => format!("`{name}` names nothing"),
            _ if flags => format!("`{name}` lies in a {}, which is not an unsigned integer", repr.name()),
            _ => format!("`{name}` lies in a {}, which is not an integer", repr.name()),
        };
        return fault(place, found.rule(), why);
    }
    if counts.iter().any(|&count| count > MAX_VALUES) {
        return fault(place, "REC-17", format!("`{name}` names or retires more than {MAX_VALUES} numbers"));
    }
    Ok(())
}

fn check_code(code: &Code<'_>, place: &str) -> Result<(), ModelError> {
    check_enum(code.name, code.repr, false, [code.values.len(), code.retired.len()], place)?;
    let (mut names, mut numbers) = (HashMap::new(), HashMap::new());
    for (values, retired) in [(code.values, false), (code.retired, true)] {
        for &Value { name, value, .. } in values {
            check_name(name, place)?;
            if !code.repr.holds(value) {
                let why = format!("`{name}` is {value}, which a {} cannot hold", code.repr.name());
                return fault(place, "REC-12", why);
            }
            check_once(names.insert(name, retired), retired, place, &format!("the name `{name}`"))?;
            let number = format!("the number {value} of `{name}`");
            check_once(numbers.insert(value, retired), retired, place, &number)?;
        }
    }
    Ok(())
}

fn check_flags(flags: &FlagSet<'_>, place: &str) -> Result<(), ModelError> {
    check_enum(flags.name, flags.repr, true, [flags.flags.len(), flags.retired.len()], place)?;
    let mut names = HashMap::new();
    for (at, flag) in flags.flags.iter().chain(flags.retired).enumerate() {
        let retired = at >= flags.flags.len();
        check_name(flag.name, place)?;
        check_once(names.insert(flag.name, retired), retired, place, &format!("the name `{}`", flag.name))?;
        if let Some(found) = check_flag(flags, at) {
            let mut message = Message::new();
            message.text("flag `").text(flag.name).text("`");
            found.write(&mut message);
            return fault(place, found.rule(), message.as_str());
        }
    }
    for (at, flag) in flags.flags.iter().enumerate() {
        if let Some(retired) = retired_flag(flags, at) {
            let retired = flags.retired[retired].name;
            let why = format!("`{}` has a bit of `{retired}`, which was retired", flag.name);
            return fault(place, "REC-16", why);
        }
    }
    Ok(())
}

/// Refuses what was there `before`, and was retired or not.
fn check_once(before: Option<bool>, retired: bool, place: &str, what: &str) -> Result<(), ModelError> {
    match (before, retired) {
        (None, _) => Ok(()),
        (Some(false), false) => fault(place, "REC-12", format!("{what} is given twice")),
        (Some(false), true) => {
            fault(place, "REC-16", format!("{what} was retired, and is never given out again"))
        }
        (Some(true), _) => fault(place, "REC-16", format!("{what} is retired twice")),
    }
}

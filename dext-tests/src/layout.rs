//! Structs as bytes: what the schema says of them, and what somebody else does.

use std::collections::BTreeMap;
use std::fmt;

use abi_codegen::model::{Composite, Field, Record, Scalar, Type};
use abi_codegen::{Catalog, c_header};
use abi_schema::{CatalogSchema, SnakeCase};

/// Structs by their names in C.
pub type Layouts = BTreeMap<String, Layout>;

/// A struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Its size in bytes.
    pub size: u64,
    /// Its members, in the order of their offsets.
    pub members: Vec<Member>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name in C.
    pub name: String,
    /// Its first byte.
    pub offset: u64,
    /// What lies there.
    pub ty: MemberType,
}

/// What lies at a member's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberType {
    /// A number without a sign, of this many bytes.
    Unsigned(u64),
    /// A number with a sign, of this many bytes.
    Signed(u64),
    /// A floating-point number, of this many bytes.
    Float(u64),
    /// `char`: whether it has a sign differs from target to target, and nobody counts with it.
    Character,
    /// A pointer.
    Pointer,
    /// That many of the same, one after the other.
    Array(Box<MemberType>, u64),
    /// A struct, by its name.
    Struct(String, u64),
}

impl MemberType {
    /// Returns how many bytes it takes; a pointer takes as many as the target gives it, said here as 0.
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            Self::Unsigned(size) | Self::Signed(size) | Self::Float(size) | Self::Struct(_, size) => *size,
            Self::Character => 1,
            Self::Pointer => 0,
            Self::Array(element, count) => element.size() * count,
        }
    }
}

impl fmt::Display for MemberType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(size) => write!(f, "u{}", size * 8),
            Self::Signed(size) => write!(f, "i{}", size * 8),
            Self::Float(size) => write!(f, "f{}", size * 8),
            Self::Character => f.write_str("char"),
            Self::Pointer => f.write_str("pointer"),
            Self::Array(element, count) => write!(f, "{element}[{count}]"),
            Self::Struct(name, size) => write!(f, "{name} ({size} bytes)"),
        }
    }
}

/// Returns every struct that a catalog's header declares.
///
/// # Panics
///
/// The catalog breaks its own rules, which its crate would not compile with.
#[must_use]
pub fn of_catalog(schema: &CatalogSchema) -> Layouts {
    let catalog = &Catalog::from_schema(schema).expect("rustc has laid it out");
    let header = c_header(catalog).expect("no two names clash");
    let mut schema = Schema { catalog, header, layouts: Layouts::new() };
    for record in &catalog.records {
        schema.add_record(record);
    }
    for composite in &catalog.structs {
        schema.add(&composite.name, composite.size, &composite.fields);
    }
    schema.layouts
}

struct Schema<'c> {
    catalog: &'c Catalog,
    header: String,
    layouts: Layouts,
}

impl Schema<'_> {
    /// Adds the struct of each version: the fields that it has, and bytes between them (HDR-13).
    fn add_record(&mut self, record: &Record) {
        for version in 1..=record.version {
            let name = format!("{}_v{version}", c_name(self.catalog, &record.name));
            let size = u64::from(record.size_of_version(version));
            let mut members: Vec<Member> = Vec::new();
            let mut end = 0;
            let fill = |members: &mut Vec<Member>, end: u64, to: u64| {
                if end < to {
                    let ty = MemberType::Array(Box::new(MemberType::Unsigned(1)), to - end);
                    members.push(Member { name: format!("_reserved_{end}"), offset: end, ty });
                }
            };
            for field in record.fields.iter().filter(|field| !field.reserved && field.since <= version) {
                let offset = u64::from(field.offset);
                fill(&mut members, end, offset);
                let ty = member_type(self.catalog, &field.ty);
                members.push(Member { name: self.member_name(&name, &field.name), offset, ty });
                end = offset + u64::from(field.size);
            }
            fill(&mut members, end, size);
            self.layouts.insert(name, Layout { size, members });
        }
        for field in &record.fields {
            self.add_inner(&field.ty);
        }
    }

    fn add(&mut self, name: &str, size: u32, fields: &[Field]) {
        let name = c_name(self.catalog, name);
        let member = |field: &Field| Member {
            name: self.member_name(&name, &field.name),
            offset: field.offset.into(),
            ty: member_type(self.catalog, &field.ty),
        };
        let layout = Layout { size: size.into(), members: fields.iter().map(member).collect() };
        self.layouts.insert(name, layout);
        for field in fields {
            self.add_inner(&field.ty);
        }
    }

    fn add_inner(&mut self, ty: &Type) {
        match ty {
            Type::Array { array, .. } => self.add_inner(array),
            Type::Struct(Composite { name, size, fields, .. }) => self.add(name, *size, fields),
            Type::Scalar(_) | Type::Name { .. } | Type::Code { .. } | Type::Flags { .. } => {}
        }
    }

    /// A name that is a word of C or of a system header has one `_` more there (HDR-5).
    fn member_name(&self, name: &str, field: &str) -> String {
        let escaped = format!("{field}_");
        let is_escaped = self.header.contains(&format!("offsetof({name}, {escaped})"));
        if is_escaped { escaped } else { field.to_owned() }
    }
}

fn c_name(catalog: &Catalog, name: &str) -> String {
    let snake: String = SnakeCase::new(name).collect();
    format!("{}_{snake}", catalog.prefix)
}

fn member_type(catalog: &Catalog, ty: &Type) -> MemberType {
    match ty {
        Type::Scalar(own) | Type::Code { repr: own, .. } | Type::Flags { repr: own, .. } => number(*own),
        Type::Array { array, len } => MemberType::Array(Box::new(member_type(catalog, array)), (*len).into()),
        Type::Name { name } => MemberType::Array(Box::new(MemberType::Character), (*name).into()),
        Type::Struct(composite) => {
            MemberType::Struct(c_name(catalog, &composite.name), composite.size.into())
        }
    }
}

fn number(scalar: Scalar) -> MemberType {
    let size = scalar.size().into();
    let schema = scalar.schema();
    match (schema.is_float(), schema.is_signed()) {
        (true, _) => MemberType::Float(size),
        (false, true) => MemberType::Signed(size),
        (false, false) => MemberType::Unsigned(size),
    }
}

/// Compares what was found with what the schema says; returns every difference, struct and member named.
#[must_use]
pub fn compare(expected: &Layouts, found: &Layouts) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, expected) in expected {
        match found.get(name) {
            None => differences.push(format!("{name}: not found")),
            Some(found) => compare_struct(name, expected, found, &mut differences),
        }
    }
    differences
}

/// Compares one struct.
pub fn compare_struct(name: &str, expected: &Layout, found: &Layout, differences: &mut Vec<String>) {
    if expected.size != found.size {
        differences.push(format!("{name}: {} bytes, and {} in the schema", found.size, expected.size));
    }
    if expected.members.len() != found.members.len() {
        let (there, here) = (found.members.len(), expected.members.len());
        differences.push(format!("{name}: {there} members, and {here} in the schema"));
    }
    for (at, (expected, found)) in expected.members.iter().zip(&found.members).enumerate() {
        if expected != found {
            differences.push(format!(
                "{name}: member {at} is `{}: {}` at {}, and `{}: {}` at {} in the schema",
                found.name, found.ty, found.offset, expected.name, expected.ty, expected.offset
            ));
        }
    }
}

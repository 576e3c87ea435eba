//! Structs as bytes: what the schema says of them, and what somebody else does.

use std::collections::BTreeMap;
use std::fmt;

use abi_codegen::Catalog;
use abi_codegen::model::{Composite, Field, Scalar, Type};
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
    let catalog = Catalog::from_schema(schema).expect("rustc has laid it out");
    let mut layouts = Layouts::new();
    for record in &catalog.records {
        add(&catalog, &record.name, record.size, &record.fields, &mut layouts);
    }
    for composite in &catalog.structs {
        add(&catalog, &composite.name, composite.size, &composite.fields, &mut layouts);
    }
    layouts
}

fn c_name(catalog: &Catalog, name: &str) -> String {
    let snake: String = SnakeCase::new(name).collect();
    format!("{}_{snake}", catalog.prefix)
}

fn add(catalog: &Catalog, name: &str, size: u32, fields: &[Field], layouts: &mut Layouts) {
    let member = |field: &Field| Member {
        name: field.name.clone(),
        offset: field.offset.into(),
        ty: member_type(catalog, &field.ty),
    };
    let layout = Layout { size: size.into(), members: fields.iter().map(member).collect() };
    layouts.insert(c_name(catalog, name), layout);
    for field in fields {
        add_inner(catalog, &field.ty, layouts);
    }
}

fn add_inner(catalog: &Catalog, ty: &Type, layouts: &mut Layouts) {
    match ty {
        Type::Array { array, .. } => add_inner(catalog, array, layouts),
        Type::Struct(Composite { name, size, fields, .. }) => add(catalog, name, *size, fields, layouts),
        Type::Scalar(_) | Type::Name { .. } | Type::Code { .. } | Type::Flags { .. } => {}
    }
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
        // A name that is a word of C has one `_` more there (HDR-5).
        let same_name = found.name == expected.name || found.name == format!("{}_", expected.name);
        if !same_name || expected.offset != found.offset || expected.ty != found.ty {
            differences.push(format!(
                "{name}: member {at} is `{}: {}` at {}, and `{}: {}` at {} in the schema",
                found.name, found.ty, found.offset, expected.name, expected.ty, expected.offset
            ));
        }
    }
}

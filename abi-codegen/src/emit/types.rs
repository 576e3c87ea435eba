//! Types and members in C.

use abi_schema::SnakeCase;

use super::comment;
use super::constants::{Constants, integer};
use super::escape::member;
use crate::model::{Catalog, Composite, Field, Named, Record, Scalar, Type};

/// Returns the C name that belongs to a Rust name.
pub(super) fn c_name(catalog: &Catalog, name: &str) -> String {
    let snake: String = SnakeCase::new(name).collect();
    format!("{}_{snake}", catalog.prefix)
}

pub(super) const fn scalar(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::U8 => "uint8_t",
        Scalar::U16 => "uint16_t",
        Scalar::U32 => "uint32_t",
        Scalar::U64 => "uint64_t",
        Scalar::I8 => "int8_t",
        Scalar::I16 => "int16_t",
        Scalar::I32 => "int32_t",
        Scalar::I64 => "int64_t",
        Scalar::F32 => "float",
        Scalar::F64 => "double",
    }
}

/// The types of a catalog, each after those that it is made of, each once.
pub(super) struct Types<'c> {
    catalog: &'c Catalog,
    seen: Vec<String>,
    pub(super) text: String,
    pub(super) assertions: String,
    pub(super) functions: String,
}

impl<'c> Types<'c> {
    pub(super) fn new(catalog: &'c Catalog) -> Self {
        let (text, assertions, functions) = (String::new(), String::new(), String::new());
        Self { catalog, seen: Vec::new(), text, assertions, functions }
    }

    /// Adds a record's struct, behind the types of its fields.
    pub(super) fn record(&mut self, record: &Record, constants: &mut Constants) {
        for field in &record.fields {
            self.ty(&field.ty, constants);
        }
        let name = c_name(self.catalog, &record.name);
        let fact = format!("Record {:#06x}, version {}, {} bytes.", record.id, record.version, record.size);
        self.fields_struct(&name, &record.doc, &fact, record.size, &record.fields);
        self.clear_reserved(&name, &record.fields);
        constants.record(&name, record);
    }

    /// Adds a composite's struct, behind the types of its fields.
    pub(super) fn composite(&mut self, composite: &Composite, constants: &mut Constants) {
        let name = c_name(self.catalog, &composite.name);
        if !self.is_new(&name) {
            return;
        }
        for field in &composite.fields {
            self.ty(&field.ty, constants);
        }
        let fact = format!("Composite, {} bytes.", composite.size);
        self.fields_struct(&name, &composite.doc, &fact, composite.size, &composite.fields);
        self.clear_reserved(&name, &composite.fields);
        constants.fields(&name, &composite.fields);
    }

    fn ty(&mut self, ty: &Type, constants: &mut Constants) {
        match ty {
            Type::Scalar(_) | Type::Name { .. } => {}
            Type::Array { array, .. } => self.ty(array, constants),
            Type::Code { code, repr, values, retired, doc } => {
                if let Some(name) = self.integer_type(code, *repr, &with_retired(doc, retired)) {
                    constants.values(&name, *repr, values);
                }
            }
            Type::Flags { flags, repr, masks, retired, doc } => {
                if let Some(name) = self.integer_type(flags, *repr, &with_retired(doc, retired)) {
                    constants.masks(&name, *repr, masks);
                }
            }
            Type::Struct(composite) => self.composite(composite, constants),
        }
    }

    /// Adds the type of a code or of flags; returns its name if it is new.
    fn integer_type(&mut self, name: &str, repr: Scalar, doc: &str) -> Option<String> {
        let name = c_name(self.catalog, name);
        if !self.is_new(&name) {
            return None;
        }
        self.text += &comment::block("", doc);
        self.text += &format!("typedef {} {name};\n\n", scalar(repr));
        Some(name)
    }

    fn is_new(&mut self, name: &str) -> bool {
        let new = !self.seen.iter().any(|seen| seen == name);
        if new {
            self.seen.push(name.to_owned());
        }
        new
    }

    fn fields_struct(&mut self, name: &str, doc: &str, fact: &str, size: u32, fields: &[Field]) {
        let doc = if doc.is_empty() { fact.to_owned() } else { format!("{doc}\n\n{fact}") };
        self.text += &comment::block("", &format!("{doc}\n\n{}", picture(fields)));
        self.text += &format!("typedef struct {name} {{\n");
        for field in fields {
            self.text += &comment::block("    ", &field_doc(field));
            self.text += &format!("    {};\n", self.declaration(&field.ty, &member(&field.name)));
        }
        self.text += &format!("}} {name};\n\n");
        self.assert(&format!("sizeof({name}) == {size}"), &format!("size of {name}"));
        let align = fields.iter().map(|field| field.ty.align()).max().unwrap_or(1);
        self.assert(&format!("TSM_ALIGNOF({name}) <= {align}"), &format!("alignment of {name}"));
        for field in fields {
            let (member, place) = (member(&field.name), format!("{name}.{}", field.name));
            self.assert(
                &format!("offsetof({name}, {member}) == {}", field.offset),
                &format!("offset of {place}"),
            );
            self.assert(
                &format!("sizeof((({name} *)0)->{member}) == {}", field.size),
                &format!("size of {place}"),
            );
        }
        self.assertions.push('\n');
    }

    fn assert(&mut self, condition: &str, message: &str) {
        self.assertions += &format!("TSM_STATIC_ASSERT({condition}, \"{message}\");\n");
    }

    /// Returns a member's declaration: arrays of arrays have their outermost length first.
    fn declaration(&self, ty: &Type, member: &str) -> String {
        match ty {
            Type::Scalar(own) => format!("{} {member}", scalar(*own)),
            Type::Array { array, len } => self.declaration(array, &format!("{member}[{len}]")),
            Type::Name { name } => format!("char {member}[{name}]"),
            Type::Code { code: name, .. } | Type::Flags { flags: name, .. } => {
                format!("{} {member}", c_name(self.catalog, name))
            }
            Type::Struct(composite) => format!("{} {member}", c_name(self.catalog, &composite.name)),
        }
    }

    /// Adds the function that zeroes a struct's reserved bytes (HDR-7, REG-26). Every struct has one, so
    /// that a macro can call it for any record.
    fn clear_reserved(&mut self, name: &str, fields: &[Field]) {
        self.functions += "/** Zeroes the reserved bytes, as every writer must before it stores them. */\n";
        self.functions += &format!("static inline void {name}_clear_reserved({name} *own)\n{{\n");
        if !has_reserved(fields) {
            self.functions += "    (void)own;\n";
        }
        for field in fields {
            let place = format!("own->{}", member(&field.name));
            self.functions += &self.clear(field.reserved, &field.ty, &place, 0);
        }
        self.functions += "}\n\n";
    }

    fn clear(&self, reserved: bool, ty: &Type, place: &str, depth: usize) -> String {
        let indent = "    ".repeat(depth + 1);
        match ty {
            Type::Array { array, len } if reserved || type_has_reserved(array) => {
                let inner = self.clear(reserved, array, &format!("{place}[at{depth}]"), depth + 1);
                format!(
                    "{indent}for (size_t at{depth} = 0; at{depth} < {len}; ++at{depth}) {{\n{inner}{indent}}}\n"
                )
            }
            Type::Name { name } if reserved => {
                format!(
                    "{indent}for (size_t at{depth} = 0; at{depth} < {name}; ++at{depth}) {{\n{indent}    {place}[at{depth}] = 0;\n{indent}}}\n"
                )
            }
            Type::Struct(composite) if !reserved && has_reserved(&composite.fields) => {
                format!("{indent}{}_clear_reserved(&{place});\n", c_name(self.catalog, &composite.name))
            }
            Type::Struct(composite) if reserved => {
                let inner = composite.fields.iter().map(|field| {
                    self.clear(true, &field.ty, &format!("{place}.{}", member(&field.name)), depth)
                });
                inner.collect()
            }
            _ if reserved => format!("{indent}{place} = 0;\n"),
            _ => String::new(),
        }
    }
}

fn has_reserved(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.reserved || type_has_reserved(&field.ty))
}

fn type_has_reserved(ty: &Type) -> bool {
    match ty {
        Type::Array { array, .. } => type_has_reserved(array),
        Type::Struct(composite) => has_reserved(&composite.fields),
        Type::Scalar(_) | Type::Name { .. } | Type::Code { .. } | Type::Flags { .. } => false,
    }
}

/// Returns a field's documentation and what is stated of its values.
fn field_doc(field: &Field) -> String {
    let mut facts = Vec::new();
    if field.reserved {
        facts.push("Reserved: zero when written, ignored when read.".to_owned());
    }
    if field.since > 1 && !field.reserved {
        facts.push(format!("Since version {}.", field.since));
    }
    if let Some(version) = field.deprecated {
        facts.push(format!("Deprecated since version {version}."));
    }
    if let Some(unit) = &field.unit {
        let scale =
            field.scale.map(|[numerator, denominator]| format!(", in steps of {numerator}/{denominator}"));
        facts.push(format!("Unit: {unit}{}.", scale.unwrap_or_default()));
    }
    if let Some(clock) = &field.clock {
        facts.push(format!("Clock: {clock}."));
    }
    if let Some(kind) = field.kind {
        facts.push(format!("Kind: {}.", kind.name()));
    }
    if let Some(absent) = field.absent {
        facts.push(format!("{} means not known.", absent.0));
    }
    if field.privacy == crate::model::Privacy::Private {
        facts.push("Private.".to_owned());
    }
    let facts = facts.join(" ");
    match (field.doc.is_empty(), facts.is_empty()) {
        (true, _) => facts,
        (false, true) => field.doc.clone(),
        (false, false) => format!("{}\n{facts}", field.doc),
    }
}

/// Draws which bytes belong to which field.
fn picture(fields: &[Field]) -> String {
    let last = fields.iter().filter_map(Field::end).max().unwrap_or(0);
    let width = last.to_string().len();
    let lines = fields.iter().map(|field| {
        let end = field.end().unwrap_or(field.offset).saturating_sub(1);
        let name = if field.reserved { "(reserved)" } else { &field.name };
        format!("    {:>width$} .. {end:>width$}  {name}", field.offset)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the members of a code or of flags for the constants of their own.
pub(super) fn each_named(named: &[Named]) -> impl Iterator<Item = (String, &Named)> {
    named.iter().map(|named| (c_constant_name(&named.name), named))
}

/// Returns how the constant of a named value ends in C: `SayHelloFirst` becomes `SAY_HELLO_FIRST`.
#[must_use]
pub fn c_constant_name(name: &str) -> String {
    upper(&SnakeCase::new(name).collect::<String>())
}

pub(super) fn upper(name: &str) -> String {
    name.to_ascii_uppercase()
}

/// Returns a value of a wire type as a constant, usable in `#if`.
pub(super) fn constant(repr: Scalar, value: i128) -> String {
    integer(repr.size(), repr.schema().is_signed(), value)
}

/// The documentation of an enumeration, with the numbers that are never given out again.
fn with_retired(doc: &str, retired: &[Named]) -> String {
    let lines =
        retired.iter().map(|named| format!("{:#x} was `{}`: never used again.", named.value.0, named.name));
    let lines: Vec<String> =
        std::iter::once(doc.to_owned()).chain(lines).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

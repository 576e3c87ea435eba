//! Types and members in C.

use abi_schema::SnakeCase;

use super::comment;
use super::constants::{Constants, integer};
use super::names::{Name, Names, Thing, Verb};
use crate::model::{Composite, Field, Named, Record, Scalar, Type};

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
pub(super) struct Types<'n> {
    names: &'n Names,
    seen: Vec<&'n Name>,
    pub(super) text: String,
    pub(super) assertions: String,
    pub(super) functions: String,
}

/// A member of a struct.
struct Member<'f> {
    name: Name,
    offset: u32,
    size: u32,
    /// The field, or nothing for bytes that are reserved in this version.
    field: Option<&'f Field>,
}

impl<'n> Types<'n> {
    pub(super) fn new(names: &'n Names) -> Self {
        let (text, assertions, functions) = (String::new(), String::new(), String::new());
        Self { names, seen: Vec::new(), text, assertions, functions }
    }

    /// Adds a struct for each version of a record, after the types of its fields (HDR-13).
    pub(super) fn record(&mut self, record: &Record, constants: &mut Constants<'_>) {
        for field in &record.fields {
            self.ty(&field.ty, constants);
        }
        for version in 1..=record.version {
            let size = record.size_of_version(version);
            let name = self.names.get(&Thing::Version(record.name.clone(), version));
            let fact = format!("Record {:#06x}, version {version}, {size} bytes.", record.id);
            let members = self.members_of_version(record, version);
            self.members_struct(name, &record.doc, &fact, size, &members);
            let clear = Thing::Function(record.name.clone(), Verb::ClearReserved, version);
            self.clear_reserved(name, self.names.get(&clear), &members);
        }
        constants.record(record);
    }

    /// Returns the members of a version: its fields, and between them the bytes that are reserved in it (VER-2).
    /// They depend on nothing but the version, whatever later ones make of these bytes.
    fn members_of_version<'f>(&self, record: &'f Record, version: u16) -> Vec<Member<'f>> {
        let live: Vec<&Field> =
            record.fields.iter().filter(|field| !field.reserved && field.since <= version).collect();
        let mut members = Vec::new();
        let mut end = 0;
        let fill = |members: &mut Vec<Member<'f>>, from: u32, to: u32| {
            if from < to {
                let name = self.names.gap(from, &live);
                members.push(Member { name, offset: from, size: to - from, field: None });
            }
        };
        for field in &live {
            fill(&mut members, end, field.offset);
            members.push(self.member(field));
            end = field.offset.saturating_add(field.size);
        }
        fill(&mut members, end, record.size_of_version(version));
        members
    }

    fn member<'f>(&self, field: &'f Field) -> Member<'f> {
        let name = self.names.member(&field.name);
        Member { name, offset: field.offset, size: field.size, field: Some(field) }
    }

    /// Adds a composite's struct, after the types of its fields.
    pub(super) fn composite(&mut self, composite: &Composite, constants: &mut Constants<'_>) {
        let name = self.names.get(&Thing::Composite(composite.name.clone()));
        if !self.is_new(name) {
            return;
        }
        for field in &composite.fields {
            self.ty(&field.ty, constants);
        }
        let fact = format!("Composite, {} bytes.", composite.size);
        let members: Vec<Member<'_>> = composite.fields.iter().map(|field| self.member(field)).collect();
        self.members_struct(name, &composite.doc, &fact, composite.size, &members);
        self.clear_reserved(name, self.names.get(&Thing::Clear(composite.name.clone())), &members);
        constants.fields(&composite.name, &composite.fields);
    }

    fn ty(&mut self, ty: &Type, constants: &mut Constants<'_>) {
        match ty {
            Type::Scalar(_) | Type::Name { .. } => {}
            Type::Array { array, .. } => self.ty(array, constants),
            Type::Code { code, repr, values, retired, doc } => {
                let name = self.names.get(&Thing::Code(code.clone()));
                if self.integer_type(name, *repr, &with_retired(doc, retired)) {
                    constants.values(code, *repr, values);
                }
            }
            Type::Flags { flags, repr, masks, retired, doc } => {
                let name = self.names.get(&Thing::Flags(flags.clone()));
                if self.integer_type(name, *repr, &with_retired(doc, retired)) {
                    constants.masks(flags, *repr, masks);
                }
            }
            Type::Struct(composite) => self.composite(composite, constants),
        }
    }

    /// Adds the type of a code or of flags; returns whether it is new.
    fn integer_type(&mut self, name: &'n Name, repr: Scalar, doc: &str) -> bool {
        let new = self.is_new(name);
        if new {
            self.text += &comment::block("", doc);
            self.text += &format!("typedef {} {name};\n\n", scalar(repr));
        }
        new
    }

    fn is_new(&mut self, name: &'n Name) -> bool {
        let new = !self.seen.contains(&name);
        if new {
            self.seen.push(name);
        }
        new
    }

    fn members_struct(&mut self, name: &Name, doc: &str, fact: &str, size: u32, members: &[Member<'_>]) {
        let doc = if doc.is_empty() { fact.to_owned() } else { format!("{doc}\n\n{fact}") };
        self.text += &comment::block("", &format!("{doc}\n\n{}", picture(members)));
        self.text += &format!("typedef struct {name} {{\n");
        for member in members {
            self.text += &comment::block("    ", &member.doc());
            self.text += &format!("    {};\n", self.member_declaration(member));
        }
        self.text += &format!("}} {name};\n\n");
        self.assert(&format!("sizeof({name}) == {size}"), &format!("size of {name}"));
        let align = members.iter().filter_map(|member| member.field).map(|field| field.ty.align()).max();
        let align = align.unwrap_or(1);
        self.assert(&format!("TSM_ALIGNOF({name}) <= {align}"), &format!("alignment of {name}"));
        for Member { name: member, offset, size, field } in members {
            let place = format!("{name}.{}", field.map_or(member.as_str(), |field| &field.name));
            self.assert(&format!("offsetof({name}, {member}) == {offset}"), &format!("offset of {place}"));
            self.assert(&format!("sizeof((({name} *)0)->{member}) == {size}"), &format!("size of {place}"));
        }
        self.assertions.push('\n');
    }

    fn assert(&mut self, condition: &str, message: &str) {
        self.assertions += &format!("TSM_STATIC_ASSERT({condition}, \"{message}\");\n");
    }

    fn member_declaration(&self, member: &Member<'_>) -> String {
        match member.field {
            Some(field) => self.declaration(&field.ty, member.name.as_str()),
            None => format!("{} {}[{}]", scalar(Scalar::U8), member.name, member.size),
        }
    }

    /// Returns a declaration of `what`: arrays of arrays have their outermost length first.
    fn declaration(&self, ty: &Type, what: &str) -> String {
        let of = |thing| format!("{} {what}", self.names.get(&thing));
        match ty {
            Type::Scalar(own) => format!("{} {what}", scalar(*own)),
            Type::Array { array, len } => self.declaration(array, &format!("{what}[{len}]")),
            Type::Name { name } => format!("char {what}[{name}]"),
            Type::Code { code, .. } => of(Thing::Code(code.clone())),
            Type::Flags { flags, .. } => of(Thing::Flags(flags.clone())),
            Type::Struct(composite) => of(Thing::Composite(composite.name.clone())),
        }
    }

    /// Adds the function that zeroes a struct's reserved bytes (HDR-7, REG-26). Every struct has one, so
    /// that a macro can call it for any record.
    fn clear_reserved(&mut self, name: &Name, function: &Name, members: &[Member<'_>]) {
        self.functions += "/** Zeroes the reserved bytes, as every writer must before it stores them. */\n";
        self.functions += &format!("static inline void {function}({name} *own)\n{{\n");
        let cleared: String = members.iter().map(|member| self.clear_member(member)).collect();
        self.functions += if cleared.is_empty() { "    (void)own;\n" } else { &cleared };
        self.functions += "}\n\n";
    }

    fn clear_member(&self, member: &Member<'_>) -> String {
        let place = format!("own->{}", member.name);
        match member.field {
            Some(field) => self.clear(field.reserved, &field.ty, &place, 0),
            None => clear_bytes(member.size, &place, 0),
        }
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
            Type::Name { name } if reserved => clear_bytes(*name, place, depth),
            Type::Struct(composite) if !reserved && has_reserved(&composite.fields) => {
                format!("{indent}{}(&{place});\n", self.names.get(&Thing::Clear(composite.name.clone())))
            }
            Type::Struct(composite) if reserved => {
                let inner = composite.fields.iter().map(|field| {
                    let member = self.names.member(&field.name);
                    self.clear(true, &field.ty, &format!("{place}.{member}"), depth)
                });
                inner.collect()
            }
            _ if reserved => format!("{indent}{place} = 0;\n"),
            _ => String::new(),
        }
    }
}

/// Returns the loop that zeroes the bytes of an array.
fn clear_bytes(bytes: u32, place: &str, depth: usize) -> String {
    let indent = "    ".repeat(depth + 1);
    format!(
        "{indent}for (size_t at{depth} = 0; at{depth} < {bytes}; ++at{depth}) {{\n{indent}    {place}[at{depth}] = 0;\n{indent}}}\n"
    )
}

impl Member<'_> {
    fn doc(&self) -> String {
        self.field.map_or_else(|| RESERVED.to_owned(), field_doc)
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

const RESERVED: &str = "Reserved: zero when written, ignored when read.";

/// Returns a field's documentation and what is stated of its values.
fn field_doc(field: &Field) -> String {
    let mut facts = Vec::new();
    if field.reserved {
        facts.push(RESERVED.to_owned());
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
fn picture(members: &[Member<'_>]) -> String {
    let end = |member: &Member<'_>| member.offset.saturating_add(member.size);
    let last = members.iter().map(end).max().unwrap_or(0);
    let width = last.to_string().len();
    let lines = members.iter().map(|member| {
        let last = end(member).saturating_sub(1);
        let live = member.field.filter(|field| !field.reserved);
        let name = live.map_or("(reserved)", |field| &field.name);
        format!("    {:>width$} .. {last:>width$}  {name}", member.offset)
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

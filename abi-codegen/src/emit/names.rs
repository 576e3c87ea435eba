//! The one table of the names that a catalog brings into C (HDR-12).
//!
//! A [`Name`] is made by the table alone, so that no emitter can write one that was not checked against all the
//! others: types, functions, constants, guards, what `testimony/record.h` defines for a record, the words of the
//! languages and the macros of the systems.

use std::collections::BTreeMap;
use std::fmt;

use abi_schema::{SnakeCase, is_type_derived};

use super::escape::Words;
use super::types::{c_constant_name, upper};
use crate::model::{Catalog, Composite, Field, Named, Privacy, Record, Scalar, Type};

/// A name in C that stands in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(String);

impl Name {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a function does with a record of one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verb {
    ClearReserved,
    Emit,
    EmitAt,
    Reserve,
    Fill,
}

impl Verb {
    /// Those that `TSM_RECORD` defines, which stand in no header.
    const OF_RECORD_H: [Self; 4] = [Self::Emit, Self::EmitAt, Self::Reserve, Self::Fill];

    const fn suffix(self) -> &'static str {
        match self {
            Self::ClearReserved => "clear_reserved",
            Self::Emit => "emit",
            Self::EmitAt => "emit_at",
            Self::Reserve => "reserve",
            Self::Fill => "fill",
        }
    }
}

/// Something that has a name in C.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    /// The guard of the header.
    Guard,
    /// What the header of any version of the catalog defines, and what only this version's does.
    Catalog,
    ThisVersion,
    /// Words of the embedded form, their size in bytes, and the guard of their header.
    Embedded,
    EmbeddedSize,
    EmbeddedGuard,
    /// A composite, and the function that clears its reserved bytes.
    Composite(String),
    Clear(String),
    /// A code or flags.
    Code(String),
    Flags(String),
    /// A record's struct of one version, and a function of it.
    Version(String, u16),
    Function(String, Verb, u16),
    /// A constant of a record, a composite, a code or flags, and what follows the owner's name in it.
    Constant(String, String),
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guard | Self::EmbeddedGuard => f.write_str("the guard of a header"),
            Self::Catalog | Self::ThisVersion => f.write_str("the mark of the catalog's version"),
            Self::Embedded => f.write_str("the catalog's embedded form"),
            Self::EmbeddedSize => f.write_str("the size of the catalog's embedded form"),
            Self::Composite(name) => write!(f, "composite `{name}`"),
            Self::Clear(name) => write!(f, "the function clear_reserved of composite `{name}`"),
            Self::Code(name) => write!(f, "code `{name}`"),
            Self::Flags(name) => write!(f, "flags `{name}`"),
            Self::Version(name, version) => write!(f, "version {version} of record `{name}`"),
            Self::Function(name, verb, version) => {
                write!(f, "the function {} of version {version} of record `{name}`", verb.suffix())
            }
            Self::Constant(name, what) => write!(f, "a constant {what} of `{name}`"),
        }
    }
}

/// Two things that would have one name in C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clash {
    pub(super) name: String,
    pub(super) things: [String; 2],
}

/// What has a name.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    /// In words.
    pub(super) thing: String,
    /// The definition, for what C lets a unit define twice in the same way: a constant, a name of an integer.
    pub(super) definition: Option<String>,
}

/// The names of one catalog.
#[derive(Clone, Debug)]
pub(super) struct Names {
    prefix: String,
    catalog: String,
    fingerprint: String,
    systems: Words,
    /// The words of the systems and the names of the catalog: what no member can be called.
    words: Words,
    of_things: BTreeMap<Thing, Name>,
    taken: BTreeMap<String, Owner>,
    clash: Option<Clash>,
}

impl Names {
    /// Makes the table of a catalog.
    ///
    /// # Errors
    ///
    /// The first two things that would have one name.
    pub(super) fn of(catalog: &Catalog) -> Result<Self, Clash> {
        let fingerprint = catalog.fingerprint().to_string();
        let mut names = Self::of_catalog(&catalog.prefix, &catalog.catalog, &fingerprint);
        for record in &catalog.records {
            names.add_record(record);
        }
        for composite in &catalog.structs {
            names.add_composite(composite);
        }
        names.find_later_versions(catalog);
        let own: Vec<String> = names.taken.keys().cloned().collect();
        for name in &own {
            names.words.add(name);
        }
        match names.clash.take() {
            None => Ok(names),
            Some(clash) => Err(clash),
        }
    }

    /// Makes the table of what every catalog has, whatever its records are.
    pub(super) fn of_catalog(prefix: &str, catalog: &str, fingerprint: &str) -> Self {
        let systems = Words::of_systems();
        let mut names = Self {
            prefix: prefix.to_owned(),
            catalog: catalog.replace('-', "_"),
            fingerprint: fingerprint.chars().filter(char::is_ascii_alphanumeric).collect(),
            words: systems.clone(),
            systems,
            of_things: BTreeMap::new(),
            taken: BTreeMap::new(),
            clash: None,
        };
        for thing in [
            Thing::Guard,
            Thing::Catalog,
            Thing::ThisVersion,
            Thing::Embedded,
            Thing::EmbeddedSize,
            Thing::EmbeddedGuard,
        ] {
            names.add(thing);
        }
        names
    }

    /// Returns the name of `thing`.
    ///
    /// # Panics
    ///
    /// The catalog has no such thing: the emitter asks for what [`Self::of`] has not added.
    pub(super) fn get(&self, thing: &Thing) -> &Name {
        match self.of_things.get(thing) {
            Some(name) => name,
            None => panic!("{thing} stands in no table of names: Names::of has to add it"),
        }
    }

    /// Returns the name of the constant of `owner` that ends in `what`.
    pub(super) fn constant(&self, owner: &str, what: &str) -> &Name {
        self.get(&Thing::Constant(owner.to_owned(), what.to_owned()))
    }

    /// Returns the name of a member.
    pub(super) fn member(&self, field: &str) -> Name {
        Name(self.words.escape(field))
    }

    /// Returns the name of the member for the bytes at `offset` that belong to none of `fields`.
    pub(super) fn gap(&self, offset: u32, fields: &[&Field]) -> Name {
        let mut name = format!("_reserved_{offset}");
        while fields.iter().any(|field| self.member(&field.name).0 == name) {
            name.push('_');
        }
        Name(name)
    }

    /// Returns the names that others in one unit must not have, each with what it stands for.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Owner)> {
        self.taken.iter().map(|(name, owner)| (name.as_str(), owner))
    }

    fn add_record(&mut self, record: &Record) {
        self.add_types(&record.fields);
        let name = &record.name;
        for version in 1..=record.version {
            self.add(Thing::Version(name.clone(), version));
            self.add(Thing::Function(name.clone(), Verb::ClearReserved, version));
            for verb in Verb::OF_RECORD_H {
                self.add(Thing::Function(name.clone(), verb, version));
            }
            let about = format!("the size of version {version} of record `{name}`");
            self.add_constant(name, &format!("SIZE_V{version}"), about);
        }
        self.add_constant(name, "ID", format!("the id of record `{name}`"));
        self.add_constant(name, "CLASS", format!("the class of record `{name}`"));
        self.add_fields(name, &record.fields);
    }

    /// Notes a type that is called like a version that a record does not have yet: the record may get it.
    fn find_later_versions(&mut self, catalog: &Catalog) {
        let types: Vec<(&str, String)> = self
            .of_things
            .keys()
            .filter_map(|thing| match thing {
                Thing::Composite(name) | Thing::Code(name) | Thing::Flags(name) => {
                    Some((name.as_str(), thing.to_string()))
                }
                _ => None,
            })
            .filter(|(name, _)| name.ends_with(|last: char| last.is_ascii_digit()))
            .collect();
        for record in &catalog.records {
            let is_derived = |(name, _): &&(&str, String)| is_type_derived(&record.name, name);
            if let Some((name, thing)) = types.iter().find(is_derived) {
                let things = [format!("a version of record `{}`", record.name), thing.clone()];
                let name = SnakeCase::new(name).collect::<String>();
                self.clash.get_or_insert(Clash { name: format!("{}_{name}", self.prefix), things });
            }
        }
    }

    fn add_composite(&mut self, composite: &Composite) {
        if self.of_things.contains_key(&Thing::Composite(composite.name.clone())) {
            return;
        }
        self.add_types(&composite.fields);
        self.add(Thing::Composite(composite.name.clone()));
        self.add(Thing::Clear(composite.name.clone()));
        self.add_fields(&composite.name, &composite.fields);
    }

    fn add_types(&mut self, fields: &[Field]) {
        for field in fields {
            self.add_type(&field.ty);
        }
    }

    fn add_type(&mut self, ty: &Type) {
        match ty {
            Type::Scalar(_) | Type::Name { .. } => {}
            Type::Array { array, .. } => self.add_type(array),
            Type::Code { code, repr, values, .. } => {
                if self.add_integer(Thing::Code(code.clone()), *repr) {
                    self.add_named("value", code, *repr, values, &[""]);
                }
            }
            Type::Flags { flags, repr, masks, .. } => {
                if self.add_integer(Thing::Flags(flags.clone()), *repr) {
                    self.add_named("flag", flags, *repr, masks, &["_MASK", "_SHIFT"]);
                }
            }
            Type::Struct(composite) => self.add_composite(composite),
        }
    }

    fn add_named(&mut self, noun: &str, owner: &str, repr: Scalar, named: &[Named], ends: &[&str]) {
        for named in named {
            for end in ends {
                let about = format!("{noun} `{}` of `{owner}`", named.name);
                let what = format!("{}{end}", c_constant_name(&named.name));
                let definition = format!("{repr:?} {}", named.value.0);
                self.add_defined(Thing::Constant(owner.to_owned(), what), about, Some(definition));
            }
        }
    }

    fn add_fields(&mut self, owner: &str, fields: &[Field]) {
        for field in fields.iter().filter(|field| !field.reserved) {
            for (what, _) in facts(field) {
                let about = format!("what is stated of field `{}` of `{owner}`", field.name);
                self.add_constant(owner, &format!("{}_{what}", upper(&field.name)), about);
            }
        }
    }

    fn add_constant(&mut self, owner: &str, what: &str, about: String) {
        self.add_defined(Thing::Constant(owner.to_owned(), what.to_owned()), about, None);
    }

    /// Adds a code or flags unless it is there; returns whether it is new.
    fn add_integer(&mut self, thing: Thing, repr: Scalar) -> bool {
        let new = !self.of_things.contains_key(&thing);
        if new {
            let about = thing.to_string();
            self.add_defined(thing, about, Some(format!("{repr:?}")));
        }
        new
    }

    fn add_defined(&mut self, thing: Thing, about: String, definition: Option<String>) {
        let name = self.spelling(&thing);
        self.take(&name, Owner { thing: about, definition });
        self.of_things.insert(thing, Name(name));
    }

    /// Adds `thing` unless it is there; returns whether it is new.
    fn add(&mut self, thing: Thing) -> bool {
        if self.of_things.contains_key(&thing) {
            return false;
        }
        let about = thing.to_string();
        self.add_defined(thing, about, None);
        true
    }

    /// Takes a name, or notes what has it already.
    fn take(&mut self, name: &str, owner: Owner) {
        let other = match self.taken.get(name) {
            Some(other) => Some(other.thing.as_str()),
            None if self.systems.contains(name) => Some("a word of C or C++, or a macro of a system,"),
            None if self.is_of_testimony(name) => Some("a name of testimony/*.h"),
            None => None,
        };
        if let Some(other) = other {
            let things = [other.to_owned(), owner.thing.clone()];
            self.clash.get_or_insert(Clash { name: name.to_owned(), things });
        }
        self.taken.insert(name.to_owned(), owner);
    }

    /// Returns whether `name` can be one of the project's own, which only the instrument's catalogs share: the
    /// guards of `testimony/*.h` have no word of a catalog's guard in them.
    fn is_of_testimony(&self, name: &str) -> bool {
        let begins = |with: &str| name.starts_with(with);
        let is_guard =
            begins("TESTIMONY_") && name.ends_with("_H") && !name.contains(&self.fingerprint.to_uppercase());
        self.prefix != "tsm" && (begins("tsm_") || begins("TSM_") || is_guard)
    }

    /// Returns what `thing` is called: the one place in which a name is put together.
    fn spelling(&self, thing: &Thing) -> String {
        let Self { prefix, catalog, fingerprint, .. } = self;
        let base = |name: &str| format!("{prefix}_{}", SnakeCase::new(name).collect::<String>());
        match thing {
            Thing::Guard => upper(&format!("TESTIMONY_{prefix}_{fingerprint}_H")),
            Thing::Catalog => upper(&format!("TESTIMONY_CATALOG_{prefix}_{catalog}")),
            Thing::ThisVersion => upper(&format!("TESTIMONY_CATALOG_{prefix}_{catalog}_{fingerprint}")),
            Thing::Embedded => format!("{prefix}_{catalog}_catalog"),
            Thing::EmbeddedSize => upper(&format!("{prefix}_{catalog}_catalog_size")),
            Thing::EmbeddedGuard => upper(&format!("TESTIMONY_{prefix}_{catalog}_catalog_{fingerprint}_H")),
            Thing::Composite(name) | Thing::Code(name) | Thing::Flags(name) => {
                self.systems.escape(&base(name))
            }
            Thing::Clear(name) => format!("{}_clear_reserved", self.systems.escape(&base(name))),
            Thing::Version(name, version) => format!("{}_v{version}", base(name)),
            Thing::Function(name, verb, version) => format!("{}_{}_v{version}", base(name), verb.suffix()),
            Thing::Constant(owner, what) => format!("{}_{what}", upper(&base(owner))),
        }
    }
}

/// What is stated of a field's values, for a constant each: how it ends, and its value.
pub(super) fn facts(field: &Field) -> Vec<(&'static str, Fact<'_>)> {
    let mut facts = Vec::new();
    if field.since > 1 {
        facts.push(("SINCE", Fact::Integer(2, field.since.into())));
    }
    if let Some(version) = field.deprecated {
        facts.push(("DEPRECATED", Fact::Integer(2, version.into())));
    }
    if let Some(unit) = &field.unit {
        facts.push(("UNIT", Fact::Text(unit)));
    }
    if let Some([numerator, denominator]) = field.scale {
        facts.push(("SCALE_NUMERATOR", Fact::Integer(4, numerator.into())));
        facts.push(("SCALE_DENOMINATOR", Fact::Integer(4, denominator.into())));
    }
    if let Some(clock) = &field.clock {
        facts.push(("CLOCK", Fact::Text(clock)));
    }
    if let Some(kind) = field.kind {
        facts.push(("KIND", Fact::Text(kind.name())));
    }
    if let Some(absent) = field.absent {
        facts.push(("ABSENT", Fact::Integer(8, absent.0)));
    }
    if field.privacy == Privacy::Private {
        facts.push(("PRIVATE", Fact::Yes));
    }
    facts
}

/// The value of a constant.
pub(super) enum Fact<'f> {
    /// A number of so many bytes.
    Integer(u32, i128),
    Text(&'f str),
    Yes,
}

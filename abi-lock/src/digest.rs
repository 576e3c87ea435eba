//! The digests of what a lock states: what [`abi_schema::digest`] makes of the same layout.

use abi_schema::digest::{form, mix, text_digest};

use crate::{Composite, Enumeration, Field, Newest, Noun, Record, Type};

impl Field {
    /// Returns the words that tokens show: the line without offset, size and type.
    pub fn words(&self) -> String {
        self.to_string().splitn(4, ' ').last().unwrap_or_default().to_owned()
    }
}

/// Returns the digest of an enumeration's names.
pub fn names_digest<'n>(
    name: &str,
    values: impl Iterator<Item = &'n str>,
    retired: impl Iterator<Item = &'n str>,
) -> u64 {
    let mut text = name.to_owned();
    values.for_each(|name| text = format!("{text}\n{name}"));
    retired.for_each(|name| text = format!("{text}\nretired {name}"));
    text_digest(&text)
}

impl Newest<'_> {
    /// Returns the digest of a record's layout.
    pub fn record_digest(&self, record: &Record) -> u64 {
        let head = u64::from(record.id) << 48 | u64::from(record.version) << 32 | u64::from(record.size);
        let class = match record.class.as_deref() {
            Some("vital") => abi_schema::Class::Vital,
            Some("bulk") => abi_schema::Class::Bulk,
            _ => abi_schema::Class::Normal,
        };
        let unnamed = mix(mix(self.fields_digest(&record.fields), head), class as u64);
        mix(unnamed, text_digest(&record.name))
    }

    /// Returns the digest of a composite's layout.
    pub fn struct_digest(&self, composite: &Composite) -> u64 {
        let named =
            mix(mix(self.fields_digest(&composite.fields), form::STRUCT), text_digest(&composite.name));
        mix(named, u64::from(composite.size))
    }

    /// Returns the digest of fields that lie together.
    pub fn fields_digest(&self, fields: &[Field]) -> u64 {
        fields.iter().fold(0, |digest, field| {
            let place = u64::from(field.offset) << 32 | u64::from(field.size);
            let digest = mix(mix(digest, text_digest(&field.words())), place);
            mix(digest, self.type_digest(&field.ty))
        })
    }

    /// Returns the digest of a type.
    pub fn type_digest(&self, ty: &Type) -> u64 {
        match ty {
            Type::Scalar(scalar) => *scalar as u64,
            Type::Array(element, len) => mix(mix(form::ARRAY, self.type_digest(element)), u64::from(*len)),
            Type::Name(len) => mix(form::NAME, u64::from(*len)),
            Type::Code(name) => self.enumeration(Noun::Code, name).map_or(0, enumeration_digest),
            Type::Flags(name) => self.enumeration(Noun::Flags, name).map_or(0, enumeration_digest),
            Type::Struct(name) => self.composite(name).map_or(0, |composite| self.struct_digest(composite)),
        }
    }

    /// Returns the code or the flags of a name.
    pub fn enumeration(&self, noun: Noun, name: &str) -> Option<&Enumeration> {
        self.enumerations.iter().copied().find(|entry| entry.noun == noun && entry.name == name)
    }

    /// Returns the composite of a name.
    pub fn composite(&self, name: &str) -> Option<&Composite> {
        self.structs.iter().copied().find(|entry| entry.name == name)
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the low bits tell values apart")]
fn enumeration_digest(entry: &Enumeration) -> u64 {
    let form = match entry.noun {
        Noun::Code => form::CODE,
        Noun::Flags => form::FLAGS,
    };
    let live = entry.values.iter().map(|(name, _)| name.as_str());
    let retired = entry.retired.iter().map(|(name, _)| name.as_str());
    let begun = mix(mix(form, names_digest(&entry.name, live, retired)), entry.repr as u64);
    let numbers = entry.values.iter().chain(&entry.retired).map(|(_, value)| *value as u64);
    numbers.fold(begun, mix)
}

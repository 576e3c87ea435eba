//! A catalog that nobody's binary has to hold: owned, and equal to its document.
//!
//! The order of the fields here is the order of keys in a canonical document (DOC-1): serialized
//! without documentation, a catalog IS its canonical document.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A named set of records with ids that people chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// Number of the document's form: 1.
    pub testimony: u32,
    /// Name of the catalog.
    pub catalog: String,
    /// What every C name of the catalog begins with, without the `_` that follows it.
    pub prefix: String,
    /// The records.
    pub records: Vec<Record>,
    /// Composites that are part of the agreement though no record holds them.
    pub structs: Vec<Composite>,
    /// Ids that were given out once and never will be again.
    pub retired: Vec<Retired>,
    /// Documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// One record, all its versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Name of the Rust struct.
    pub name: String,
    /// The id that people chose.
    pub id: u16,
    /// The newest version.
    pub version: u16,
    /// How much the record matters under pressure.
    #[serde(default, skip_serializing_if = "Class::is_normal")]
    pub class: Class,
    /// Bytes of the newest version's payload.
    pub size: u32,
    /// The fields, in the order of their offsets.
    pub fields: Vec<Field>,
    /// Documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// How much a record matters under pressure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Refused last.
    Vital,
    /// The default.
    #[default]
    Normal,
    /// Refused first.
    Bulk,
}

impl Class {
    /// Returns the same in the const model.
    pub(crate) const fn schema(self) -> abi_schema::Class {
        match self {
            Self::Vital => abi_schema::Class::Vital,
            Self::Normal => abi_schema::Class::Normal,
            Self::Bulk => abi_schema::Class::Bulk,
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_normal(&self) -> bool {
        *self == Self::Normal
    }
}

/// A composite, frozen whole at its first release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Composite {
    /// Name of the Rust struct.
    #[serde(rename = "struct")]
    pub name: String,
    /// Bytes.
    pub size: u32,
    /// The fields, in the order of their offsets.
    pub fields: Vec<Field>,
    /// Documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// An id that a record had once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retired {
    /// The name that the record had.
    pub name: String,
    /// The id.
    pub id: u16,
}

/// A named span of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Name, as in the Rust struct.
    pub name: String,
    /// What lies there.
    #[serde(rename = "type")]
    pub ty: Type,
    /// First byte, counted from the start of the payload.
    pub offset: u32,
    /// Number of bytes.
    pub size: u32,
    /// The version in which the field appeared.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub since: u16,
    /// The version from which the bytes existed, when the field claims reserved ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_since: Option<u16>,
    /// The version from which nobody should use the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<u16>,
    /// Whether nobody has claimed the bytes yet.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reserved: bool,
    /// Unit of the values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What one step is worth in the unit: numerator and denominator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<[u32; 2]>,
    /// Clock of a tick count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// How neighbouring values relate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The value that means "not known".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<Integer>,
    /// What exporters do unless told otherwise.
    #[serde(default, skip_serializing_if = "Privacy::is_public")]
    pub privacy: Privacy,
    /// Documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

const fn first() -> u16 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_first(since: &u16) -> bool {
    *since == 1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Catalog {
    /// Returns the fields of the record, or of the listed composite, of that name.
    pub(crate) fn fields_of(&self, name: &str) -> Option<&[Field]> {
        let record = self.records.iter().find(|record| record.name == name).map(|record| &*record.fields);
        let listed = || self.structs.iter().find(|entry| entry.name == name).map(|entry| &*entry.fields);
        record.or_else(listed)
    }
}

impl Field {
    /// Returns the byte after the last one, or `None` if there is no such byte.
    pub fn end(&self) -> Option<u32> {
        self.offset.checked_add(self.size)
    }

    /// Returns the version from which the bytes existed.
    pub fn bytes_since(&self) -> u16 {
        self.bytes_since.unwrap_or(self.since)
    }
}

impl Record {
    /// Returns the payload size of a version: the end of its last byte, rounded up to 8 (VER-2).
    pub fn size_of_version(&self, version: u16) -> u32 {
        size_of_version(&self.fields, version)
    }
}

/// Returns the size of the payload that `fields` make in a version (VER-2).
pub(crate) fn size_of_version(fields: &[Field], version: u16) -> u32 {
    let ends = fields.iter().filter(|field| field.bytes_since() <= version).filter_map(Field::end);
    ends.max().unwrap_or(0).next_multiple_of(abi_schema::RECORD_ALIGN)
}

/// How neighbouring values of a field relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Grows; differences count.
    Counter,
    /// A level at one moment.
    Gauge,
    /// What happened since the record before.
    Delta,
    /// Names something.
    Identity,
}

impl Kind {
    /// Returns the same in the const model.
    pub(crate) const fn schema(self) -> abi_schema::Kind {
        match self {
            Self::Counter => abi_schema::Kind::Counter,
            Self::Gauge => abi_schema::Kind::Gauge,
            Self::Delta => abi_schema::Kind::Delta,
            Self::Identity => abi_schema::Kind::Identity,
        }
    }

    /// Returns the word used in attributes and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Delta => "delta",
            Self::Identity => "identity",
        }
    }
}

/// What exporters do with a field unless told otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Privacy {
    /// May be shown.
    #[default]
    Public,
    /// Is redacted unless asked for.
    Private,
}

impl Privacy {
    /// Returns the same in the const model.
    pub(crate) const fn schema(self) -> abi_schema::Privacy {
        match self {
            Self::Public => abi_schema::Privacy::Public,
            Self::Private => abi_schema::Privacy::Private,
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_public(&self) -> bool {
        *self == Self::Public
    }
}

/// What lies in a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum Type {
    /// One number.
    Scalar(Scalar),
    /// Elements, one after the other.
    Array {
        /// Type of one element.
        array: Box<Type>,
        /// Number of elements.
        len: u32,
    },
    /// NUL-padded bytes that show a name.
    Name {
        /// Number of bytes.
        name: u32,
    },
    /// An open enumeration.
    Code {
        /// Name of the Rust enum.
        code: String,
        /// The integer on the wire.
        repr: Scalar,
        /// The named values.
        values: Vec<Named>,
        /// Values that were named once and never will be again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        retired: Vec<Named>,
        /// Documentation.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        doc: String,
    },
    /// Open flags.
    Flags {
        /// Name of the Rust enum.
        flags: String,
        /// The integer on the wire.
        repr: Scalar,
        /// The named masks.
        masks: Vec<Named>,
        /// Masks that were named once and never will be again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        retired: Vec<Named>,
        /// Documentation.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        doc: String,
    },
    /// A composite.
    Struct(Composite),
}

impl Type {
    /// Returns the bytes that a value takes, or `None` if they are too many for any record.
    pub fn size(&self) -> Option<u32> {
        match self {
            Self::Scalar(scalar) | Self::Code { repr: scalar, .. } | Self::Flags { repr: scalar, .. } => {
                Some(scalar.size())
            }
            Self::Array { array, len } => array.size()?.checked_mul(*len),
            Self::Name { name } => Some(*name),
            Self::Struct(composite) => Some(composite.size),
        }
    }

    /// Returns the width of the widest number inside.
    pub fn align(&self) -> u32 {
        match self {
            Self::Scalar(scalar) | Self::Code { repr: scalar, .. } | Self::Flags { repr: scalar, .. } => {
                scalar.size()
            }
            Self::Array { array, .. } => array.align(),
            Self::Name { .. } => 1,
            Self::Struct(composite) => {
                composite.fields.iter().map(|field| field.ty.align()).max().unwrap_or(1)
            }
        }
    }
}

/// A number with one fixed width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "each name is the Rust type it stands for")]
pub enum Scalar {
    U8,
    U16,
    U32,
    U64,
    I8,
    I16,
    I32,
    I64,
    F32,
    F64,
}

impl Scalar {
    /// Returns the same in the const model.
    pub const fn schema(self) -> abi_schema::Scalar {
        match self {
            Self::U8 => abi_schema::Scalar::U8,
            Self::U16 => abi_schema::Scalar::U16,
            Self::U32 => abi_schema::Scalar::U32,
            Self::U64 => abi_schema::Scalar::U64,
            Self::I8 => abi_schema::Scalar::I8,
            Self::I16 => abi_schema::Scalar::I16,
            Self::I32 => abi_schema::Scalar::I32,
            Self::I64 => abi_schema::Scalar::I64,
            Self::F32 => abi_schema::Scalar::F32,
            Self::F64 => abi_schema::Scalar::F64,
        }
    }

    /// Returns the width in bytes.
    pub const fn size(self) -> u32 {
        self.schema().size()
    }
}

/// An integer of any wire type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer(pub i128);

impl Serialize for Integer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (i64::try_from(self.0), u64::try_from(self.0)) {
            (Ok(signed), _) => serializer.serialize_i64(signed),
            (_, Ok(unsigned)) => serializer.serialize_u64(unsigned),
            _ => Err(serde::ser::Error::custom("an integer of more than 64 bits")),
        }
    }
}

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole;
        impl Visitor<'_> for Whole {
            type Value = Integer;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer of at most 64 bits")
            }

            fn visit_i64<E>(self, value: i64) -> Result<Integer, E> {
                Ok(Integer(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Integer, E> {
                Ok(Integer(value.into()))
            }
        }
        deserializer.deserialize_any(Whole)
    }
}

impl JsonSchema for Integer {
    fn schema_name() -> Cow<'static, str> {
        "Integer".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": i64::MIN, "maximum": u64::MAX })
    }
}

/// A named value or mask: `[name, value]`, or with documentation `[name, value, doc]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Name of the variant.
    pub name: String,
    /// The value, or the mask.
    pub value: Integer,
    /// Documentation.
    pub doc: String,
}

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_seq(None)?;
        parts.serialize_element(&self.name)?;
        parts.serialize_element(&self.value)?;
        if !self.doc.is_empty() {
            parts.serialize_element(&self.doc)?;
        }
        parts.end()
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts;
        impl<'de> Visitor<'de> for Parts {
            type Value = Named;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[name, value] or [name, value, doc]")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Named, A::Error> {
                let missing = |at| de::Error::invalid_length(at, &self);
                let name = parts.next_element()?.ok_or_else(|| missing(0))?;
                let value = parts.next_element()?.ok_or_else(|| missing(1))?;
                let doc = parts.next_element()?.unwrap_or_default();
                if parts.next_element::<de::IgnoredAny>()?.is_some() {
                    return Err(de::Error::invalid_length(4, &self));
                }
                Ok(Named { name, value, doc })
            }
        }
        deserializer.deserialize_seq(Parts)
    }
}

impl JsonSchema for Named {
    fn schema_name() -> Cow<'static, str> {
        "Named".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let integer = generator.subschema_for::<Integer>();
        json_schema!({
            "type": "array",
            "prefixItems": [{ "type": "string" }, integer, { "type": "string" }],
            "minItems": 2,
            "maxItems": 3,
            "items": false,
        })
    }
}

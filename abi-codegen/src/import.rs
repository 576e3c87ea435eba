//! A catalog that rustc has laid out, owned.

use abi_schema::{CatalogSchema, FieldSchema, RecordSchema, StructSchema, TypeSchema};

use crate::check::ModelError;
use crate::model::{
    Catalog, Class, Composite, Field, Integer, Kind, Named, Privacy, Record, Retired, Scalar, Type,
};

impl Catalog {
    /// Takes over a catalog from the crate that declares it.
    ///
    /// # Errors
    ///
    /// The catalog breaks a rule: it was put together by hand, not by `catalog!`.
    pub fn from_schema(schema: &CatalogSchema) -> Result<Self, ModelError> {
        let catalog = Self {
            testimony: 1,
            catalog: schema.name.to_owned(),
            prefix: schema.prefix.to_owned(),
            records: schema.records.iter().map(|record| import_record(record)).collect(),
            structs: schema.structs.iter().map(|composite| import_struct(composite)).collect(),
            retired: schema
                .retired
                .iter()
                .map(|retired| Retired { name: retired.name.to_owned(), id: retired.id })
                .collect(),
            doc: schema.doc.to_owned(),
        };
        catalog.check()?;
        Ok(catalog)
    }
}

fn import_record(record: &RecordSchema) -> Record {
    Record {
        name: record.name.to_owned(),
        id: record.id,
        version: record.version,
        class: match record.class {
            abi_schema::Class::Vital => Class::Vital,
            abi_schema::Class::Normal => Class::Normal,
            abi_schema::Class::Bulk => Class::Bulk,
        },
        size: record.size,
        fields: record.fields.iter().map(import_field).collect(),
        doc: record.doc.to_owned(),
    }
}

fn import_struct(composite: &StructSchema) -> Composite {
    Composite {
        name: composite.name.to_owned(),
        size: composite.size,
        fields: composite.fields.iter().map(import_field).collect(),
        doc: composite.doc.to_owned(),
    }
}

fn import_field(field: &FieldSchema) -> Field {
    let meaning = &field.meaning;
    let stated = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Field {
        name: field.name.to_owned(),
        ty: import_type(&field.ty),
        offset: field.offset,
        size: field.size,
        since: field.since,
        bytes_since: (field.bytes_since != field.since).then_some(field.bytes_since),
        deprecated: (field.deprecated != 0).then_some(field.deprecated),
        reserved: field.reserved,
        unit: stated(meaning.unit),
        scale: meaning.scale.map(|scale| [scale.numerator, scale.denominator]),
        clock: stated(meaning.clock),
        kind: meaning.kind.map(|kind| match kind {
            abi_schema::Kind::Counter => Kind::Counter,
            abi_schema::Kind::Gauge => Kind::Gauge,
            abi_schema::Kind::Delta => Kind::Delta,
            abi_schema::Kind::Identity => Kind::Identity,
        }),
        absent: meaning.absent.map(Integer),
        privacy: match meaning.privacy {
            abi_schema::Privacy::Public => Privacy::Public,
            abi_schema::Privacy::Private => Privacy::Private,
        },
        doc: field.doc.to_owned(),
    }
}

fn import_type(ty: &TypeSchema) -> Type {
    match ty {
        TypeSchema::Scalar(scalar) => Type::Scalar(import_scalar(*scalar)),
        TypeSchema::Array { element, len } => {
            Type::Array { array: Box::new(import_type(element)), len: *len }
        }
        TypeSchema::Name(name) => Type::Name { name: *name },
        TypeSchema::Code(code) => Type::Code {
            code: code.name.to_owned(),
            repr: import_scalar(code.repr),
            values: code.values.iter().map(|value| named(value.name, value.value, value.doc)).collect(),
            retired: code.retired.iter().map(|value| named(value.name, value.value, value.doc)).collect(),
            doc: code.doc.to_owned(),
        },
        TypeSchema::Flags(flags) => Type::Flags {
            flags: flags.name.to_owned(),
            repr: import_scalar(flags.repr),
            masks: flags.flags.iter().map(|flag| named(flag.name, flag.mask.into(), flag.doc)).collect(),
            retired: flags.retired.iter().map(|flag| named(flag.name, flag.mask.into(), flag.doc)).collect(),
            doc: flags.doc.to_owned(),
        },
        TypeSchema::Struct(composite) => Type::Struct(import_struct(composite)),
    }
}

fn named(name: &str, value: i128, doc: &str) -> Named {
    Named { name: name.to_owned(), value: Integer(value), doc: doc.to_owned() }
}

const fn import_scalar(scalar: abi_schema::Scalar) -> Scalar {
    match scalar {
        abi_schema::Scalar::U8 => Scalar::U8,
        abi_schema::Scalar::U16 => Scalar::U16,
        abi_schema::Scalar::U32 => Scalar::U32,
        abi_schema::Scalar::U64 => Scalar::U64,
        abi_schema::Scalar::I8 => Scalar::I8,
        abi_schema::Scalar::I16 => Scalar::I16,
        abi_schema::Scalar::I32 => Scalar::I32,
        abi_schema::Scalar::I64 => Scalar::I64,
        abi_schema::Scalar::F32 => Scalar::F32,
        abi_schema::Scalar::F64 => Scalar::F64,
    }
}

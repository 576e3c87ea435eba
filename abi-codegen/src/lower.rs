//! An owned catalog as the const model has it, borrowed, so that one code decides what the rules allow.

use abi_schema::{Code, Flag, FlagSet, RetiredId, Scale, Value};

use crate::arena::Arena;
use crate::model::{Catalog, Composite, Field, Named, Record, Type};

/// What a lowered catalog borrows from beside the catalog itself.
pub(crate) struct Lowered<'s> {
    fields: Arena<Vec<abi_schema::Field<'s>>>,
    types: Arena<abi_schema::Type<'s>>,
    values: Arena<Vec<Value<'s>>>,
    flags: Arena<Vec<Flag<'s>>>,
    codes: Arena<Code<'s>>,
    flag_sets: Arena<FlagSet<'s>>,
    composites: Arena<abi_schema::Composite<'s>>,
    composite_lists: Arena<Vec<&'s abi_schema::Composite<'s>>>,
    records: Arena<abi_schema::Record<'s>>,
    record_lists: Arena<Vec<&'s abi_schema::Record<'s>>>,
    retired: Arena<Vec<RetiredId<'s>>>,
}

impl<'s> Lowered<'s> {
    pub(crate) fn new() -> Self {
        Self {
            fields: Arena::new(),
            types: Arena::new(),
            values: Arena::new(),
            flags: Arena::new(),
            codes: Arena::new(),
            flag_sets: Arena::new(),
            composites: Arena::new(),
            composite_lists: Arena::new(),
            records: Arena::new(),
            record_lists: Arena::new(),
            retired: Arena::new(),
        }
    }

    /// Lowers a whole catalog. Documentation is no part of it, and its embedded form is empty.
    pub(crate) fn catalog(&'s self, catalog: &'s Catalog) -> abi_schema::Catalog<'s> {
        let records = catalog.records.iter().map(|record| self.record(record)).collect();
        let structs = catalog.structs.iter().map(|composite| self.composite(composite)).collect();
        let retired = catalog.retired.iter().map(|retired| RetiredId { id: retired.id, name: &retired.name });
        abi_schema::Catalog {
            name: &catalog.catalog,
            prefix: &catalog.prefix,
            doc: "",
            records: self.record_lists.add(records),
            structs: self.composite_lists.add(structs),
            minor_number: false,
            retired: self.retired.add(retired.collect()),
            embedded: || &[],
        }
    }

    /// Lowers one record.
    pub(crate) fn record(&'s self, record: &'s Record) -> &'s abi_schema::Record<'s> {
        self.records.add(abi_schema::Record {
            name: &record.name,
            doc: "",
            id: record.id,
            version: record.version,
            class: record.class.schema(),
            size: record.size,
            fields: self.fields(&record.fields),
            digest: 0,
        })
    }

    fn composite(&'s self, composite: &'s Composite) -> &'s abi_schema::Composite<'s> {
        self.composites.add(abi_schema::Composite {
            name: &composite.name,
            doc: "",
            size: composite.size,
            fields: self.fields(&composite.fields),
            digest: 0,
        })
    }

    fn fields(&'s self, fields: &'s [Field]) -> &'s [abi_schema::Field<'s>] {
        self.fields.add(fields.iter().map(|field| self.field(field)).collect())
    }

    fn field(&'s self, field: &'s Field) -> abi_schema::Field<'s> {
        abi_schema::Field {
            name: &field.name,
            doc: "",
            ty: self.ty(&field.ty),
            offset: field.offset,
            size: field.size,
            since: field.since,
            bytes_since: field.bytes_since(),
            deprecated: field.deprecated.unwrap_or(0),
            reserved: field.reserved,
            meaning: abi_schema::FieldMeaning {
                unit: field.unit.as_deref().unwrap_or_default(),
                scale: field.scale.map(|[numerator, denominator]| Scale { numerator, denominator }),
                clock: field.clock.as_deref().unwrap_or_default(),
                kind: field.kind.map(crate::model::Kind::schema),
                absent: field.absent.map(|absent| absent.0),
                privacy: field.privacy.schema(),
            },
            digest: 0,
        }
    }

    fn ty(&'s self, ty: &'s Type) -> abi_schema::Type<'s> {
        match ty {
            Type::Scalar(scalar) => abi_schema::Type::Scalar(scalar.schema()),
            Type::Array { array, len } => {
                abi_schema::Type::Array { element: self.types.add(self.ty(array)), len: *len }
            }
            Type::Name { name } => abi_schema::Type::Name(*name),
            Type::Code { code, repr, values, retired, .. } => abi_schema::Type::Code(self.codes.add(Code {
                name: code,
                doc: "",
                repr: repr.schema(),
                values: self.values(values),
                retired: self.values(retired),
                digest: 0,
            })),
            Type::Flags { flags, repr, masks, retired, .. } => {
                abi_schema::Type::Flags(self.flag_sets.add(FlagSet {
                    name: flags,
                    doc: "",
                    repr: repr.schema(),
                    flags: self.flags(masks),
                    retired: self.flags(retired),
                    digest: 0,
                }))
            }
            Type::Struct(composite) => abi_schema::Type::Struct(self.composite(composite)),
        }
    }

    fn values(&'s self, named: &'s [Named]) -> &'s [Value<'s>] {
        let value = |named: &'s Named| Value { name: &named.name, doc: "", value: named.value.0 };
        self.values.add(named.iter().map(value).collect())
    }

    /// A mask that is no number of 64 bits has no bits here, which no flag may have.
    fn flags(&'s self, named: &'s [Named]) -> &'s [Flag<'s>] {
        let flag = |named: &'s Named| Flag {
            name: &named.name,
            doc: "",
            mask: u64::try_from(named.value.0).unwrap_or(0),
        };
        self.flags.add(named.iter().map(flag).collect())
    }
}

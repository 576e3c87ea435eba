//! From a catalog to what a lock states of it.

use std::collections::HashSet;

use abi_lock::{Composite, Enumeration, Meaning, Noun, Record, Retired};

use super::words;
use crate::model::{self, Catalog, Field, Named, Privacy, Type};

/// Everything that a catalog is, as a lock states it.
#[derive(Default)]
pub(super) struct State {
    pub(super) enumerations: Vec<Enumeration>,
    pub(super) structs: Vec<Composite>,
    pub(super) records: Vec<Record>,
    pub(super) listed_structs: Vec<String>,
    pub(super) retired: Vec<Retired>,
    /// Names of the types that are stated already; of an enumeration also whether it is a code.
    known: HashSet<(String, Option<bool>)>,
}

impl State {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let mut state = Self::default();
        for record in &catalog.records {
            let fields = state.fields(&record.fields);
            state.records.push(Record {
                line: 0,
                id: record.id,
                name: record.name.clone(),
                version: record.version,
                size: record.size,
                class: words::class_word(record.class),
                fields,
            });
        }
        for composite in &catalog.structs {
            state.composite(composite);
            state.listed_structs.push(composite.name.clone());
        }
        let retired = catalog.retired.iter();
        state.retired = retired.map(|entry| Retired { id: entry.id, name: entry.name.clone() }).collect();
        state
    }

    fn fields(&mut self, fields: &[Field]) -> Vec<abi_lock::Field> {
        fields.iter().map(|field| self.field(field)).collect()
    }

    fn field(&mut self, field: &Field) -> abi_lock::Field {
        abi_lock::Field {
            offset: field.offset,
            size: field.size,
            ty: self.ty(&field.ty),
            name: field.name.clone(),
            since: field.since,
            bytes_since: field.bytes_since(),
            deprecated: field.deprecated,
            reserved: field.reserved,
            meaning: Meaning {
                unit: field.unit.clone(),
                scale: field.scale,
                clock: field.clock.clone(),
                kind: field.kind.map(|kind| kind.name().to_owned()),
                absent: field.absent.map(|absent| absent.0),
                private: field.privacy == Privacy::Private,
            },
        }
    }

    fn composite(&mut self, composite: &model::Composite) {
        if !self.known.insert((composite.name.clone(), None)) {
            return;
        }
        let fields = self.fields(&composite.fields);
        let (name, size) = (composite.name.clone(), composite.size);
        self.structs.push(Composite { line: 0, name, size, fields });
    }

    fn ty(&mut self, ty: &Type) -> abi_lock::Type {
        match ty {
            Type::Scalar(scalar) => abi_lock::Type::Scalar(scalar.schema()),
            Type::Array { array, len } => abi_lock::Type::Array(Box::new(self.ty(array)), *len),
            Type::Name { name } => abi_lock::Type::Name(*name),
            Type::Code { code, repr, values, retired, .. } => {
                self.enumeration(Noun::Code, code, repr.schema(), values, retired);
                abi_lock::Type::Code(code.clone())
            }
            Type::Flags { flags, repr, masks, retired, .. } => {
                self.enumeration(Noun::Flags, flags, repr.schema(), masks, retired);
                abi_lock::Type::Flags(flags.clone())
            }
            Type::Struct(composite) => {
                self.composite(composite);
                abi_lock::Type::Struct(composite.name.clone())
            }
        }
    }

    fn enumeration(
        &mut self,
        noun: Noun,
        name: &str,
        repr: abi_schema::Scalar,
        values: &[Named],
        retired: &[Named],
    ) {
        if !self.known.insert((name.to_owned(), Some(noun == Noun::Code))) {
            return;
        }
        let pairs = |named: &[Named]| {
            named.iter().map(|named| (named.name.clone(), named.value.0)).collect::<Vec<_>>()
        };
        let (values, retired) = (pairs(values), pairs(retired));
        self.enumerations.push(Enumeration { line: 0, noun, name: name.to_owned(), repr, values, retired });
    }
}

/// Returns the word of a lock for a type.
pub(crate) fn type_word(ty: &Type) -> String {
    State::default().ty(ty).to_string()
}

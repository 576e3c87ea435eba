//! From a draft to the catalog that the law is asked about.

use abi_codegen::Catalog;
use abi_codegen::model::{Composite, Field, Integer, Named, Privacy, Record, Retired, Type};

use super::draft::{Draft, Enumeration, FieldDraft, Ty, Value};

impl Draft {
    /// Returns the catalog of this draft, or `None` if it breaks a rule of records or versions.
    pub fn catalog(&self) -> Option<Catalog> {
        let catalog = Catalog {
            testimony: 1,
            catalog: "demo".to_owned(),
            prefix: "demo".to_owned(),
            records: self
                .records
                .iter()
                .map(|record| Record {
                    name: record.name.clone(),
                    id: record.id,
                    version: record.version(),
                    class: record.class,
                    size: self.extent(&record.fields),
                    fields: self.laid_out(&record.fields),
                    doc: String::new(),
                })
                .collect(),
            structs: Vec::new(),
            retired: self
                .retired
                .iter()
                .map(|entry| Retired { name: entry.name.clone(), id: entry.id })
                .collect(),
            doc: String::new(),
        };
        catalog.check_frozen().ok().map(|()| catalog)
    }

    fn laid_out(&self, fields: &[FieldDraft]) -> Vec<Field> {
        let mut end = 0;
        let place = |field: &FieldDraft| {
            let (offset, size) = (end, self.size(&field.ty));
            end += size;
            Field {
                name: field.name.clone(),
                ty: self.typed(&field.ty),
                offset,
                size,
                since: field.since,
                bytes_since: field.bytes_since,
                deprecated: field.deprecated,
                reserved: field.reserved,
                unit: field.meaning.unit.map(str::to_owned),
                scale: field.meaning.scale,
                clock: field.meaning.clock.map(str::to_owned),
                kind: field.meaning.kind,
                absent: field.meaning.absent.map(Integer),
                privacy: if field.meaning.private { Privacy::Private } else { Privacy::Public },
                doc: String::new(),
            }
        };
        fields.iter().map(place).collect()
    }

    fn typed(&self, ty: &Ty) -> Type {
        match ty {
            Ty::Number(scalar) => Type::Scalar(*scalar),
            Ty::Row(element, len) => Type::Array { array: Box::new(self.typed(element)), len: *len },
            Ty::Name(name) => Type::Name { name: *name },
            Ty::Enumeration(at) => enumeration(&self.enumerations[*at]),
            Ty::Composite(at) => {
                let composite = &self.composites[*at];
                Type::Struct(Composite {
                    name: composite.name.clone(),
                    size: self.extent(&composite.fields),
                    fields: self.laid_out(&composite.fields),
                    doc: String::new(),
                })
            }
        }
    }
}

fn enumeration(of: &Enumeration) -> Type {
    let (repr, doc) = (of.repr, String::new());
    let (live, retired) = (named(&of.values), named(&of.retired));
    if of.flags {
        Type::Flags { flags: of.name.clone(), repr, masks: live, retired, doc }
    } else {
        Type::Code { code: of.name.clone(), repr, values: live, retired, doc }
    }
}

fn named(values: &[Value]) -> Vec<Named> {
    let named =
        |value: &Value| Named { name: value.name.clone(), value: Integer(value.number), doc: String::new() };
    values.iter().map(named).collect()
}

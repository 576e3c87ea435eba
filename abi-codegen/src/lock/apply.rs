//! From what releases state to the catalog that each of them is.

use std::collections::BTreeMap;
use std::sync::Arc;

use abi_lock::{Newest, Noun};

use super::{Acknowledged, Loaded, Lock, LockError, Release, Tampered, words};
use crate::model::{Catalog, Composite, Field, Integer, Named, Privacy, Record, Retired, Type};

pub(super) fn load(lock: &abi_lock::Lock) -> Result<Loaded, LockError> {
    let mut newest = Newest::default();
    let mut releases: Vec<Release> = Vec::new();
    let mut tampered: Vec<Tampered> = Vec::new();
    for stated in &lock.releases {
        newest.apply(stated);
        let catalog = Types::of(&newest)?.catalog(&lock.catalog, &stated.prefix)?;
        catalog.check_frozen().map_err(|error| LockError::Model { release: stated.number, error })?;
        let found = catalog.fingerprint().to_string();
        if found != stated.fingerprint {
            let (release, line) = (stated.number, stated.line + 1);
            let why = format!("its layouts have the fingerprint {found}, and it says {}", stated.fingerprint);
            tampered.push(Tampered { release, line, why });
        }
        let acknowledged = stated.acknowledged.iter().map(|break_| Acknowledged {
            rule: break_.rule.clone(),
            subject: break_.subject.clone(),
            reason: break_.reason.clone(),
        });
        releases.push(Release {
            release: stated.number,
            date: stated.date.clone(),
            fingerprint: stated.fingerprint.clone(),
            catalog: Arc::new(catalog),
            acknowledged: acknowledged.collect(),
        });
    }
    for broken in &lock.broken {
        if !tampered.iter().any(|other| other.release == broken.release) {
            let why = "its seal does not fit the text above it".to_owned();
            tampered.push(Tampered { release: broken.release, line: broken.line, why });
        }
    }
    Ok(Loaded { lock: Lock { testimony_lock: 1, catalog: lock.catalog.clone(), releases }, tampered })
}

/// The named types of a release, by name.
struct Types<'n> {
    newest: &'n Newest<'n>,
    enumerations: BTreeMap<(&'n str, bool), Type>,
    structs: BTreeMap<&'n str, Composite>,
}

impl<'n> Types<'n> {
    fn of(newest: &'n Newest<'n>) -> Result<Self, LockError> {
        let mut types = Self { newest, enumerations: BTreeMap::new(), structs: BTreeMap::new() };
        for entry in &newest.enumerations {
            let (name, repr) = (entry.name.clone(), words::scalar(entry.repr));
            let (values, retired) = (named(&entry.values), named(&entry.retired));
            let doc = String::new();
            let ty = match entry.noun {
                Noun::Code => Type::Code { code: name, repr, values, retired, doc },
                Noun::Flags => Type::Flags { flags: name, repr, masks: values, retired, doc },
            };
            types.enumerations.insert((&entry.name, entry.noun == Noun::Code), ty);
        }
        // A composite stands behind those that it holds, in its own release; one that was stated again
        // later may hold newer ones, so what is not known yet waits for its turn.
        let mut waiting: Vec<&abi_lock::Composite> = newest.structs.clone();
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut later = Vec::new();
            for &composite in &waiting {
                match types.composite(composite) {
                    Ok(known) => {
                        types.structs.insert(&composite.name, known);
                    }
                    Err(error) => later.push((composite, error)),
                }
            }
            if later.len() == before {
                return Err(later.swap_remove(0).1);
            }
            waiting = later.into_iter().map(|(composite, _)| composite).collect();
        }
        Ok(types)
    }

    fn catalog(&self, name: &str, prefix: &str) -> Result<Catalog, LockError> {
        let records = self.newest.records.iter().map(|record| self.record(record));
        let structs = self.newest.listed_structs.iter().map(|name| {
            let what = || format!("the list of structs names `{name}`, which no block defines");
            self.structs.get(name).cloned().ok_or_else(|| LockError::Word { line: 0, what: what() })
        });
        let retired =
            self.newest.retired.iter().map(|retired| Retired { name: retired.name.clone(), id: retired.id });
        Ok(Catalog {
            testimony: 1,
            catalog: name.to_owned(),
            prefix: prefix.to_owned(),
            records: records.collect::<Result<_, _>>()?,
            structs: structs.collect::<Result<_, _>>()?,
            retired: retired.collect(),
            doc: String::new(),
        })
    }

    fn record(&self, record: &abi_lock::Record) -> Result<Record, LockError> {
        let class = words::class(record.class.as_deref()).ok_or_else(|| LockError::Word {
            line: record.line,
            what: format!("{:?} is no class", record.class),
        })?;
        Ok(Record {
            name: record.name.clone(),
            id: record.id,
            version: record.version,
            class,
            size: record.size,
            fields: self.fields(&record.fields, record.line)?,
            doc: String::new(),
        })
    }

    fn composite(&self, composite: &abi_lock::Composite) -> Result<Composite, LockError> {
        Ok(Composite {
            name: composite.name.clone(),
            size: composite.size,
            fields: self.fields(&composite.fields, composite.line)?,
            doc: String::new(),
        })
    }

    fn fields(&self, fields: &[abi_lock::Field], line: usize) -> Result<Vec<Field>, LockError> {
        fields.iter().zip(line + 1..).map(|(field, line)| self.field(field, line)).collect()
    }

    fn field(&self, field: &abi_lock::Field, line: usize) -> Result<Field, LockError> {
        let meaning = &field.meaning;
        let kind = match meaning.kind.as_deref() {
            None => None,
            Some(word) => Some(words::kind(word).ok_or_else(|| LockError::Word {
                line,
                what: format!("{word:?} is no kind: it may be counter, gauge, delta or identity"),
            })?),
        };
        Ok(Field {
            name: field.name.clone(),
            ty: self.ty(&field.ty, line)?,
            offset: field.offset,
            size: field.size,
            since: field.since,
            bytes_since: (field.bytes_since != field.since).then_some(field.bytes_since),
            deprecated: field.deprecated,
            reserved: field.reserved,
            unit: meaning.unit.clone(),
            scale: meaning.scale,
            clock: meaning.clock.clone(),
            kind,
            absent: meaning.absent.map(Integer),
            privacy: if meaning.private { Privacy::Private } else { Privacy::Public },
            doc: String::new(),
        })
    }

    fn ty(&self, ty: &abi_lock::Type, line: usize) -> Result<Type, LockError> {
        let unknown = || LockError::Word { line, what: format!("no block above defines the type `{ty}`") };
        match ty {
            abi_lock::Type::Scalar(scalar) => Ok(Type::Scalar(words::scalar(*scalar))),
            abi_lock::Type::Array(element, len) => {
                Ok(Type::Array { array: Box::new(self.ty(element, line)?), len: *len })
            }
            abi_lock::Type::Name(name) => Ok(Type::Name { name: *name }),
            abi_lock::Type::Code(name) => {
                self.enumerations.get(&(name.as_str(), true)).cloned().ok_or_else(unknown)
            }
            abi_lock::Type::Flags(name) => {
                self.enumerations.get(&(name.as_str(), false)).cloned().ok_or_else(unknown)
            }
            abi_lock::Type::Struct(name) => {
                self.structs.get(name.as_str()).cloned().map(Type::Struct).ok_or_else(unknown)
            }
        }
    }
}

fn named(values: &[(String, i128)]) -> Vec<Named> {
    let named = |(name, value): &(String, i128)| Named {
        name: name.clone(),
        value: Integer(*value),
        doc: String::new(),
    };
    values.iter().map(named).collect()
}

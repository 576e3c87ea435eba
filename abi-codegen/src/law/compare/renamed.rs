//! Records that have another name: the same id, and every field where it was.

use std::collections::{HashMap, HashSet};

use super::leaf::leaves;
use crate::lock::type_word;
use crate::model::{Catalog, Record};

/// The records of a catalog that may have been called otherwise in an older one, by id.
#[derive(Default)]
pub(super) struct Renamed<'c>(HashMap<u16, &'c Record>);

impl<'c> Renamed<'c> {
    /// Finds records whose name is gone, with a record of the same id and the same fields whose name is new.
    pub(super) fn of(old: &'c Catalog, new: &Catalog) -> Self {
        let names = |catalog: &Catalog| -> HashSet<String> {
            catalog.records.iter().map(|record| record.name.clone()).collect()
        };
        let (old_names, new_names) = (names(old), names(new));
        let gone = old.records.iter().filter(|record| !new_names.contains(&record.name));
        let gone: HashMap<u16, &Record> = gone.map(|record| (record.id, record)).collect();
        let fresh = new.records.iter().filter(|record| !old_names.contains(&record.name));
        let was = |record: &Record| gone.get(&record.id).copied().filter(|was| has_fields(record, was));
        Self(fresh.filter_map(|record| Some((record.id, was(record)?))).collect())
    }

    /// Returns what a record of the newer catalog may have been called otherwise.
    pub(super) fn was(&self, record: &Record) -> Option<&'c Record> {
        self.0.get(&record.id).copied()
    }
}

/// Returns whether a record has every field of another: its path at its byte, of its type by name. What is
/// appended, claimed or stated of a field beside that does not make it another record.
fn has_fields(record: &Record, of: &Record) -> bool {
    let fields = |record: &Record| -> HashSet<(String, u32, String)> {
        let data = leaves(&record.fields).into_iter().filter(|leaf| !leaf.reserved());
        data.map(|leaf| (leaf.path.clone(), leaf.span.offset, type_word(&leaf.field.ty))).collect()
    };
    fields(record).is_superset(&fields(of))
}

//! Records through releases: which are one record, and which of these only ever grew.
//!
//! A record that begins another, which begins a third, begins the third: growth is transitive. So of a
//! record that grew from release to release and did nothing else, no pair needs to be looked at twice, and
//! fifty releases cost what their steps cost, not their pairs.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::ptr;

use super::renamed::Renamed;
use super::shape::Shape;
use crate::model::{Catalog, Record};

/// Which records are one record: those of one number.
///
/// It borrows the records: no other record comes to lie where one of them lies.
#[derive(Debug, Default)]
pub(in crate::law) struct Chains<'c> {
    /// Records that only grew.
    grown: HashMap<Identity<'c>, usize>,
    /// Records that kept their id and their name, or were renamed in a step that changed nothing else of
    /// their fields: whatever they are by now.
    same: HashMap<Identity<'c>, usize>,
}

/// A record as itself: another one with the same content is not equal.
#[derive(Clone, Copy, Debug)]
struct Identity<'c>(&'c Record);

impl PartialEq for Identity<'_> {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.0, other.0)
    }
}

impl Eq for Identity<'_> {}

impl Hash for Identity<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        ptr::hash(self.0, state);
    }
}

impl<'c> Chains<'c> {
    /// Follows records through catalogs, the oldest first.
    pub(in crate::law) fn of(catalogs: impl Iterator<Item = &'c Catalog> + Clone) -> Self {
        Self { grown: grown(catalogs.clone()), same: same(catalogs) }
    }

    /// Returns whether two records are known to be one that only grew.
    pub(super) fn settle(&self, old: &Record, new: &Record) -> bool {
        is_one(&self.grown, old, new)
    }

    /// Returns whether two records are known to be one, by the releases between them.
    pub(super) fn follow(&self, old: &Record, new: &Record) -> bool {
        is_one(&self.same, old, new)
    }
}

fn is_one(chains: &HashMap<Identity<'_>, usize>, old: &Record, new: &Record) -> bool {
    let chain = |record| chains.get(&Identity(record));
    chain(old).is_some_and(|old| Some(old) == chain(new))
}

/// Gives records that are one record a number, which renaming does not change.
fn same<'c>(catalogs: impl Iterator<Item = &'c Catalog>) -> HashMap<Identity<'c>, usize> {
    let (mut chains, mut next) = (HashMap::new(), 0);
    let mut newest: HashMap<(&str, u16), usize> = HashMap::new();
    let mut before: Option<&Catalog> = None;
    for catalog in catalogs {
        let renamed = before.map(|before| Renamed::of(before, catalog)).unwrap_or_default();
        for record in &catalog.records {
            let was = renamed.was(record).map_or(&*record.name, |was| &was.name);
            let chain = newest.get(&(was, record.id)).copied().unwrap_or_else(|| {
                next += 1;
                next
            });
            chains.insert(Identity(record), chain);
            newest.insert((&record.name, record.id), chain);
        }
        before = Some(catalog);
    }
    chains
}

/// Gives records that are one record which only grew a number.
fn grown<'c>(catalogs: impl Iterator<Item = &'c Catalog>) -> HashMap<Identity<'c>, usize> {
    let mut chains = HashMap::new();
    let mut newest: HashMap<(&str, u16), (&Record, usize)> = HashMap::new();
    let mut next = 0;
    for catalog in catalogs {
        for record in &catalog.records {
            let before = newest.get(&(&*record.name, record.id));
            let grew = |before: &Record| Shape::of_record(before).is_begun_by(&Shape::of_record(record));
            let chain = match before {
                Some((before, chain)) if before.class == record.class && grew(before) => *chain,
                _ => {
                    next += 1;
                    next
                }
            };
            chains.insert(Identity(record), chain);
            newest.insert((&record.name, record.id), (record, chain));
        }
    }
    chains
}

//! Records that only ever grew.
//!
//! A record that begins another, which begins a third, begins the third: growth is transitive. So of a
//! record that grew from release to release and did nothing else, no pair needs to be looked at twice, and
//! fifty releases cost what their steps cost, not their pairs.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::ptr;

use super::shape::Shape;
use crate::model::{Catalog, Record};

/// Which records are one record that only grew: those of one number.
///
/// It borrows the records: no other record comes to lie where one of them lies.
#[derive(Debug, Default)]
pub(in crate::law) struct Chains<'c>(HashMap<Identity<'c>, usize>);

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
    pub(in crate::law) fn of(catalogs: impl Iterator<Item = &'c Catalog>) -> Self {
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
        Self(chains)
    }

    /// Returns whether two records are known to be one that only grew.
    pub(super) fn settle(&self, old: &Record, new: &Record) -> bool {
        let number = |record| self.0.get(&Identity(record));
        number(old).is_some_and(|old| Some(old) == number(new))
    }
}

//! Records that only ever grew.
//!
//! A record that begins another, which begins a third, begins the third: growth is transitive. So of a
//! record that grew from release to release and did nothing else, no pair needs to be looked at twice, and
//! fifty releases cost what their steps cost, not their pairs.

use std::collections::HashMap;

use super::shape::Shape;
use crate::model::{Catalog, Record};

/// Which records are one record that only grew: those of one number.
#[derive(Debug, Default)]
pub(in crate::law) struct Chains(HashMap<*const Record, usize>);

impl Chains {
    /// Follows records through catalogs, the oldest first. The catalogs must outlive what is asked.
    pub(in crate::law) fn of<'c>(catalogs: impl Iterator<Item = &'c Catalog>) -> Self {
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
                chains.insert(std::ptr::from_ref(record), chain);
                newest.insert((&record.name, record.id), (record, chain));
            }
        }
        Self(chains)
    }

    /// Returns whether two records are known to be one that only grew.
    pub(super) fn settle(&self, old: &Record, new: &Record) -> bool {
        let chain = |record| self.0.get(&std::ptr::from_ref(record));
        chain(old).is_some_and(|old| Some(old) == chain(new))
    }
}

//! Records and composites of two catalogs, matched by id and by name.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::renamed::Renamed;
use super::shape::{Shape, Whole};
use super::{Chains, Comparison, bytes};
use crate::law::finding::{Finding, Place};
use crate::law::rule::Direction;
use crate::law::rules;
use crate::lock::type_word;
use crate::model::{Catalog, Record, Retired};

pub(super) fn compare(comparison: &mut Comparison, old: &Catalog, new: &Catalog, chains: &Chains<'_>) {
    let by_name: HashMap<&str, &Record> = new.records.iter().map(|record| (&*record.name, record)).collect();
    let by_id: HashMap<u16, &Record> = new.records.iter().map(|record| (record.id, record)).collect();
    let old_names: HashSet<&str> = old.records.iter().map(|record| &*record.name).collect();
    let old_ids: HashSet<u16> = old.records.iter().map(|record| record.id).collect();
    let elsewhere = Elsewhere { catalogs: Some((old, new)), gained: OnceCell::new() };
    let renamed = Renamed::of(old, new);
    // Growth is only settled where it breaks nobody.
    let settled =
        comparison.facts.declare(rules::TA1005.facts) && comparison.facts.declare(rules::TA1009.facts);
    for record in &old.records {
        comparison.record = Some(record.name.clone());
        match (by_name.get(&*record.name), by_id.get(&record.id)) {
            (Some(now), _) if settled && chains.settle(record, now) => {}
            (Some(now), _) if now.id == record.id => compare_record(comparison, record, now, &elsewhere),
            (Some(now), other) => {
                comparison.say_changed(
                    rules::TA4002,
                    &record.name,
                    format!("its id is {:#06x} now, and was {:#06x}", now.id, record.id),
                    (Some(id(record)), Some(id(now))),
                );
                if let Some(other) = other {
                    reused(comparison, record.id, &record.name, other);
                }
            }
            (None, Some(now)) if renamed.was(now).is_some() || chains.follow(record, now) => {
                say_renamed(comparison, record, now);
                compare_record(comparison, record, now, &elsewhere);
            }
            (None, Some(now)) => reused(comparison, record.id, &record.name, now),
            (None, None) => gone(comparison, record, &new.retired),
        }
    }
    comparison.record = None;
    for retired in &old.retired {
        match by_id.get(&retired.id) {
            Some(now) => {
                // Whatever else reads the retired record's bytes knows by this that it is broken.
                comparison.record = Some(retired.name.clone());
                reused(comparison, retired.id, &retired.name, now);
                comparison.record = None;
            }
            None if !new.retired.iter().any(|kept| kept.id == retired.id) => comparison.say(
                rules::TA4003,
                &retired.name,
                format!("its id {:#06x} was retired, and the entry that says so is gone", retired.id),
            ),
            None => {}
        }
    }
    for record in &new.records {
        let known = old_names.contains(&*record.name)
            || old_ids.contains(&record.id)
            || old.retired.iter().any(|retired| retired.id == record.id);
        if !known {
            comparison.record = Some(record.name.clone());
            comparison.say(
                rules::TA4008,
                &record.name,
                format!("a new record with id {:#06x}, {} bytes", record.id, record.size),
            );
        }
    }
    comparison.record = None;
    compare_structs(comparison, old, new);
}

fn id(record: &Record) -> Place {
    Place { text: format!("{:#06x}", record.id), bytes: None }
}

fn reused(comparison: &mut Comparison, id: u16, was: &str, now: &Record) {
    comparison.say(
        rules::TA4001,
        &now.name,
        format!("`{}` has id {id:#06x}, which was the id of `{was}`", now.name),
    );
}

fn gone(comparison: &mut Comparison, record: &Record, retired: &[Retired]) {
    if retired.iter().any(|entry| entry.id == record.id) {
        return;
    }
    comparison.say_changed(
        rules::TA4003,
        &record.name,
        format!("the record with id {:#06x} is gone, and its id is not retired", record.id),
        (Some(id(record)), None),
    );
}

/// Says that a record has another name: whether it was renamed, or its id given to another record with the
/// same fields, is for a person to say.
fn say_renamed(comparison: &mut Comparison, old: &Record, new: &Record) {
    let (was, is) = (&old.name, &new.name);
    let what = format!(
        "`{was}` is called `{is}` now, or its id {:#06x} was given to another record: every field of `{was}` is \
         where it was",
        old.id
    );
    let place = |name: &String| Some(Place { text: name.clone(), bytes: None });
    let mut finding = Finding::new(rules::TA7001, was, what);
    (finding.old, finding.new) = (place(was), place(is));
    finding.direction = Direction::Both;
    comparison.push(finding);
}

fn compare_record(comparison: &mut Comparison, old: &Record, new: &Record, elsewhere: &Elsewhere<'_>) {
    if new.version < old.version {
        comparison.say(
            rules::TA4010,
            &old.name,
            format!("its version is {} now, and was {}", new.version, old.version),
        );
    }
    if new.class != old.class {
        let word = |record: &Record| format!("{:?}", record.class).to_lowercase();
        comparison.say(
            rules::TA4020,
            &old.name,
            format!("its class is {} now, and was {}", word(new), word(old)),
        );
    }
    bytes::compare(comparison, Shape::of_record(old), Shape::of_record(new), elsewhere);
}

fn compare_structs(comparison: &mut Comparison, old: &Catalog, new: &Catalog) {
    let elsewhere = Elsewhere::default();
    // No lane's header stands before a listed composite.
    let (facts, outside) = (comparison.facts.clone(), comparison.facts.outside_lanes());
    comparison.facts = outside;
    for composite in &old.structs {
        comparison.record = Some(composite.name.clone());
        let Some(now) = new.structs.iter().find(|other| other.name == composite.name) else {
            comparison.say(
                rules::TA4003,
                &composite.name,
                "the composite was part of the agreement, and is not listed any more",
            );
            continue;
        };
        let of = |composite| Shape::of_composite(composite, Whole::Listed);
        bytes::compare(comparison, of(composite), of(now), &elsewhere);
    }
    comparison.facts = facts;
    comparison.record = None;
}

/// Fields that other records gained, by name and type: where a field that is gone may have moved to.
#[derive(Default)]
pub(super) struct Elsewhere<'c> {
    catalogs: Option<(&'c Catalog, &'c Catalog)>,
    /// Gathered when the first field is gone: most comparisons never ask.
    gained: OnceCell<HashMap<(&'c str, String), &'c str>>,
}

impl<'c> Elsewhere<'c> {
    /// Returns the record that gained such a field.
    pub(super) fn find(&self, name: &str, ty: &str, not_in: &str) -> Option<&'c str> {
        let (old, new) = self.catalogs?;
        let gained = self.gained.get_or_init(|| gained(old, new));
        gained.get(&(name, ty.to_owned())).copied().filter(|record| *record != not_in)
    }
}

/// Returns what records have and older records of the same name lack. A record that is new brings
/// fields of its own, which came from nowhere.
fn gained<'c>(old: &'c Catalog, new: &'c Catalog) -> HashMap<(&'c str, String), &'c str> {
    let before: HashMap<&str, &Record> = old.records.iter().map(|record| (&*record.name, record)).collect();
    let mut gained = HashMap::new();
    for record in &new.records {
        let Some(before) = before.get(&*record.name) else { continue };
        for field in record.fields.iter().filter(|field| !field.reserved) {
            if !before.fields.iter().any(|other| other.name == field.name) {
                gained.insert((&*field.name, type_word(&field.ty)), &*record.name);
            }
        }
    }
    gained
}

//! From a pair that is unsound to a smaller one that still is.

use super::draft::{Draft, FieldDraft, Thing};
use super::verdict::{Verdict, judge};

/// Takes out of both catalogs what is not needed for the pair to be unsound.
pub fn shrink(old: &Draft, new: &Draft) -> (Draft, Draft) {
    let (mut old, mut new) = (old.clone(), new.clone());
    loop {
        let less = smaller(&old, &new).find(|(old, new)| is_unsound(old, new));
        let Some(less) = less else { return (old, new) };
        (old, new) = less;
    }
}

fn is_unsound(old: &Draft, new: &Draft) -> bool {
    match (old.catalog(), new.catalog()) {
        (Some(was), Some(is)) => judge((old, &was), (new, &is)) == Verdict::Unsound,
        _ => false,
    }
}

/// Returns every pair that lacks one thing that both sides have, or one retired entry.
fn smaller<'d>(old: &'d Draft, new: &'d Draft) -> impl Iterator<Item = (Draft, Draft)> + 'd {
    let records = old.records.iter().map(|record| record.thing);
    let fields = old.records.iter().flat_map(|record| record.fields.iter().map(|field| field.thing));
    let parts = old.composites.iter().flat_map(|composite| composite.fields.iter().map(|field| field.thing));
    let retired = old.retired.iter().map(|entry| entry.thing);
    let things = records.chain(fields).chain(parts).chain(retired);
    things.map(|thing| (without(old, thing), without(new, thing)))
}

fn without(draft: &Draft, thing: Thing) -> Draft {
    let mut less = draft.clone();
    let stays = |field: &FieldDraft| field.thing != thing;
    less.records.retain(|record| record.thing != thing);
    less.retired.retain(|entry| entry.thing != thing);
    less.records.iter_mut().for_each(|record| record.fields.retain(stays));
    less.composites.iter_mut().for_each(|composite| composite.fields.retain(stays));
    // What is filled in counts from the same number on both sides only if both lacked the same.
    less.settle();
    less
}

//! From a pair that is unsound to a smaller one that still is.

use super::draft::{Draft, FieldDraft, Thing};
use super::verdict::{Verdict, judge};

/// Takes out of both catalogs what is not needed for the pair to be unsound.
pub fn shrink(old: &Draft, new: &Draft) -> (Draft, Draft) {
    let (mut old, mut new) = (old.clone(), new.clone());
    loop {
        // What was taken out may have to be filled with as much.
        let whole = parts(&old) + parts(&new);
        let is_less = |(old, new): &(Draft, Draft)| parts(old) + parts(new) < whole && is_unsound(old, new);
        let less = smaller(&old, &new).find(is_less);
        let Some(less) = less else { return (old, new) };
        (old, new) = less;
    }
}

/// Returns the number of parts that a draft has.
fn parts(draft: &Draft) -> usize {
    let fields = draft.records.iter().map(|record| record.fields.len() + 1);
    let composites = draft.composites.iter().map(|composite| composite.fields.len() + 1);
    fields.chain(composites).sum::<usize>() + draft.retired.len()
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
    less.settle();
    less
}

//! What a catalog must keep account of though no byte of today shows it.
//!
//! Some rules of the law hold for the sake of a later change: a version that has been given out, a number
//! or an id that somebody will want to use again. A reader of today sees nothing wrong, so records that
//! are written and read cannot judge them. They are judged here, by what the two catalogs state, and the
//! other way round as well: a break that is told is no false one when the books are not in order.

use super::draft::{Draft, Enumeration, FieldDraft, RecordDraft, Ty, Value};
use super::leaf::Leaf;

/// Rules that are judged by the books and not by bytes.
pub const RULES: [&str; 5] = ["TA3002", "TA4003", "TA4009", "TA4010", "TA6008"];

/// Returns what the newer catalog does not keep of the older one.
pub fn faults(old: &Draft, new: &Draft) -> Vec<&'static str> {
    let mut faults = Vec::new();
    for record in &old.records {
        let known = |other: &&RecordDraft| {
            other.thing == record.thing && (other.id == record.id || other.name == record.name)
        };
        match new.records.iter().find(known) {
            Some(other) => records((old, record), (new, other), &mut faults),
            None if new.retired.iter().any(|entry| entry.id == record.id) => {}
            // Whoever has the id now is held against this record by its bytes.
            None if new.records.iter().any(|other| other.id == record.id) => {}
            None => faults.push("a record is gone, and its id is not retired"),
        }
    }
    for entry in &old.retired {
        let kept = new.retired.iter().any(|other| other.id == entry.id)
            || new.records.iter().any(|other| other.id == entry.id);
        if !kept {
            faults.push("an id is not retired any more");
        }
    }
    for (at, (was, is)) in old.enumerations.iter().zip(&new.enumerations).enumerate() {
        let used = |draft: &Draft| draft.records.iter().any(|record| holds(draft, record, at));
        if used(old) && used(new) {
            values(was, is, &mut faults);
        }
    }
    faults
}

fn holds(draft: &Draft, record: &RecordDraft, enumeration: usize) -> bool {
    draft.leaves(record).iter().any(|leaf| *leaf.ty == Ty::Enumeration(enumeration))
}

fn records(old: (&Draft, &RecordDraft), new: (&Draft, &RecordDraft), faults: &mut Vec<&'static str>) {
    let given_out = old.1.version();
    if new.1.version() < given_out {
        faults.push("a version that was given out is not there");
    }
    let aged = ages(old.0, old.1).into_iter().zip(ages(new.0, new.1));
    if aged.into_iter().any(|(was, is)| was != is && was.min(is) <= given_out) {
        faults.push("bytes are said to be of another age");
    }
    let is = new.0.leaves(new.1);
    for was in old.0.leaves(old.1) {
        let same = |is: &&Leaf<'_>| (is.thing, is.element) == (was.thing, was.element);
        let Some(is) = is.iter().find(same) else { continue };
        if is.deprecated != was.deprecated && is.deprecated.is_some_and(|from| from <= given_out) {
            faults.push("a version that was given out deprecates what it did not");
        }
        if let (Ty::Enumeration(at), false) = (was.ty, matches!(is.ty, Ty::Enumeration(_)))
            && !(old.0.enumerations[*at].values.is_empty() && old.0.enumerations[*at].retired.is_empty())
        {
            faults.push("every name of a number is gone at once");
        }
        if was.private && !is.private {
            faults.push("what was private is shown");
        }
    }
}

/// Returns the version from which each byte of a record exists (VER-2).
fn ages(draft: &Draft, record: &RecordDraft) -> Vec<u16> {
    let bytes =
        |field: &FieldDraft| (0..draft.size(&field.ty)).map(|_| field.bytes_since()).collect::<Vec<_>>();
    record.fields.iter().flat_map(bytes).collect()
}

fn values(was: &Enumeration, is: &Enumeration, faults: &mut Vec<&'static str>) {
    // A number that has a name again is held against the old one by bytes. Of flags, each bit counts.
    let covered = |values: &[Value], number: i128| {
        let bits = values.iter().fold(0, |all, value| all | value.number);
        values.iter().any(|value| value.number == number) || was.flags && number & !bits == 0
    };
    let all: Vec<Value> = is.values.iter().chain(&is.retired).cloned().collect();
    if was.values.iter().any(|value| !covered(&all, value.number)) {
        faults.push("a name is gone, and its number is not retired");
    }
    // What was retired is never given out again, not even for what it said (REC-16).
    if was.retired.iter().any(|value| !covered(&is.retired, value.number)) {
        faults.push("a number is not retired any more");
    }
}

//! Two layouts of one record, taken apart into runs of bytes that did or did not change.

use std::collections::{BTreeSet, HashMap};

use crate::law::finding::Span;
use crate::law::report::{Laid, Layouts};

/// What became of a run of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The same field as before.
    Same,
    /// Fields that are elsewhere in the other layout, and otherwise the same.
    Moved,
    /// Anything else.
    Changed,
}

/// A run of bytes that lies in one field before, and in one field now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'l> {
    pub(super) first: u32,
    /// The byte after the last.
    pub(super) end: u32,
    pub(super) old: Option<&'l Laid>,
    pub(super) new: Option<&'l Laid>,
    pub(super) fate: Fate,
}

/// Returns the runs of bytes of a record, in their order. What `marked` covers has changed even where no
/// byte shows it: its unit, or who may see it.
pub(super) fn pieces<'l>(layouts: &'l Layouts, marked: &[Span]) -> Vec<Piece<'l>> {
    let spans = layouts.old.iter().chain(&layouts.new).map(|field| field.bytes);
    let bounds: BTreeSet<u32> =
        spans.chain(marked.iter().copied()).flat_map(|span| [span.offset, span.end()]).collect();
    let bounds: Vec<u32> = bounds.into_iter().collect();
    let (old, new) = (in_order(&layouts.old), in_order(&layouts.new));
    let (old_names, new_names) = (by_name(&layouts.old), by_name(&layouts.new));
    let mut pieces = Vec::with_capacity(bounds.len());
    for pair in bounds.windows(2) {
        let &[first, end] = pair else { continue };
        let (before, now) = (at(&old, first), at(&new, first));
        if before.is_none() && now.is_none() {
            continue;
        }
        let is_marked = marked.iter().any(|span| span.offset <= first && end <= span.end());
        let fate = match (before, now) {
            (Some(before), Some(now)) if before == now && !is_marked => Fate::Same,
            _ if !is_marked && has_moved(before, &new_names) && has_moved(now, &old_names) => Fate::Moved,
            _ => Fate::Changed,
        };
        pieces.push(Piece { first, end, old: before, new: now, fate });
    }
    pieces
}

/// Returns fields by their first bytes.
fn in_order(fields: &[Laid]) -> Vec<&Laid> {
    let mut fields: Vec<&Laid> = fields.iter().collect();
    fields.sort_by_key(|field| field.bytes);
    fields
}

/// Returns the field that holds a byte.
fn at<'l>(fields: &[&'l Laid], byte: u32) -> Option<&'l Laid> {
    let after = fields.partition_point(|field| field.bytes.offset <= byte);
    let field = *fields.get(after.checked_sub(1)?)?;
    (byte < field.bytes.end()).then_some(field)
}

fn by_name(fields: &[Laid]) -> HashMap<&str, &Laid> {
    fields.iter().map(|field| (field.name.as_str(), field)).collect()
}

/// Returns whether a field is elsewhere in the other layout; no field is.
fn has_moved(field: Option<&Laid>, others: &HashMap<&str, &Laid>) -> bool {
    let Some(field) = field else { return true };
    others.get(field.name.as_str()).is_some_and(|other| {
        other.ty == field.ty
            && other.bytes.size == field.bytes.size
            && other.bytes.offset != field.bytes.offset
            && other.reserved == field.reserved
    })
}

//! Which rows of a record are drawn: those that changed, and their neighbours.

use std::collections::BTreeSet;

use super::chart::{Fate, Piece};

/// A row that is drawn, or rows that are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// The row of that number.
    Drawn(u32),
    /// Rows left out, and how many of them changed.
    Elided { rows: u32, changed: u32 },
}

/// The most rows that are drawn of one record: what follows is counted.
const MAX_ROWS: usize = 24;

/// The most rows that are drawn of one run: of a longer one, its first and its last.
const MAX_OF_RUN: u32 = 3;

/// Returns the rows of `bytes` bytes each that show what changed; none when nothing did.
pub(super) fn rows(pieces: &[Piece<'_>], bytes: u32) -> Vec<Row> {
    let changed = changed(pieces, bytes);
    let last = pieces.last().map_or(0, |piece| piece.end.saturating_sub(1) / bytes);
    let mut drawn = BTreeSet::new();
    for (first, end) in runs(pieces) {
        let (from, to) = (first / bytes, end.saturating_sub(1) / bytes);
        drawn.insert(from.saturating_sub(1));
        drawn.extend([from, to, to.saturating_add(1).min(last)]);
        if to - from < MAX_OF_RUN {
            drawn.extend(from..=to);
        }
    }
    let mut rows = Vec::new();
    let mut next = 0;
    for row in drawn.into_iter().take(MAX_ROWS) {
        rows.extend(elided(&changed, next, row));
        rows.push(Row::Drawn(row));
        next = row.saturating_add(1);
    }
    if !rows.is_empty() {
        rows.extend(elided(&changed, next, last.saturating_add(1)));
    }
    rows
}

/// Returns what changed, by first byte and the byte after the last. Neighbours that moved are one run: who
/// sees the first and the last of them go knows the rest.
fn runs(pieces: &[Piece<'_>]) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    let mut moving = false;
    for piece in pieces {
        let moves = piece.fate == Fate::Moved;
        match runs.last_mut() {
            Some((_, end)) if moves && moving => *end = piece.end,
            _ if piece.fate != Fate::Same => runs.push((piece.first, piece.end)),
            _ => {}
        }
        moving = moves;
    }
    runs
}

/// Returns the rows that changed, as ranges that do not touch.
fn changed(pieces: &[Piece<'_>], bytes: u32) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for piece in pieces.iter().filter(|piece| piece.fate != Fate::Same) {
        let (from, to) = (piece.first / bytes, piece.end.saturating_sub(1) / bytes + 1);
        match ranges.last_mut() {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            _ => ranges.push((from, to)),
        }
    }
    ranges
}

/// Returns what stands for the rows from row `from` up to row `to`.
fn elided(changed: &[(u32, u32)], from: u32, to: u32) -> Option<Row> {
    let rows = to.checked_sub(from).filter(|rows| *rows > 0)?;
    if rows == 1 {
        // The row itself takes no more room than the line that would say so.
        return Some(Row::Drawn(from));
    }
    let within = |range: &(u32, u32)| range.1.min(to).saturating_sub(range.0.max(from));
    Some(Row::Elided { rows, changed: changed.iter().map(within).sum() })
}

//! A payload as hexadecimal digits, with the bytes marked that are misread.

use super::page::Role;
use super::ruler::Line;
use crate::law::finding::Span;

/// The most rows that are shown of one payload: what follows is counted.
const MAX_ROWS: usize = 4;

/// Returns the rows of a payload around the bytes that are marked.
pub(super) fn dump(payload: &[u8], marked: &[Span], width: usize) -> Vec<Line> {
    let digits = payload.len().to_string().len().max(2);
    let bytes = if width >= digits + 2 + 16 * 3 { 16 } else { 8 };
    let is_marked = |at: usize| {
        let within = |span: &Span| u32::try_from(at).is_ok_and(|at| span.offset <= at && at < span.end());
        marked.iter().any(within)
    };
    let rows: Vec<&[u8]> = payload.chunks(bytes).collect();
    let has_marks = |row: usize| (row * bytes..(row + 1) * bytes).any(is_marked);
    let mut shown: Vec<usize> = (0..rows.len()).filter(|row| has_marks(*row)).take(MAX_ROWS).collect();
    if shown.is_empty() {
        shown = (0..rows.len().min(MAX_ROWS)).collect();
    }
    let mut lines = Vec::new();
    let mut next = 0;
    for row in shown {
        lines.extend(elided(row - next, digits));
        let first = row * bytes;
        let (mut text, mut marks) = (format!("{first:>digits$} "), " ".repeat(digits + 1));
        for (byte, at) in rows.get(row).into_iter().copied().flatten().zip(first..) {
            text.push_str(&format!(" {byte:02x}"));
            marks.push_str(if is_marked(at) { " ^^" } else { "   " });
        }
        lines.push((Role::Plain, text));
        if has_marks(row) {
            lines.push((Role::Marks, marks));
        }
        next = row + 1;
    }
    lines.extend(elided(rows.len() - next, digits));
    lines
}

fn elided(rows: usize, digits: usize) -> Option<Line> {
    let noun = if rows == 1 { "row" } else { "rows" };
    (rows > 0).then(|| (Role::Aside, format!("{:digits$}  ... {rows} {noun}", "")))
}

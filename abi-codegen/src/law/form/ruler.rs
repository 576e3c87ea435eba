//! A record on a ruler of bytes: what each byte was, what it is, and which changed.

use unicode_width::UnicodeWidthChar;

use super::chart::{Fate, Piece, pieces};
use super::page::Role;
use super::plain::plain;
use super::rows::{Row, rows};
use crate::law::finding::Span;
use crate::law::report::{Laid, Layouts};

/// A line of a drawing.
pub(super) type Line = (Role, String);

/// The most columns that a byte takes: names of most narrow fields fit in.
const MAX_COLUMNS: usize = 8;

/// The fewest columns that a byte takes.
const MIN_COLUMNS: usize = 3;

/// The most fields that are spelled out below a drawing.
const MAX_SPELLED: usize = 12;

/// What a drawing is drawn on.
struct Sheet {
    /// Bytes of a row.
    bytes: u32,
    /// Columns of a byte.
    columns: usize,
    /// Digits of the greatest first byte of a row.
    digits: usize,
}

impl Sheet {
    fn new(width: usize, end: u32) -> Self {
        let digits = end.saturating_sub(1).to_string().len().max(2);
        let room = width.saturating_sub("old  |".len() + digits);
        let (bytes, count) = if room >= 16 * MAX_COLUMNS { (16, 16) } else { (8, 8) };
        Self { bytes, columns: (room / count).clamp(MIN_COLUMNS, MAX_COLUMNS), digits }
    }

    /// Returns the column at which a byte of a row begins.
    fn column(&self, first: u32, byte: u32) -> usize {
        usize::try_from(byte.saturating_sub(first).min(self.bytes)).unwrap_or_default() * self.columns
    }

    fn canvas(&self) -> Vec<char> {
        vec![' '; self.column(0, self.bytes) + 1]
    }

    fn margin(&self, word: &str, offset: Option<u32>) -> String {
        let offset = offset.map(|offset| offset.to_string()).unwrap_or_default();
        format!("{word:3} {offset:>digits$} ", digits = self.digits)
    }
}

/// A record, drawn.
pub(super) struct Drawing {
    /// Rows, as wide as the page at most.
    pub(super) lines: Vec<Line>,
    /// Fields whose cells were too narrow for them; sentences.
    pub(super) spelled: Vec<String>,
}

/// Draws both layouts, the rows around what changed; nothing when nothing did.
pub(super) fn draw(layouts: &Layouts, marked: &[Span], width: usize) -> Option<Drawing> {
    let pieces = pieces(layouts, marked);
    let sheet = Sheet::new(width, pieces.last().map_or(0, |piece| piece.end));
    let rows = rows(&pieces, sheet.bytes);
    if rows.is_empty() {
        return None;
    }
    let mut drawing = Drawing { lines: vec![(Role::Aside, scale(&sheet))], spelled: Vec::new() };
    for row in rows {
        match row {
            Row::Drawn(row) => draw_row(&sheet, &pieces, row * sheet.bytes, &mut drawing),
            Row::Elided { rows, changed } => {
                drawing.lines.push((Role::Aside, elided(&sheet, rows, changed)));
            }
        }
    }
    drawing.lines.push((Role::Aside, format!("{}^ changed  ~ moved", sheet.margin("", None))));
    let more = drawing.spelled.len().saturating_sub(MAX_SPELLED);
    drawing.spelled.truncate(MAX_SPELLED);
    if more > 0 {
        drawing.spelled.push(format!("and {more} more that are marked above"));
    }
    Some(drawing)
}

/// Returns the line above the rows: which byte of a row is where.
fn scale(sheet: &Sheet) -> String {
    let mut canvas = sheet.canvas();
    for byte in 0..sheet.bytes {
        write(&mut canvas, sheet.column(0, byte) + 1, &format!("+{byte}"));
    }
    sheet.margin("", None) + &canvas.into_iter().collect::<String>()
}

fn elided(sheet: &Sheet, rows: u32, changed: u32) -> String {
    let noun = if rows == 1 { "row" } else { "rows" };
    let what = match changed {
        0 => "the same".to_owned(),
        changed if changed == rows => "all changed".to_owned(),
        changed => format!("{changed} changed"),
    };
    format!("{}... {rows} {noun}, {what}", sheet.margin("", None))
}

/// Draws the row that begins at byte `first`.
fn draw_row(sheet: &Sheet, pieces: &[Piece<'_>], first: u32, drawing: &mut Drawing) {
    let end = first.saturating_add(sheet.bytes);
    let from = pieces.partition_point(|piece| piece.end <= first);
    let to = pieces.partition_point(|piece| piece.first < end);
    let here = pieces.get(from..to).unwrap_or_default();
    let old = cells(sheet, first, here.iter().filter_map(|piece| piece.old));
    let new = cells(sheet, first, here.iter().filter_map(|piece| piece.new));
    if old.text == new.text {
        drawing.lines.push((Role::Plain, sheet.margin("", Some(first)) + &new.text));
    } else {
        for (role, word, row) in [(Role::Old, "old", &old), (Role::New, "new", &new)] {
            if !row.text.is_empty() {
                drawing.lines.push((role, sheet.margin(word, Some(first)) + &row.text));
            }
        }
    }
    if here.iter().any(|piece| piece.fate != Fate::Same) {
        drawing.lines.push((Role::Marks, sheet.margin("", None) + &marks(sheet, first, here)));
    }
    let is_cut = |piece: &&Piece<'_>| {
        let cut = |row: &Cells<'_>, field: Option<&Laid>| {
            field.is_some_and(|field| row.cut.iter().any(|cut| std::ptr::eq(*cut, field)))
        };
        piece.fate == Fate::Changed && (cut(&old, piece.old) || cut(&new, piece.new))
    };
    for piece in here.iter().filter(is_cut) {
        let text = spell(piece);
        if !drawing.spelled.contains(&text) {
            drawing.spelled.push(text);
        }
    }
}

/// A row of one layout.
struct Cells<'l> {
    text: String,
    /// Fields that are not shown with their whole name and type.
    cut: Vec<&'l Laid>,
}

fn cells<'l>(sheet: &Sheet, first: u32, fields: impl Iterator<Item = &'l Laid>) -> Cells<'l> {
    let mut canvas = sheet.canvas();
    let mut cut = Vec::new();
    for field in fields {
        let from = sheet.column(first, field.bytes.offset);
        let to = sheet.column(first, field.bytes.end());
        let (label, is_whole) = label(field, first, to.saturating_sub(from + 1));
        if !is_whole {
            cut.push(field);
        }
        let fill = if field.reserved { '.' } else { ' ' };
        canvas.iter_mut().take(to).skip(from + 1).for_each(|column| *column = fill);
        write(&mut canvas, from, "|");
        write(&mut canvas, from + 1, &label);
        write(&mut canvas, to, "|");
    }
    let text: String = canvas.into_iter().collect();
    Cells { text: text.trim_end().to_owned(), cut }
}

/// Returns what stands in a field's cell, and whether that is its whole name and type.
fn label(field: &Laid, first: u32, columns: usize) -> (String, bool) {
    let behind = match first.saturating_sub(field.bytes.offset) {
        0 => String::new(),
        behind => format!(" +{behind}"),
    };
    let name = narrow(&field.name);
    let whole = format!("{name}: {}{behind}", narrow(&field.ty));
    if whole.chars().count() <= columns {
        return (whole, true);
    }
    let short = format!("{name}{behind}");
    (if short.chars().count() <= columns { short } else { cut(&name, columns) }, false)
}

fn cut(name: &str, columns: usize) -> String {
    if name.chars().count() <= columns {
        return name.to_owned();
    }
    name.chars().take(columns.saturating_sub(1)).chain(['…']).collect()
}

/// Returns `text` with one column for each character: a row must not lean.
fn narrow(text: &str) -> String {
    plain(text).chars().map(|character| if character.width() == Some(1) { character } else { '?' }).collect()
}

fn marks(sheet: &Sheet, first: u32, pieces: &[Piece<'_>]) -> String {
    let mut canvas = sheet.canvas();
    for piece in pieces {
        let mark = match piece.fate {
            Fate::Same => continue,
            Fate::Moved => '~',
            Fate::Changed => '^',
        };
        let (from, to) = (sheet.column(first, piece.first), sheet.column(first, piece.end));
        canvas.iter_mut().take(to).skip(from + 1).for_each(|column| *column = mark);
    }
    canvas.into_iter().collect()
}

/// Returns a field's whole name and type, before and now, with its bytes.
fn spell(piece: &Piece<'_>) -> String {
    let field = |field: Option<&Laid>| {
        field.map_or_else(
            || "nothing".to_owned(),
            |field| {
                let (name, ty) = (plain(&field.name), plain(&field.ty));
                format!("{name}: {ty} at {}..{}", field.bytes.offset, field.bytes.end())
            },
        )
    };
    format!("old {}; new {}", field(piece.old), field(piece.new))
}

fn write(canvas: &mut [char], from: usize, text: &str) {
    for (column, character) in canvas.iter_mut().skip(from).zip(text.chars()) {
        *column = character;
    }
}

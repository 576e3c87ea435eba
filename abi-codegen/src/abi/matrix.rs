//! `matrix`: which reader reads which writer.

use super::Outcome;
use super::error::AbiError;
use super::house::House;
use crate::law::{Direction, Facts, Severity, compare, names, tampered};
use crate::lock::Release;
use crate::model::Catalog;

pub(super) fn matrix(house: &House<'_>, catalogs: &[String]) -> Result<Outcome, AbiError> {
    let mut text = String::new();
    let mut edited = false;
    for governed in house.choose(catalogs)? {
        let held = house.lock(governed)?;
        let code = Catalog::from_schema(governed.catalog).map_err(AbiError::Model)?;
        let acknowledgements = house.acknowledgements(governed)?;
        let column = |release: &Release| Column {
            name: release.release.to_string(),
            catalog: release.catalog.as_ref().clone(),
            statements: release
                .acknowledged
                .iter()
                .map(|one| (one.rule.clone(), one.subject.clone(), one.reason.clone()))
                .collect(),
        };
        let mut columns: Vec<Column> = held.loaded.lock.releases.iter().map(column).collect();
        let statements = acknowledgements.into_iter().map(|one| (one.rule, one.subject, one.reason));
        columns.push(Column { name: "code".to_owned(), catalog: code, statements: statements.collect() });
        text.push_str(&table(governed.catalog.name, &columns, &Facts::of(governed.catalog)));
        for finding in tampered(&held.loaded) {
            edited = true;
            text.push_str(&format!("{} {}: {}\n", finding.rule.id, finding.subject, finding.what));
        }
    }
    Ok(Outcome { text, status: u8::from(edited) })
}

/// A release, or the code.
struct Column {
    name: String,
    catalog: Catalog,
    /// Rules, subjects and reasons of what it was let through with.
    statements: Vec<(String, String, String)>,
}

fn table(name: &str, columns: &[Column], facts: &Facts) -> String {
    let mut text = format!("{name}: rows wrote, columns read; a number counts what breaks\n{:>8}", "");
    for column in columns {
        text.push_str(&format!("{:>6}", column.name));
    }
    text.push('\n');
    let mut broken = 0;
    for (writer, wrote) in columns.iter().enumerate() {
        text.push_str(&format!("{:>8}", wrote.name));
        for reader in 0..columns.len() {
            let breaks = breaks(writer, reader, columns, facts);
            broken += usize::from(breaks > 0);
            text.push_str(&format!("{:>6}", if breaks == 0 { "ok".to_owned() } else { breaks.to_string() }));
        }
        text.push('\n');
    }
    let pairs = columns.len() * columns.len();
    text.push_str(&format!("{pairs} pairs of writer and reader, {broken} broken\n"));
    text
}

/// Returns how many findings break a reader of what a writer wrote. What was acknowledged breaks it all the
/// same, unless the acknowledgement states that a name was only renamed.
fn breaks(writer: usize, reader: usize, columns: &[Column], facts: &Facts) -> usize {
    let (first, last) = (writer.min(reader), writer.max(reader));
    let Some([old, later @ ..]) = columns.get(first..=last) else { return 0 };
    let Some(new) = later.last() else { return 0 };
    let direction = if writer < reader { Direction::NewReader } else { Direction::OldReader };
    let hits = [direction, Direction::Both];
    let mut found = compare(&old.catalog, &new.catalog, facts);
    let statements = later.iter().flat_map(|column| &column.statements);
    names(&statements.map(|(rule, subject, reason)| (&**rule, &**subject, &**reason)), &mut found);
    found
        .iter()
        .filter(|finding| finding.severity == Severity::Break && hits.contains(&finding.direction))
        .count()
}

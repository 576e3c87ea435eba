//! `matrix`: which reader reads which writer.

use super::Outcome;
use super::error::AbiError;
use super::house::House;
use crate::law::{Direction, Facts, Severity, compare, tampered};
use crate::model::Catalog;

pub(super) fn matrix(house: &House<'_>, catalogs: &[String]) -> Result<Outcome, AbiError> {
    let mut text = String::new();
    let mut edited = false;
    for governed in house.choose(catalogs)? {
        let held = house.lock(governed)?;
        let code = Catalog::from_schema(governed.catalog).map_err(AbiError::Model)?;
        let releases = held.loaded.lock.releases.iter();
        let mut columns: Vec<(String, &Catalog)> =
            releases.map(|release| (release.release.to_string(), &*release.catalog)).collect();
        columns.push(("code".to_owned(), &code));
        text.push_str(&table(&code.catalog, &columns));
        for finding in tampered(&held.loaded) {
            edited = true;
            text.push_str(&format!("{} {}: {}\n", finding.rule.id, finding.subject, finding.what));
        }
    }
    Ok(Outcome { text, status: u8::from(edited) })
}

fn table(name: &str, columns: &[(String, &Catalog)]) -> String {
    let mut text = format!("{name}: rows wrote, columns read; a number counts what breaks\n{:>8}", "");
    for (column, _) in columns {
        text.push_str(&format!("{column:>6}"));
    }
    text.push('\n');
    let mut broken = 0;
    for (writer, (row, wrote)) in columns.iter().enumerate() {
        text.push_str(&format!("{row:>8}"));
        for (reader, (_, reads)) in columns.iter().enumerate() {
            let breaks = breaks(writer, reader, wrote, reads);
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
/// same.
fn breaks(writer: usize, reader: usize, wrote: &Catalog, reads: &Catalog) -> usize {
    let (old, new, direction) = if writer <= reader {
        (wrote, reads, Direction::NewReader)
    } else {
        (reads, wrote, Direction::OldReader)
    };
    let hits = [direction, Direction::Both];
    let found = compare(old, new, &Facts::of_lanes());
    found
        .iter()
        .filter(|finding| finding.severity == Severity::Break && hits.contains(&finding.direction))
        .count()
}

//! `witness`: replay the bytes that show a break.

use super::check::called;
use super::error::AbiError;
use super::house::House;
use super::{Outcome, day, source};
use abi_schema::{Printable, PrintableDisplay};

use crate::decode;
use crate::law::{Facts, Finding, Law, Side, Witness, rules};
use crate::model::Catalog;

pub(super) fn witness(
    house: &House<'_>,
    old: &str,
    new: Option<&str>,
    rule: Option<&str>,
) -> Result<Outcome, AbiError> {
    if let Some(rule) = rule.filter(|rule| rules::find(rule).is_none()) {
        return Err(AbiError::NoRule(rule.to_owned()));
    }
    let newest = format!("{old}@newest");
    let (old, new) = match new {
        Some(new) => (source::find(house, old)?, source::find(house, new)?),
        None => (source::find(house, &newest)?, source::find(house, old)?),
    };
    let law = Law { facts: Facts::of_lanes(), today: day(None)?, acknowledgements: &[] };
    let report = law.compare(called(&old), called(&new)).map_err(|error| {
        let place = format!("{} and {}", old.name, new.name);
        AbiError::Law { place, error }
    })?;
    let wanted =
        |finding: &&Finding| rule.is_none_or(|rule| finding.rule.id == rule || finding.rule.slug == rule);
    let mut text = format!("old: {}\nnew: {}\n", Printable(&old.name), Printable(&new.name));
    let (mut shown, mut silent) = (0, 0);
    for finding in report.findings.iter().filter(|finding| finding.breaks()).filter(wanted) {
        let head =
            format!("\n{} {}: {}\n", finding.rule.id, Printable(&finding.subject), Printable(&finding.what));
        let Some(witness) = &finding.witness else {
            text.push_str(&format!("{head}  no bytes show it: {}\n", finding.direction));
            silent += 1;
            continue;
        };
        text.push_str(&head);
        text.push_str(&replay(witness, &old.catalog, &new.catalog));
        shown += 1;
    }
    for finding in old.edited.iter().chain(&new.edited) {
        text.push_str(&format!("\n{} {}: {}\n", finding.rule.id, finding.subject, finding.what));
        silent += 1;
    }
    text.push_str(&format!("\n{shown} breaks replayed, {silent} that no bytes show\n"));
    Ok(Outcome { text, status: u8::from(shown + silent > 0) })
}

/// Decodes a witness's bytes on both sides.
fn replay(witness: &Witness, old: &Catalog, new: &Catalog) -> String {
    let (writer, reader, names) = match witness.writer {
        Side::Old => (old, new, ("old writer", "new reader")),
        Side::New => (new, old, ("new writer", "old reader")),
    };
    let written = writer.records.iter().find(|record| record.name == witness.record);
    let read = written.and_then(|written| reader.records.iter().find(|record| record.id == written.id));
    let (Some(written), Some(read)) = (written, read) else {
        return "  the record is on one side only\n".to_owned();
    };
    let mut text = format!("  {} of version {}:", Printable(&witness.record), witness.version);
    witness.payload.iter().for_each(|byte| text.push_str(&format!(" {byte:02x}")));
    text.push('\n');
    for (name, record) in [(names.0, written), (names.1, read)] {
        text.push_str(&format!("  {name}:\n"));
        match decode::record(record, witness.version, &witness.payload, true) {
            Ok(fields) => {
                for (field, value) in fields {
                    let value = value.map_or_else(|| "absent".to_owned(), |value| value.to_string());
                    text.push_str(&format!("    {} = {}\n", Printable(field), Printable(&value)));
                }
            }
            Err(error) => text.push_str(&format!("    error: {}\n", PrintableDisplay(&error))),
        }
    }
    text
}

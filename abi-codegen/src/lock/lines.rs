//! Where a lock's text states what findings are about.

use std::collections::BTreeMap;

/// Returns the line, counted from 1, at which each subject was stated last: `Record`, `Record.field`,
/// `Composite.field`, `Code::Value`, and a catalog's name. Empty if the text is no lock.
pub(crate) fn lines(text: &str) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    let Ok(lock) = abi_lock::Lock::parse(text) else { return lines };
    lines.insert(lock.catalog.clone(), 1);
    for release in &lock.releases {
        for enumeration in &release.enumerations {
            let (name, line) = (&enumeration.name, enumeration.line);
            lines.insert(name.clone(), line);
            for (value, _) in enumeration.values.iter().chain(&enumeration.retired) {
                lines.insert(format!("{name}::{value}"), line);
            }
        }
        let composites = release.structs.iter().map(|one| (&one.name, one.line, &one.fields));
        let records = release.records.iter().map(|one| (&one.name, one.line, &one.fields));
        for (name, line, fields) in composites.chain(records) {
            lines.insert(name.clone(), line);
            // A block is its head and a line for each field.
            for (at, field) in fields.iter().enumerate() {
                lines.insert(format!("{name}.{}", field.name), line + 1 + at);
            }
        }
    }
    // The lines of values lie in their block in the order of the text, retired ones among them.
    let texts: Vec<&str> = text.lines().collect();
    for enumeration in lock.releases.iter().flat_map(|release| &release.enumerations) {
        let stated = texts.get(enumeration.line..).unwrap_or_default();
        for (at, line) in stated.iter().take_while(|line| line.starts_with("  ")).enumerate() {
            if let Some(value) = line.split_whitespace().nth(1) {
                lines.insert(format!("{}::{value}", enumeration.name), enumeration.line + 1 + at);
            }
        }
    }
    lines
}

//! Golden bytes: what writers of every released version wrote, kept for readers of all times.
//!
//! One file for each version of a record, written when the version is first released and never again.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::{Path, PathBuf};

use super::error::AbiError;
use super::freeze::say_wrote;
use crate::decode::{self, Value};
use crate::file::FileError;
use crate::law::{Finding, rules};
use crate::lock::Lock;
use crate::model::{Catalog, Field, Record, Type};
use crate::sample::{Fill, payload};

/// The samples of a file, and what they are called in it.
const FILLS: [(&str, Fill); 5] = [
    ("small", Fill::Small),
    ("wide", Fill::Wide),
    ("absent", Fill::Absent),
    ("named-0", Fill::Named(0)),
    ("named-1", Fill::Named(1)),
];

/// One sample that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Golden {
    /// What it is filled with.
    pub fill: String,
    /// The payload.
    pub payload: Vec<u8>,
    /// Every field that the version has, and its value: numbers without names and units, which may come
    /// later.
    pub values: Vec<(String, String)>,
}

/// Returns the file of a record's version.
pub fn file(folder: &Path, record: &str, version: u16) -> PathBuf {
    folder.join(format!("{record}.v{version}.golden"))
}

/// Returns the text of the file for a version of a record.
fn text(record: &Record, version: u16) -> String {
    let mut text = format!("golden {:#06x} {} version {version}\n", record.id, record.name);
    let mut known: Vec<Vec<u8>> = Vec::new();
    for (name, fill) in FILLS {
        let payload = payload(record, version, fill);
        if known.contains(&payload) {
            continue;
        }
        text.push_str(&format!("\nsample {name}\n"));
        for row in payload.chunks(16) {
            text.push_str("bytes");
            for byte in row {
                text.push_str(&format!(" {byte:02x}"));
            }
            text.push('\n');
        }
        for (field, value) in decode::record(&bare(record), version, &payload, true).unwrap_or_default() {
            if let Some(value) = value {
                text.push_str(&format!("  {field} = {}\n", stated(&value)));
            }
        }
        known.push(payload);
    }
    text
}

/// Returns a record whose fields are plain numbers: a name that a value is given later changes nothing
/// of what was written.
fn bare(record: &Record) -> Record {
    let mut record = record.clone();
    record.fields.iter_mut().for_each(bare_field);
    record
}

fn bare_field(field: &mut Field) {
    (field.unit, field.scale, field.absent) = (None, None, None);
    bare_type(&mut field.ty);
}

fn bare_type(ty: &mut Type) {
    match ty {
        Type::Scalar(_) | Type::Name { .. } => {}
        Type::Array { array, .. } => bare_type(array),
        Type::Code { repr, .. } | Type::Flags { repr, .. } => *ty = Type::Scalar(*repr),
        Type::Struct(composite) => composite.fields.iter_mut().for_each(bare_field),
    }
}

/// Returns a value as files of golden bytes have it since the first release: in full, a name without quotes.
fn stated(value: &Value<'_>) -> String {
    match value {
        Value::Name(bytes) => {
            let name = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
            let cut = if name.len() == bytes.len() { "..." } else { "" };
            format!("{}{cut}", name.escape_ascii())
        }
        Value::List(values) => format!("[{}]", values.iter().map(stated).collect::<Vec<_>>().join(" ")),
        Value::Fields(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name}={}", stated(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(" "))
        }
        value => value.to_string(),
    }
}

/// Reads the samples of a file.
///
/// # Errors
///
/// The line that is none of such a file.
pub fn parse(text: &str) -> Result<Vec<Golden>, String> {
    let mut samples: Vec<Golden> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let bad = || format!("line {}: found {line:?}, which no file of golden bytes has", at + 1);
        if line.is_empty() || at == 0 && line.starts_with("golden ") {
            continue;
        }
        if let Some(fill) = line.strip_prefix("sample ") {
            samples.push(Golden { fill: fill.to_owned(), payload: Vec::new(), values: Vec::new() });
            continue;
        }
        let sample = samples.last_mut().ok_or_else(bad)?;
        if let Some(bytes) = line.strip_prefix("bytes ") {
            for byte in bytes.split(' ') {
                sample.payload.push(u8::from_str_radix(byte, 16).map_err(|_| bad())?);
            }
        } else {
            let (field, value) = line.trim_start().split_once(" = ").ok_or_else(bad)?;
            sample.values.push((field.to_owned(), value.to_owned()));
        }
    }
    if samples.is_empty() { Err("it has no samples".to_owned()) } else { Ok(samples) }
}

/// A file of golden bytes, and what it is to hold.
pub(super) struct Due {
    path: PathBuf,
    text: String,
}

/// Returns the files of the versions that a lock released and that are missing. A run that was ended between
/// the golden bytes and the lock leaves none; one of an earlier version of this tool did.
///
/// Their bytes are those of the first release that has the version, as they were when it was frozen.
pub(super) fn missing(folder: &Path, lock: &Lock) -> Vec<Due> {
    let due = released(lock, |record| &*record.name).into_iter().filter_map(|(record, version)| {
        let path = file(folder, &record.name, version);
        (!path.exists()).then(|| Due { path, text: text(record, version) })
    });
    due.collect()
}

/// Returns each version that a lock released of what `key` takes for one record, with the record of the first
/// release that has the version. Looks at each record of each release once.
fn released<'l, K: Eq + Hash>(lock: &'l Lock, key: impl Fn(&'l Record) -> K) -> Vec<(&'l Record, u16)> {
    let mut newest: HashMap<K, u16> = HashMap::new();
    let mut released = Vec::new();
    for record in lock.releases.iter().flat_map(|release| &release.catalog.records) {
        let known = newest.entry(key(record)).or_default();
        released.extend((*known + 1..=record.version).map(|version| (record, version)));
        *known = record.version.max(*known);
    }
    released
}

/// Returns the files of the versions of a catalog that a lock has not released. What is there of such a version
/// is of a freeze that did not come to its end, and is replaced.
pub(super) fn unreleased(folder: &Path, lock: &Lock, catalog: &Catalog) -> Vec<Due> {
    // Of one name the versions come in their order, so the last is the newest.
    let newest: HashMap<&str, u16> = released(lock, |record| &*record.name)
        .into_iter()
        .map(|(record, version)| (&*record.name, version))
        .collect();
    let mut due = Vec::new();
    for record in &catalog.records {
        let released = newest.get(record.name.as_str()).copied().unwrap_or_default();
        for version in released + 1..=record.version {
            due.push(Due { path: file(folder, &record.name, version), text: text(record, version) });
        }
    }
    due
}

/// Writes files, and adds to `said` which of them were not as they should be.
///
/// # Errors
///
/// A file cannot be written; those before it are.
pub(super) fn write(due: &[Due], said: &mut String) -> Result<(), FileError> {
    for Due { path, text } in due {
        if crate::file::write(path, text)? {
            say_wrote(path, said);
        }
    }
    Ok(())
}

/// Holds a catalog against the golden bytes of every version that a lock released: each is there, and
/// each value arrives as it was written. What is broken already, as `broken` says, is not told again: its
/// bytes are read by the release that wrote them.
pub(super) fn check(
    folder: &Path,
    lock: &Lock,
    current: &Catalog,
    broken: &dyn Fn(&str) -> bool,
) -> Result<Vec<Finding>, AbiError> {
    let mut findings = Vec::new();
    let by_id: HashMap<u16, &Record> = current.records.iter().map(|record| (record.id, record)).collect();
    for (own, version) in released(lock, |record| (record.id, &*record.name)) {
        let name = own.name.as_str();
        let path = file(folder, name, version);
        let subject = format!("{name}@{version}");
        let Some(text) = crate::file::read(&path)? else {
            let what = format!(
                "version {version} was released, and its golden bytes are not there: `abi freeze` writes them again"
            );
            findings.push(Finding::new(rules::TA8002, subject, what));
            continue;
        };
        // A retired record's bytes are read by the catalogs of its own releases too.
        let record = by_id.get(&own.id).copied().filter(|_| !broken(name)).unwrap_or(own);
        let wrong = match parse(&text) {
            Ok(samples) => samples.iter().find_map(|sample| differs(record, version, sample)),
            Err(error) => Some(error),
        };
        if let Some(wrong) = wrong {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let what = format!("{file}: {wrong}");
            findings.push(Finding::new(rules::TA8002, subject, what));
        }
    }
    Ok(findings)
}

/// Returns what a reader of `record` sees otherwise than it was written.
fn differs(record: &Record, version: u16, sample: &Golden) -> Option<String> {
    let bare = bare(record);
    let read = match decode::record(&bare, version, &sample.payload, true) {
        Ok(read) => read,
        Err(error) => return Some(format!("sample {}: {error}", sample.fill)),
    };
    for (field, value) in read {
        let written = sample.values.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone());
        let read = value.as_ref().map(stated);
        if read != written {
            let said = |value: Option<String>| value.unwrap_or_else(|| "absent".to_owned());
            return Some(format!(
                "sample {}: `{field}` reads {}, and was written as {}",
                sample.fill,
                said(read),
                said(written)
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::hash::{Hash, Hasher};
    use std::sync::Arc;

    use super::released;
    use crate::lock::{Lock, Release};
    use crate::model::{Catalog, Class, Record};

    const RECORDS: u16 = 2_472;

    /// A key that counts comparisons: a search by pairs would make millions.
    struct Key<'k>(&'k str, &'k Cell<usize>);

    impl PartialEq for Key<'_> {
        fn eq(&self, other: &Self) -> bool {
            self.1.set(self.1.get() + 1);
            self.0 == other.0
        }
    }

    impl Eq for Key<'_> {}

    impl Hash for Key<'_> {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }

    #[test]
    fn each_record_of_each_release_is_looked_at_once() {
        let release = |number: u32| {
            let record = |at: u16| Record {
                name: format!("Record{at}"),
                id: 0x100 + at,
                version: if number > 1 && at.is_multiple_of(2) { 2 } else { 1 },
                class: Class::Normal,
                size: 8,
                fields: Vec::new(),
                doc: String::new(),
            };
            let catalog = Catalog {
                testimony: 1,
                catalog: "wide".to_owned(),
                prefix: "wide".to_owned(),
                records: (0..RECORDS).map(record).collect(),
                structs: Vec::new(),
                retired: Vec::new(),
                doc: String::new(),
            };
            Release {
                release: number,
                date: "2026-01-01".to_owned(),
                fingerprint: String::new(),
                catalog: Arc::new(catalog),
                acknowledged: Vec::new(),
            }
        };
        let lock =
            Lock { testimony_lock: 1, catalog: "wide".to_owned(), releases: (1..=3).map(release).collect() };
        let (looks, compared) = (Cell::new(0), Cell::new(0));
        let found = released(&lock, |record| {
            looks.set(looks.get() + 1);
            Key(&record.name, &compared)
        });
        let records = usize::from(RECORDS);
        assert_eq!(looks.get(), 3 * records);
        assert!(compared.get() < 4 * records, "{} comparisons", compared.get());
        assert_eq!(found.len(), records + records / 2, "each version once");
        assert!(found.iter().skip(records).all(|(record, version)| *version == 2 && record.version == 2));
    }
}

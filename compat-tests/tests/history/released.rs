//! Every released writer, read by every reader.

use abi_codegen::Catalog;
use abi_codegen::decode::{Undecodable, Value, record};
use abi_codegen::model::Record;
use abi_codegen::sample::{Fill, payload};
use abi_schema::CatalogSchema;

use crate::{CATALOGS, golden, lock};

fn code(catalog: &str) -> Catalog {
    let schema: &CatalogSchema = match catalog {
        "region" => &abi_runtime::layout::REGION,
        _ => &process_watch::catalog::PROC,
    };
    Catalog::from_schema(schema).expect("the catalog of the code")
}

/// Every release of a catalog, and the code, under a name each.
fn all(catalog: &str) -> Vec<(String, Catalog)> {
    let lock = lock(catalog);
    let released = |release: &abi_codegen::lock::Release| {
        (format!("release {}", release.release), release.catalog.as_ref().clone())
    };
    let mut all: Vec<_> = lock.releases.iter().map(released).collect();
    all.push(("the code".to_owned(), code(catalog)));
    all
}

/// Reads what `writer` wrote in `version`, cut at `len`, and holds every field against what was meant.
fn check(place: &str, writer: &Record, reader: &Record, version: u16, written: &[u8], len: usize) {
    let meant = record(writer, version, written, true).expect("a writer reads itself");
    let read = match record(reader, version, &written[..len], true) {
        Ok(read) => read,
        Err(Undecodable::Short { need, have }) => {
            assert!(have < need as usize && len < written.len(), "{place}: {len} of {} bytes", written.len());
            return;
        }
        Err(error) => panic!("{place}: {error}"),
    };
    for (field, seen) in read {
        let known = meant.iter().find(|(name, _)| *name == field);
        let meant = known.and_then(|(_, value)| value.clone());
        assert_eq!(bare(seen), bare(meant), "{place}: `{field}` at {len} of {} bytes", written.len());
    }
}

/// A value that has no name yet, and one that has, are one value.
fn bare(value: Option<Value<'_>>) -> Option<String> {
    value.map(|value| format!("{value:#}"))
}

#[test]
fn every_released_writer_is_read_by_every_reader_cut_at_every_byte() {
    let mut reads = 0_u64;
    for catalog in CATALOGS {
        let all = all(catalog);
        for (wrote, writing) in &all {
            for (reads_as, reading) in &all {
                for writer in &writing.records {
                    let Some(reader) = reading.records.iter().find(|reader| reader.id == writer.id) else {
                        continue;
                    };
                    for fill in [Fill::Small, Fill::Wide, Fill::Absent] {
                        if fill == Fill::Wide && names_differ(writer, reader) {
                            continue;
                        }
                        let written = payload(writer, writer.version, fill);
                        let place = format!("{catalog}: {wrote} read by {reads_as}: {}", writer.name);
                        for len in 0..=written.len() {
                            check(&place, writer, reader, writer.version, &written, len);
                            reads += 1;
                        }
                    }
                }
            }
        }
    }
    println!("{reads} reads");
    assert!(reads > 50_000, "only {reads} reads");
}

/// Wide samples hold flags and codes of which one side may know fewer names: their text differs, their
/// number does not, and golden bytes are compared by number.
fn names_differ(writer: &Record, reader: &Record) -> bool {
    let types = |record: &Record| record.fields.iter().map(|field| field.ty.clone()).collect::<Vec<_>>();
    let (writer, reader) = (types(writer), types(reader));
    writer.iter().zip(&reader).any(|(writer, reader)| writer != reader)
}

#[test]
fn golden_bytes_of_every_release_are_read_by_every_release_since() {
    for catalog in CATALOGS {
        for (wrote, writing) in all(catalog) {
            for record in &writing.records {
                for version in 1..=record.version {
                    for sample in golden(catalog, &record.name, version) {
                        let size = record.size_of_version(version) as usize;
                        assert_eq!(
                            sample.payload.len(),
                            size,
                            "{catalog}: {wrote}: {} {version}",
                            record.name
                        );
                        let read = abi_codegen::decode::record(record, version, &sample.payload, true)
                            .expect("golden bytes are whole");
                        let present = read.iter().filter(|(_, value)| value.is_some()).count();
                        assert_eq!(
                            present,
                            sample.values.len(),
                            "{catalog}: {wrote}: {} {version}",
                            record.name
                        );
                    }
                }
            }
        }
    }
}

//! The compiler compares digests first: those of a schema and of its lock are one number, and of every
//! other layout another.

use abi_lock::Lock;
use abi_schema::CatalogSchema;
use abi_schema::digest::{record_digest, struct_digest};

const CATALOGS: [(&CatalogSchema, &str); 2] = [
    (&abi_runtime::layout::REGION, include_str!("../../spec/abi/region.lock")),
    (&process_watch::catalog::PROC, include_str!("../../spec/abi/proc.lock")),
];

#[test]
fn a_schema_and_its_lock_have_one_digest() {
    for (catalog, text) in CATALOGS {
        let lock = Lock::parse(text).expect("the lock is one");
        let newest = lock.newest();
        for record in catalog.records {
            let frozen =
                newest.records.iter().find(|frozen| frozen.id == record.id).expect("it was released");
            assert_eq!(newest.record_digest(frozen), record_digest(record), "{}", record.name);
        }
        for composite in catalog.structs {
            let frozen = newest.composite(composite.name).expect("it was released");
            assert_eq!(newest.struct_digest(frozen), struct_digest(composite), "{}", composite.name);
        }
    }
}

#[test]
fn layouts_that_differ_anywhere_have_different_digests() {
    let lock = Lock::parse(CATALOGS[1].1).expect("the lock is one");
    let newest = lock.newest();
    let record = newest.records.iter().find(|record| record.name == "Exit").expect("a record");
    let whole = newest.record_digest(record);
    let differs = |edit: &dyn Fn(&mut abi_lock::Record)| {
        let mut other = (*record).clone();
        edit(&mut other);
        assert_ne!(newest.record_digest(&other), whole, "{other}");
    };
    differs(&|record| record.id += 1);
    differs(&|record| record.version += 1);
    differs(&|record| record.size += 8);
    differs(&|record| record.name.push('s'));
    differs(&|record| record.class = Some("bulk".to_owned()));
    for at in 0..record.fields.len() {
        differs(&|record| record.fields[at].offset += 8);
        differs(&|record| record.fields[at].size += 1);
        differs(&|record| record.fields[at].name.push('s'));
        differs(&|record| record.fields[at].since += 1);
        differs(&|record| record.fields[at].bytes_since += 1);
        differs(&|record| record.fields[at].deprecated = Some(9));
        differs(&|record| record.fields[at].reserved = true);
        differs(&|record| record.fields[at].ty = abi_lock::Type::Name(99));
        differs(&|record| record.fields[at].meaning.unit = Some("furlong".to_owned()));
        differs(&|record| record.fields[at].meaning.private = true);
    }
}

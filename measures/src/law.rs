//! What the law costs: 500 records, 50 released versions, every pair.

use std::time::Instant;

use abi_codegen::Catalog;
use abi_codegen::law::{Called, Facts, Law};
use abi_codegen::lock::{Acknowledged, Lock, Release};
use abi_codegen::model::{Class, Field, Privacy, Record, Scalar, Type};
use jiff::civil::date;

use crate::row::{Goal, Row};

const RECORDS: u16 = 500;
const RELEASES: u16 = 50;
/// Fields of a record in the first release; each release appends one to every record.
const FIELDS: u32 = 8;
const ROUNDS: usize = 5;

/// Reads the lock and holds the code against all of it.
pub fn all_pairs() -> Vec<Row> {
    const CLAIM: &str = "law: 500 records, 50 releases, every pair";
    let lock = Lock {
        testimony_lock: 1,
        catalog: "big".to_owned(),
        releases: (1..=RELEASES).map(release).collect(),
    };
    let text = lock.to_text();
    let current = catalog(RELEASES);
    let law = Law { facts: Facts::of_lanes(), today: date(2026, 1, 1), acknowledgements: &[] };
    let (mut reading, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let Ok(loaded) = Lock::load(&text) else { return vec![Row::not_measured(CLAIM, "the lock is none")] };
        reading.push(begin.elapsed().as_secs_f64());
        let called = Called { catalog: &current, name: "the code", file: None };
        let report = law.check(&loaded, "big.lock", called);
        whole.push(begin.elapsed().as_secs_f64());
        let pairs = usize::from(RELEASES) * (usize::from(RELEASES) + 1) / 2;
        if !report.is_ok_and(|report| report.findings.is_empty() && report.compared[0].pairs == pairs) {
            return vec![Row::not_measured(CLAIM, "the check did not come to an end")];
        }
    }
    vec![
        Row::new("law: reading that lock, 28 MB", &reading, "s", None, Goal::None),
        Row::new(CLAIM, &whole, "s", None, Goal::AtMost(2.0)),
    ]
}

fn release(number: u16) -> Release {
    let catalog = catalog(number);
    Release {
        release: number.into(),
        date: "2026-01-01".to_owned(),
        fingerprint: catalog.fingerprint().to_string(),
        catalog: catalog.into(),
        acknowledged: Vec::<Acknowledged>::new(),
    }
}

fn catalog(version: u16) -> Catalog {
    Catalog {
        testimony: 1,
        catalog: "big".to_owned(),
        prefix: "big".to_owned(),
        records: (0..RECORDS).map(|at| record(at, version)).collect(),
        structs: Vec::new(),
        retired: Vec::new(),
        doc: String::new(),
    }
}

fn record(at: u16, version: u16) -> Record {
    let first = (0..FIELDS).map(|field| (format!("field{field}"), 1));
    let added = (2..=version).map(|version| (format!("added{version}"), version));
    let fields = (0..).zip(first.chain(added)).map(|(place, (name, since))| field(name, place * 8, since));
    let fields: Vec<Field> = fields.collect();
    Record {
        name: format!("Record{at}"),
        id: 0x100 + at,
        version,
        class: Class::Normal,
        size: fields.iter().map(|field| field.size).sum(),
        fields,
        doc: String::new(),
    }
}

fn field(name: String, offset: u32, since: u16) -> Field {
    Field {
        name,
        ty: Type::Scalar(Scalar::U64),
        offset,
        size: 8,
        since,
        bytes_since: None,
        deprecated: None,
        reserved: false,
        unit: Some("ns".to_owned()),
        scale: None,
        clock: None,
        kind: None,
        absent: None,
        privacy: Privacy::Public,
        doc: String::new(),
    }
}

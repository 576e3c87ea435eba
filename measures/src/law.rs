//! What the law costs: 500 records, 50 released versions, every pair.

use std::time::Instant;

use abi_codegen::Catalog;
use abi_codegen::law::{Called, Facts, Law, LawError, Report, Severity};
use abi_codegen::lock::{self, Acknowledged, Lock};
use abi_codegen::model::{Class, Field, Privacy, Record, Scalar, Type};
use jiff::civil::date;

use crate::row::{Goal, Row};

const RECORDS: u16 = 500;
const RELEASES: u16 = 50;
/// Pairs of them and of the code, which is one more.
const PAIRS: usize = RELEASES as usize * (RELEASES as usize + 1) / 2;
/// Fields of a record in the first release.
const FIELDS: u32 = 8;
const ROUNDS: usize = 5;

/// What each release does to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Release {
    /// Every record has one more field. That of two records one begins the other is known of all their
    /// successors too: such records are looked at once for all pairs.
    Grows,
    /// The same, and every record deprecates the field that the release before appended: nobody breaks,
    /// and every record of every pair is looked at field by field.
    Deprecates,
    /// Every record grows, and ten of them change a unit: breaks that have to be found, and told once.
    Breaks,
}

/// Reads the lock and holds the code against all of it, and the releases against each other.
pub fn all_pairs() -> Vec<Row> {
    let kinds = [
        (Release::Grows, "records grow"),
        (Release::Deprecates, "and deprecate"),
        (Release::Breaks, "each breaks once"),
    ];
    kinds.into_iter().flat_map(|(kind, what)| of_kind(kind, what)).collect()
}

fn of_kind(kind: Release, what: &str) -> Vec<Row> {
    let claim = format!("law, 500 records, 50 releases, all pairs: {what}");
    let releases = (1..=RELEASES).map(|number| release(kind, number)).collect();
    let lock = Lock { testimony_lock: 1, catalog: "big".to_owned(), releases };
    let text = lock.to_text();
    let current = catalog(kind, RELEASES);
    let law = Law { facts: Facts::of_lanes(), today: date(2026, 1, 1), acknowledgements: &[] };
    let (mut reading, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let Ok(loaded) = Lock::load(&text) else { return vec![Row::not_measured(claim, "the lock is none")] };
        reading.push(begin.elapsed().as_secs_f64());
        let called = Called { catalog: &current, name: "the code", file: None };
        let report = law.check(&loaded, "big.lock", called);
        whole.push(begin.elapsed().as_secs_f64());
        if let Err(why) = is_right(kind, report) {
            return vec![Row::not_measured(claim, &why)];
        }
    }
    let lock = format!("law, of that, reading {} MB of lock", text.len() / 1_000_000);
    vec![
        Row::new(claim, &whole, "s", None, Goal::AtMost(2.0)),
        Row::new(lock, &reading, "s", None, Goal::None),
    ]
}

/// Holds that the check was of every pair and found what there is to find: a fast wrong answer is none.
fn is_right(kind: Release, report: Result<Report, LawError>) -> Result<(), String> {
    let report = report.map_err(|error| error.to_string())?;
    let pairs: usize = report.compared.iter().map(|compared| compared.pairs).sum();
    let breaks = report.findings.iter().filter(|finding| finding.severity == Severity::Break);
    let mut broken: Vec<&str> = breaks.map(|finding| finding.subject.as_str()).collect();
    broken.sort_unstable();
    broken.dedup();
    let expected = if kind == Release::Breaks { usize::from(RECORDS) } else { 0 };
    match (pairs, broken.len()) {
        found if found == (PAIRS, expected) => Ok(()),
        (pairs, broken) => {
            Err(format!("{broken} records broke in {pairs} pairs; expected were {expected} in {PAIRS}"))
        }
    }
}

fn release(kind: Release, number: u16) -> lock::Release {
    let catalog = catalog(kind, number);
    lock::Release {
        release: number.into(),
        date: "2026-01-01".to_owned(),
        fingerprint: catalog.fingerprint().to_string(),
        catalog: catalog.into(),
        acknowledged: Vec::<Acknowledged>::new(),
    }
}

fn catalog(kind: Release, version: u16) -> Catalog {
    Catalog {
        testimony: 1,
        catalog: "big".to_owned(),
        prefix: "big".to_owned(),
        records: (0..RECORDS).map(|at| record(kind, at, version)).collect(),
        structs: Vec::new(),
        retired: Vec::new(),
        doc: String::new(),
    }
}

fn record(kind: Release, at: u16, version: u16) -> Record {
    let first = (0..FIELDS).map(|field| (format!("field{field}"), 1));
    let added = (2..=version).map(|version| (format!("added{version}"), version));
    let fields = (0..).zip(first.chain(added)).map(|(place, (name, since))| field(name, place * 8, since));
    let mut fields: Vec<Field> = fields.collect();
    for field in fields.iter_mut().filter(|field| field.since > 1 && kind == Release::Deprecates) {
        field.deprecated = Some(field.since + 1).filter(|since| *since <= version);
    }
    // Each record breaks once, in one of the releases after the first.
    let breaks = kind == Release::Breaks && version >= 2 + at % (RELEASES - 1);
    if let Some(first) = fields.first_mut().filter(|_| breaks) {
        first.unit = Some("us".to_owned());
    }
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

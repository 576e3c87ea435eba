//! A table of ids through eighteen transitions, every change counted exactly.
//!
//! The table of the case is not ours to carry. This one is made by a recipe, with as many changes of each
//! kind as history had: 1332 ids added, 998 removed, 150 kept under another name, 29 names moved to another
//! id. Events of a real table all have the same arguments, so nobody can say which of the 150 were only
//! renamed. Here each record has a field of its own: 100 keep it, and are renamed; 50 do not, and their id
//! was given out again.

use std::collections::BTreeMap;

use abi_codegen::law::{Facts, Rule, compare};
use abi_codegen::model::{Catalog, Class, Field, Privacy, Record, Scalar, Type};

const TRANSITIONS: usize = 18;
const ADDED: usize = 1332;
const REMOVED: usize = 998;
const RENAMED: usize = 100;
const REUSED: usize = 50;
const MOVED: usize = 29;

/// What the law says of all transitions, and nothing else.
const EXPECTED: [(&str, usize); 5] =
    [("TA4001", REUSED), ("TA4002", MOVED), ("TA4003", REMOVED), ("TA4008", ADDED), ("TA7001", RENAMED)];

/// Compares every two neighbours, and counts what the law finds.
///
/// # Errors
///
/// It finds more or less than was changed, or the case states other rules.
pub(crate) fn judge(stated: &[&Rule]) -> Result<String, String> {
    if !stated.iter().map(|rule| rule.id).eq(EXPECTED.map(|(rule, _)| rule)) {
        return Err(format!("its rules are those that are counted: {EXPECTED:?}"));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut table = Table::new();
    let mut before = table.catalog();
    for transition in 0..TRANSITIONS {
        table.change(transition);
        let after = table.catalog();
        for finding in compare(&before, &after, &Facts::of_lanes()) {
            *counts.entry(finding.rule.id).or_default() += 1;
        }
        before = after;
    }
    if counts != BTreeMap::from(EXPECTED) {
        return Err(format!("it counts {counts:?}, and there are {EXPECTED:?}"));
    }
    let counts: Vec<String> = EXPECTED.iter().map(|(rule, count)| format!("{rule} {count} times")).collect();
    Ok(format!("the law says {}, in {TRANSITIONS} transitions", counts.join(", ")))
}

/// A line of the table.
struct Row {
    id: u16,
    name: usize,
    /// What its field is named by.
    argument: usize,
}

/// Names and ids, and what was used up.
struct Table {
    rows: Vec<Row>,
    next_id: u16,
    next_name: usize,
}

impl Table {
    fn new() -> Self {
        let mut table = Self { rows: Vec::new(), next_id: 0x100, next_name: 0 };
        (0..1500).for_each(|_| table.add());
        table
    }

    fn take_id(&mut self) -> u16 {
        self.next_id += 1;
        self.next_id
    }

    fn take_name(&mut self) -> usize {
        self.next_name += 1;
        self.next_name
    }

    fn add(&mut self) {
        let (id, name) = (self.take_id(), self.take_name());
        self.rows.push(Row { id, name, argument: name });
    }

    /// One release: its share of each kind of change, on rows that no other kind touches.
    fn change(&mut self, transition: usize) {
        let share = |all: usize| all * (transition + 1) / TRANSITIONS - all * transition / TRANSITIONS;
        self.rows.drain(..share(REMOVED));
        let renamed = share(RENAMED);
        let reused = renamed + share(REUSED);
        let moved = reused + share(MOVED);
        for at in 0..moved {
            if at < reused {
                self.rows[at].name = self.take_name();
            } else {
                self.rows[at].id = self.take_id();
            }
            if (renamed..reused).contains(&at) {
                self.rows[at].argument = self.rows[at].name;
            }
        }
        (0..share(ADDED)).for_each(|_| self.add());
    }

    fn catalog(&self) -> Catalog {
        Catalog {
            testimony: 1,
            catalog: "trace".to_owned(),
            prefix: "trace".to_owned(),
            records: self.rows.iter().map(record).collect(),
            structs: Vec::new(),
            retired: Vec::new(),
            doc: String::new(),
        }
    }
}

fn record(row: &Row) -> Record {
    let field = Field {
        name: format!("argument{}", row.argument),
        ty: Type::Scalar(Scalar::U64),
        offset: 0,
        size: 8,
        since: 1,
        bytes_since: None,
        deprecated: None,
        reserved: false,
        unit: None,
        scale: None,
        clock: None,
        kind: None,
        absent: None,
        privacy: Privacy::Public,
        doc: String::new(),
    };
    Record {
        name: format!("Event{}", row.name),
        id: row.id,
        version: 1,
        class: Class::Normal,
        size: 8,
        fields: vec![field],
        doc: String::new(),
    }
}

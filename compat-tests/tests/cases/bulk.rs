//! A table of ids through eighteen transitions, every change counted exactly.
//!
//! The table that the case is about is not ours to carry: this one is made by the same recipe, with as many
//! changes of each kind as history had. Every record has one field of its own name, so that a renamed record
//! is told from an id that was given out again.

use abi_codegen::law::{Facts, compare};
use abi_codegen::model::{Catalog, Class, Field, Privacy, Record, Scalar, Type};

/// Ids added, removed, renamed in place, and names that moved to another id, over all transitions.
const ADDED: usize = 1332;
const REMOVED: usize = 998;
const RENAMED: usize = 150;
const MOVED: usize = 29;
const TRANSITIONS: usize = 18;

/// Compares every two neighbours, and counts what the law finds.
pub(crate) fn judge() -> Result<String, String> {
    let mut counts = [0; 5];
    let mut table = Table::new();
    let mut before = table.catalog();
    for transition in 0..TRANSITIONS {
        table.change(transition);
        let after = table.catalog();
        for finding in compare(&before, &after, &Facts::of_lanes()) {
            match finding.rule.id {
                "TA4008" => counts[0] += 1,
                "TA4003" => counts[1] += 1,
                "TA4004" => counts[2] += 1,
                "TA4002" => counts[3] += 1,
                // A renamed record is told to its sources too.
                "TA7001" => {}
                _ => counts[4] += 1,
            }
        }
        before = after;
    }
    let expected = [ADDED, REMOVED, RENAMED, MOVED, 0];
    if counts != expected {
        return Err(format!(
            "counted {counts:?}, and it is {expected:?}: added, removed, renamed, moved, others"
        ));
    }
    Ok(format!("{ADDED} added, {REMOVED} removed, {RENAMED} renamed, {MOVED} moved: counted exactly"))
}

/// Names and ids, and what was used up.
struct Table {
    rows: Vec<(u16, usize)>,
    next_id: u16,
    next_name: usize,
}

impl Table {
    fn new() -> Self {
        let mut table = Self { rows: Vec::new(), next_id: 0x100, next_name: 0 };
        (0..1500).for_each(|_| table.add());
        table
    }

    fn add(&mut self) {
        self.rows.push((self.next_id, self.next_name));
        self.next_id += 1;
        self.next_name += 1;
    }

    /// One release: its share of each kind of change, on rows that no other kind touches.
    fn change(&mut self, transition: usize) {
        let share = |all: usize| all * (transition + 1) / TRANSITIONS - all * transition / TRANSITIONS;
        self.rows.drain(..share(REMOVED));
        for row in self.rows.iter_mut().take(share(RENAMED)) {
            // The record keeps its field and its id, and gets another name.
            row.1 += 1_000_000;
        }
        let from = share(RENAMED);
        for row in self.rows.iter_mut().skip(from).take(share(MOVED)) {
            row.0 = self.next_id;
            self.next_id += 1;
        }
        (0..share(ADDED)).for_each(|_| self.add());
    }

    fn catalog(&self) -> Catalog {
        Catalog {
            testimony: 1,
            catalog: "trace".to_owned(),
            prefix: "trace".to_owned(),
            records: self.rows.iter().map(|&(id, name)| record(id, name)).collect(),
            structs: Vec::new(),
            retired: Vec::new(),
            doc: String::new(),
        }
    }
}

fn record(id: u16, name: usize) -> Record {
    let field = Field {
        name: format!("argument_of_{}", name % 1_000_000),
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
        name: format!("Event{name}"),
        id,
        version: 1,
        class: Class::Normal,
        size: 8,
        fields: vec![field],
        doc: String::new(),
    }
}

//! What no two entries of a catalog may have in common.
//!
//! Spec: `spec/record.md`, REC-14 and REC-15. One pass over a catalog of any size, at compile time:
//! ids in a bitmap, names in a table by their hash.

mod derived;

pub use derived::is_type_derived;

use crate::names::{SnakeCase, fold_alike, same_text};
use crate::same::{same_code, same_flags, same_struct};
use crate::{
    Catalog, Code, Composite, FIRST_USER_ID, FlagSet, MAX_NAMED, Message, Record, RetiredId, Type,
    is_instrument,
};

/// Places for names: four times as many as a catalog of 500 records is likely to have.
const PLACES: usize = MAX_NAMED + 1;

/// The first thing that two entries of a catalog have in common.
#[derive(Clone, Copy, Debug)]
pub enum Conflict<'s> {
    /// Nothing.
    None,
    /// Record `second` has the id of record `first`.
    Id {
        /// Index of the record that has the id already.
        first: usize,
        /// Index of the record that cannot have it.
        second: usize,
    },
    /// A record has an id that belongs to the instrument.
    InstrumentId {
        /// Index of the record.
        record: usize,
    },
    /// A record of the instrument has an id of those that catalogs give out.
    UserId {
        /// Index of the record.
        record: usize,
    },
    /// A record has the id of a retired one.
    RetiredId {
        /// Index of the record.
        record: usize,
        /// Index among the retired.
        retired: usize,
    },
    /// A record has the name of a retired one.
    RetiredName {
        /// Index of the record.
        record: usize,
        /// Index among the retired.
        retired: usize,
    },
    /// Two different things would have the same C name.
    Name {
        /// Index of the entry, records first and then structs, that brings the second name in.
        entry: usize,
        /// What has the name already.
        first: Named<'s>,
        /// What cannot have it.
        second: Named<'s>,
    },
    /// There are more names than a catalog can hold.
    TooMany {
        /// Index of the entry that brings in one too many.
        entry: usize,
    },
}

/// Something of a catalog that has a C name.
#[derive(Clone, Copy, Debug)]
pub enum Named<'s> {
    /// A record.
    Record(&'s Record<'s>),
    /// A composite.
    Struct(&'s Composite<'s>),
    /// A code.
    Code(&'s Code<'s>),
    /// Flags.
    Flags(&'s FlagSet<'s>),
}

impl Named<'_> {
    const fn name(&self) -> &str {
        match self {
            Self::Record(schema) => schema.name,
            Self::Struct(schema) => schema.name,
            Self::Code(schema) => schema.name,
            Self::Flags(schema) => schema.name,
        }
    }

    const fn noun(&self) -> &'static str {
        match self {
            Self::Record(_) => "record",
            Self::Struct(_) => "composite",
            Self::Code(_) => "code",
            Self::Flags(_) => "flags",
        }
    }

    /// Returns whether two things of one name are one thing, met twice. Documentation is no part of it (DOC-1).
    const fn is(&self, other: &Named<'_>) -> bool {
        match (self, other) {
            (Self::Struct(one), Named::Struct(two)) => same_struct(one, two),
            (Self::Code(one), Named::Code(two)) => same_code(one, two),
            (Self::Flags(one), Named::Flags(two)) => same_flags(one, two),
            _ => false,
        }
    }
}

/// Finds two retired records of one id (REC-14): their places in the list.
pub const fn retired_twice(retired: &[RetiredId<'_>]) -> Option<(usize, usize)> {
    let (mut seen, mut second) = (Ids::new(), 0);
    while second < retired.len() {
        if seen.contains(retired[second].id) {
            let mut first = 0;
            while retired[first].id != retired[second].id {
                first += 1;
            }
            return Some((first, second));
        }
        seen.add(retired[second].id);
        second += 1;
    }
    None
}

/// A bit for each id.
struct Ids([u64; 1024]);

impl Ids {
    const fn new() -> Self {
        Self([0; 1024])
    }

    const fn contains(&self, id: u16) -> bool {
        self.0[id as usize / 64] & (1 << (id % 64)) != 0
    }

    const fn add(&mut self, id: u16) {
        self.0[id as usize / 64] |= 1 << (id % 64);
    }
}

/// Finds the first conflict in a catalog.
pub const fn find_conflict<'s>(catalog: &Catalog<'s>) -> Conflict<'s> {
    match find_id_conflict(catalog) {
        Conflict::None => find_name_conflict(catalog),
        found => found,
    }
}

const fn find_id_conflict<'s>(catalog: &Catalog<'s>) -> Conflict<'s> {
    let instrument = is_instrument(catalog.prefix);
    let (mut seen, mut gone, mut at) = (Ids::new(), Ids::new(), 0);
    while at < catalog.retired.len() {
        gone.add(catalog.retired[at].id);
        at += 1;
    }
    let mut record = 0;
    while record < catalog.records.len() {
        let schema = catalog.records[record];
        let id = schema.id;
        if schema.version == 0 {
            // A record that did not compile: that has been said already.
            record += 1;
            continue;
        }
        if id < FIRST_USER_ID && !instrument {
            return Conflict::InstrumentId { record };
        }
        if id >= FIRST_USER_ID && instrument {
            return Conflict::UserId { record };
        }
        if seen.contains(id) {
            return Conflict::Id { first: index_of(catalog, id), second: record };
        }
        seen.add(id);
        if gone.contains(id) {
            let mut retired = 0;
            while catalog.retired[retired].id != id {
                retired += 1;
            }
            return Conflict::RetiredId { record, retired };
        }
        record += 1;
    }
    Conflict::None
}

const fn index_of(catalog: &Catalog<'_>, id: u16) -> usize {
    let mut at = 0;
    while catalog.records[at].id != id {
        at += 1;
    }
    at
}

struct Names<'s> {
    places: [Option<Named<'s>>; PLACES],
    count: usize,
    conflict: Conflict<'s>,
}

#[allow(clippy::large_stack_arrays, reason = "evaluated by the compiler, which has no stack to spare")]
const fn find_name_conflict<'s>(catalog: &Catalog<'s>) -> Conflict<'s> {
    let mut names = Names { places: [None; PLACES], count: 0, conflict: Conflict::None };
    let mut at = 0;
    while at < catalog.records.len() && matches!(names.conflict, Conflict::None) {
        let record = catalog.records[at];
        if record.version == 0 {
            at += 1;
            continue;
        }
        names.add(Named::Record(record), at);
        let mut field = 0;
        while field < record.fields.len() {
            names.add_type(&record.fields[field].ty, at);
            field += 1;
        }
        at += 1;
    }
    let mut composite = 0;
    while composite < catalog.structs.len() && matches!(names.conflict, Conflict::None) {
        names.add_struct(catalog.structs[composite], at + composite);
        composite += 1;
    }
    names.find_derived(catalog);
    let mut retired = 0;
    while retired < catalog.retired.len() && matches!(names.conflict, Conflict::None) {
        if let Some(Named::Record(record)) = names.find(catalog.retired[retired].name) {
            return Conflict::RetiredName { record: index_of(catalog, record.id), retired };
        }
        retired += 1;
    }
    names.conflict
}

impl<'s> Names<'s> {
    const fn add_type(&mut self, ty: &'s Type<'s>, entry: usize) {
        match ty {
            Type::Scalar(_) | Type::Name(_) => {}
            Type::Array { element, .. } => self.add_type(element, entry),
            Type::Code(code) => _ = self.add(Named::Code(code), entry),
            Type::Flags(flags) => _ = self.add(Named::Flags(flags), entry),
            Type::Struct(composite) => self.add_struct(composite, entry),
        }
    }

    /// Adds a composite, and what it holds unless the same composite brought that in before.
    const fn add_struct(&mut self, composite: &'s Composite<'s>, entry: usize) {
        if !self.add(Named::Struct(composite), entry) {
            return;
        }
        let mut at = 0;
        while at < composite.fields.len() {
            self.add_type(&composite.fields[at].ty, entry);
            at += 1;
        }
    }

    /// Returns what has the C name of `name`.
    const fn find(&self, name: &str) -> Option<Named<'s>> {
        let mut place = hash_folded(name) % PLACES;
        while let Some(found) = self.places[place] {
            if fold_alike(found.name(), name) {
                return Some(found);
            }
            place = (place + 1) % PLACES;
        }
        None
    }

    /// Adds a name, and returns whether it is new.
    const fn add(&mut self, second: Named<'s>, entry: usize) -> bool {
        if !matches!(self.conflict, Conflict::None) {
            return false;
        }
        let mut place = hash_folded(second.name()) % PLACES;
        while let Some(first) = self.places[place] {
            if fold_alike(first.name(), second.name()) {
                if !first.is(&second) {
                    self.conflict = Conflict::Name { entry, first, second };
                }
                return false;
            }
            place = (place + 1) % PLACES;
        }
        if self.count == MAX_NAMED {
            self.conflict = Conflict::TooMany { entry };
            return false;
        }
        self.places[place] = Some(second);
        self.count += 1;
        true
    }
}

const fn hash_folded(name: &str) -> usize {
    let mut name = SnakeCase::new(name);
    let mut hash: u32 = 0x811c_9dc5;
    while let Some(byte) = name.next_byte() {
        hash = (hash ^ byte as u32).wrapping_mul(0x0100_0193);
    }
    hash as usize
}

impl Conflict<'_> {
    /// Returns the entry of the catalog at which to report the conflict: records are counted
    /// first, then structs.
    pub const fn entry(&self) -> Option<usize> {
        match *self {
            Self::None => None,
            Self::Id { second, .. } => Some(second),
            Self::InstrumentId { record }
            | Self::UserId { record }
            | Self::RetiredId { record, .. }
            | Self::RetiredName { record, .. } => Some(record),
            Self::Name { entry, .. } | Self::TooMany { entry } => Some(entry),
        }
    }

    /// Returns the rule, in `spec/record.md`.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::None
            | Self::Id { .. }
            | Self::InstrumentId { .. }
            | Self::UserId { .. }
            | Self::RetiredId { .. } => "REC-14",
            Self::RetiredName { .. } | Self::Name { .. } => "REC-15",
            Self::TooMany { .. } => "REC-17",
        }
    }

    /// Says what is wrong and what to do.
    pub const fn message(&self, catalog: &Catalog<'_>) -> Message {
        let mut message = Message::new();
        match *self {
            Self::None => {}
            Self::Id { first, second } => {
                let (one, two) = (catalog.records[first], catalog.records[second]);
                if same_text(one.name, two.name) {
                    message.text("record `").text(one.name).text("` is listed twice: keep one (REC-14)");
                    return message;
                }
                message.text("record `").text(two.name).text("` has id ").id(two.id);
                message.text(", which is the id of `").text(one.name);
                message
                    .text("`: give `")
                    .text(two.name)
                    .text("` an id that no record of the catalog has or had (REC-14)");
            }
            Self::InstrumentId { record } => {
                let record = catalog.records[record];
                message.text("record `").text(record.name).text("` has id ").id(record.id);
                message.text(
                    ", and ids below 0x0100 belong to the instrument: choose one from 0x0100 to 0xffff (REC-14)",
                );
            }
            Self::UserId { record } => {
                let record = catalog.records[record];
                message.text("record `").text(record.name).text("` has id ").id(record.id);
                message.text(
                    ", and the prefix `tsm` is the project's own, whose ids lie below 0x0100: choose another prefix (REC-14)",
                );
            }
            Self::RetiredId { record, retired } => {
                let record = catalog.records[record];
                message.text("record `").text(record.name).text("` has id ").id(record.id);
                message.text(", which `").text(catalog.retired[retired].name);
                message.text(
                    "` had until it was retired: an id is never given out again; choose another (REC-14)",
                );
            }
            Self::RetiredName { record, retired } => {
                let record = catalog.records[record];
                message.text("record `").text(record.name).text("` has the C name of `");
                message.text(catalog.retired[retired].name);
                message.text("`, which was retired: readers of old traces know it as another record; choose another name (REC-15)");
            }
            Self::Name { first, second, .. } => {
                message.text(second.noun()).text(" `").text(second.name()).text("` and ").text(first.noun());
                message.text(" `").text(first.name());
                message.text("` are different and would have the same C name: rename one of them (REC-15)");
            }
            Self::TooMany { .. } => {
                message.text("the catalog names more than ").number(MAX_NAMED as u64);
                message.text(" records, composites, codes and flags: split it (REC-17)");
            }
        }
        message
    }
}

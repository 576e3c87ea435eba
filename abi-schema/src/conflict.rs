//! What no two entries of a catalog may have in common.
//!
//! Spec: `spec/record.md`, REC-14 and REC-15. One pass over a catalog of any size, at compile time:
//! ids in a bitmap, names in a table by their hash.

mod derived;

pub use derived::is_type_derived;

use crate::names::{SnakeCase, fold_alike, same_text};
use crate::{
    CatalogSchema, CodeSchema, FIRST_USER_ID, FlagsSchema, Message, RecordSchema, StructSchema, TypeSchema,
};

/// Places for names: four times as many as a catalog of 500 records is likely to have.
const PLACES: usize = 4096;

/// The first thing that two entries of a catalog have in common.
#[derive(Clone, Copy, Debug)]
pub enum Conflict {
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
        first: Named,
        /// What cannot have it.
        second: Named,
    },
    /// There are more names than a catalog can hold.
    TooMany {
        /// Index of the entry that brings in one too many.
        entry: usize,
    },
}

/// Something of a catalog that has a C name.
#[derive(Clone, Copy, Debug)]
pub enum Named {
    /// A record.
    Record(&'static RecordSchema),
    /// A composite.
    Struct(&'static StructSchema),
    /// A code.
    Code(&'static CodeSchema),
    /// Flags.
    Flags(&'static FlagsSchema),
}

impl Named {
    const fn name(self) -> &'static str {
        match self {
            Self::Record(schema) => schema.name,
            Self::Struct(schema) => schema.name,
            Self::Code(schema) => schema.name,
            Self::Flags(schema) => schema.name,
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Record(_) => "record",
            Self::Struct(_) => "composite",
            Self::Code(_) => "code",
            Self::Flags(_) => "flags",
        }
    }

    /// Returns whether two things of one name are one thing, met twice.
    const fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Struct(one), Self::Struct(two)) => {
                same_text(one.name, two.name) && one.size == two.size && one.fields.len() == two.fields.len()
            }
            (Self::Code(one), Self::Code(two)) => same_code(one, two),
            (Self::Flags(one), Self::Flags(two)) => same_flags(one, two),
            _ => false,
        }
    }
}

const fn same_code(one: &CodeSchema, two: &CodeSchema) -> bool {
    if !same_text(one.name, two.name)
        || one.repr as u8 != two.repr as u8
        || one.values.len() != two.values.len()
        || one.digest != two.digest
    {
        return false;
    }
    let mut at = 0;
    while at < one.values.len() {
        let (a, b) = (&one.values[at], &two.values[at]);
        if a.value != b.value || !same_text(a.name, b.name) {
            return false;
        }
        at += 1;
    }
    true
}

const fn same_flags(one: &FlagsSchema, two: &FlagsSchema) -> bool {
    if !same_text(one.name, two.name)
        || one.repr as u8 != two.repr as u8
        || one.flags.len() != two.flags.len()
        || one.digest != two.digest
    {
        return false;
    }
    let mut at = 0;
    while at < one.flags.len() {
        let (a, b) = (&one.flags[at], &two.flags[at]);
        if a.mask != b.mask || !same_text(a.name, b.name) {
            return false;
        }
        at += 1;
    }
    true
}

/// Finds the first conflict in a catalog. `instrument`: its ids are the instrument's own.
pub const fn find_conflict(catalog: &CatalogSchema, instrument: bool) -> Conflict {
    match find_id_conflict(catalog, instrument) {
        Conflict::None => find_name_conflict(catalog),
        found => found,
    }
}

const fn find_id_conflict(catalog: &CatalogSchema, instrument: bool) -> Conflict {
    let mut seen = [0u64; 1024];
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
        let (word, bit) = (id as usize / 64, 1 << (id % 64));
        if seen[word] & bit != 0 {
            return Conflict::Id { first: index_of(catalog, id), second: record };
        }
        seen[word] |= bit;
        let mut retired = 0;
        while retired < catalog.retired.len() {
            if catalog.retired[retired].id == id {
                return Conflict::RetiredId { record, retired };
            }
            if fold_alike(catalog.retired[retired].name, schema.name) {
                return Conflict::RetiredName { record, retired };
            }
            retired += 1;
        }
        record += 1;
    }
    Conflict::None
}

const fn index_of(catalog: &CatalogSchema, id: u16) -> usize {
    let mut at = 0;
    while catalog.records[at].id != id {
        at += 1;
    }
    at
}

struct Names {
    places: [Option<Named>; PLACES],
    count: usize,
    conflict: Conflict,
}

#[allow(clippy::large_stack_arrays, reason = "evaluated by the compiler, which has no stack to spare")]
const fn find_name_conflict(catalog: &CatalogSchema) -> Conflict {
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
    names.conflict
}

impl Names {
    const fn add_type(&mut self, ty: &'static TypeSchema, entry: usize) {
        match ty {
            TypeSchema::Scalar(_) | TypeSchema::Name(_) => {}
            TypeSchema::Array { element, .. } => self.add_type(element, entry),
            TypeSchema::Code(code) => self.add(Named::Code(code), entry),
            TypeSchema::Flags(flags) => self.add(Named::Flags(flags), entry),
            TypeSchema::Struct(composite) => self.add_struct(composite, entry),
        }
    }

    const fn add_struct(&mut self, composite: &'static StructSchema, entry: usize) {
        self.add(Named::Struct(composite), entry);
        let mut at = 0;
        while at < composite.fields.len() {
            self.add_type(&composite.fields[at].ty, entry);
            at += 1;
        }
    }

    const fn add(&mut self, second: Named, entry: usize) {
        if !matches!(self.conflict, Conflict::None) {
            return;
        }
        let mut place = hash_folded(second.name()) % PLACES;
        while let Some(first) = self.places[place] {
            if fold_alike(first.name(), second.name()) {
                if !first.is(second) {
                    self.conflict = Conflict::Name { entry, first, second };
                }
                return;
            }
            place = (place + 1) % PLACES;
        }
        if self.count + 1 == PLACES {
            self.conflict = Conflict::TooMany { entry };
            return;
        }
        self.places[place] = Some(second);
        self.count += 1;
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

impl Conflict {
    /// Returns the entry of the catalog at which to report the conflict: records are counted
    /// first, then structs.
    pub const fn entry(&self) -> Option<usize> {
        match *self {
            Self::None => None,
            Self::Id { second, .. } => Some(second),
            Self::InstrumentId { record }
            | Self::RetiredId { record, .. }
            | Self::RetiredName { record, .. } => Some(record),
            Self::Name { entry, .. } | Self::TooMany { entry } => Some(entry),
        }
    }

    /// Says what is wrong and what to do.
    pub const fn message(&self, catalog: &CatalogSchema) -> Message {
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
                message.text("the catalog names more than ").number(PLACES as u64 - 1);
                message.text(" records, composites, codes and flags: split it (REC-15)");
            }
        }
        message
    }
}

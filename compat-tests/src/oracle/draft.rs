//! A catalog that knows what each of its parts stands for, whatever it is called and wherever it lies.
//!
//! Two catalogs alone do not say whether a name that is gone and one that is new are the same thing.
//! Whoever edits a draft does: a thing keeps its number through every edit that keeps the thing.

use abi_codegen::model::{Class, Kind, Scalar};

/// What is observed: a field's value, a record, a value's meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thing {
    /// The number of what stands in a record; 0 in a composite, where it depends on what holds that.
    pub whole: u32,
    /// The number within a composite; 0 outside.
    pub part: u32,
}

/// A catalog, laid out by the order of its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The records.
    pub records: Vec<RecordDraft>,
    /// The composites that fields may hold.
    pub composites: Vec<CompositeDraft>,
    /// The codes and flags that fields may hold.
    pub enumerations: Vec<Enumeration>,
    /// Ids that no record has any more.
    pub retired: Vec<RetiredDraft>,
    /// What stood beside a composite and stands in it now: what it is there, and what it was and is.
    pub moved_in: Vec<(Thing, Thing)>,
    /// The number that the next thing gets, and the next invented name.
    pub next: u32,
}

/// A record. Its version is the newest that a field names.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordDraft {
    /// What it stands for.
    pub thing: Thing,
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: u16,
    /// Its class.
    pub class: Class,
    /// Its fields, in the order of their bytes.
    pub fields: Vec<FieldDraft>,
}

/// A composite.
#[derive(Clone, Debug, PartialEq)]
pub struct CompositeDraft {
    /// Its name.
    pub name: String,
    /// Its fields, in the order of their bytes.
    pub fields: Vec<FieldDraft>,
}

/// A field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDraft {
    /// What it stands for.
    pub thing: Thing,
    /// Its name.
    pub name: String,
    /// What lies there.
    pub ty: Ty,
    /// The version in which it appeared.
    pub since: u16,
    /// The version from which its bytes were reserved, when it claims them.
    pub bytes_since: Option<u16>,
    /// The version from which nobody should use it.
    pub deprecated: Option<u16>,
    /// Whether nobody has claimed the bytes yet.
    pub reserved: bool,
    /// What its values mean.
    pub meaning: Meaning,
}

impl FieldDraft {
    /// Returns the version from which the bytes exist.
    pub fn bytes_since(&self) -> u16 {
        self.bytes_since.unwrap_or(self.since)
    }
}

/// What the values of a field mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meaning {
    /// What is counted.
    pub unit: Option<&'static str>,
    /// What one step is worth.
    pub scale: Option<[u32; 2]>,
    /// Whose ticks these are.
    pub clock: Option<&'static str>,
    /// How neighbouring values relate.
    pub kind: Option<Kind>,
    /// The value that means "not known".
    pub absent: Option<i128>,
    /// Whether exporters leave it out.
    pub private: bool,
}

/// What lies in a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    /// One number.
    Number(Scalar),
    /// Elements of one type.
    Row(Box<Ty>, u32),
    /// A text of at most so many bytes.
    Name(u32),
    /// A code or flags, by their place in the draft.
    Enumeration(usize),
    /// A composite, by its place in the draft.
    Composite(usize),
}

/// A code, or flags.
#[derive(Clone, Debug, PartialEq)]
pub struct Enumeration {
    /// Its name.
    pub name: String,
    /// Whether its numbers are masks.
    pub flags: bool,
    /// The integer on the wire.
    pub repr: Scalar,
    /// The named numbers.
    pub values: Vec<Value>,
    /// Numbers that had a name once.
    pub retired: Vec<Value>,
}

/// A named number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// What it says.
    pub thing: u32,
    /// Its name.
    pub name: String,
    /// The number, or the mask.
    pub number: i128,
}

/// An id that a record had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetiredDraft {
    /// The record that had it.
    pub thing: Thing,
    /// Its name.
    pub name: String,
    /// The id.
    pub id: u16,
}

impl RecordDraft {
    /// Returns the newest version.
    pub fn version(&self) -> u16 {
        let versions = self.fields.iter().map(|field| field.since.max(field.deprecated.unwrap_or(0)));
        versions.max().unwrap_or(1)
    }
}

impl Draft {
    /// Returns a number that nothing has yet.
    pub fn fresh(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// Returns what a part of a composite stands for, in a field that stands for `outer`.
    pub fn inside(&self, part: Thing, outer: Thing) -> Thing {
        let thing = Thing { whole: outer.whole, part: part.part };
        self.moved_in.iter().find(|(there, _)| *there == thing).map_or(thing, |(_, was)| *was)
    }

    /// Takes what stood in a record into a composite that a field holds which stands for `outer`.
    pub fn move_in(&mut self, thing: Thing, outer: Thing) -> Thing {
        if thing.part != 0 && thing.whole == outer.whole {
            // It came out of there, and is again what it was.
            return Thing { whole: 0, ..thing };
        }
        let part = self.fresh();
        self.moved_in.push((Thing { whole: outer.whole, part }, thing));
        Thing { whole: 0, part }
    }

    /// Returns the bytes that a value of a type takes.
    pub fn size(&self, ty: &Ty) -> u32 {
        match ty {
            Ty::Number(scalar) => scalar.size(),
            Ty::Row(element, len) => self.size(element) * len,
            Ty::Name(len) => *len,
            Ty::Enumeration(at) => self.enumerations[*at].repr.size(),
            Ty::Composite(at) => self.extent(&self.composites[*at].fields),
        }
    }

    /// Returns the width of the widest number in a type.
    pub fn align(&self, ty: &Ty) -> u32 {
        match ty {
            Ty::Number(scalar) => scalar.size(),
            Ty::Row(element, _) => self.align(element),
            Ty::Name(_) => 1,
            Ty::Enumeration(at) => self.enumerations[*at].repr.size(),
            Ty::Composite(at) => self.align_of(&self.composites[*at].fields),
        }
    }

    /// Returns the width of the widest number in some fields.
    pub fn align_of(&self, fields: &[FieldDraft]) -> u32 {
        fields.iter().map(|field| self.align(&field.ty)).max().unwrap_or(1)
    }

    /// Returns the bytes that some fields take, one after the other.
    pub fn extent(&self, fields: &[FieldDraft]) -> u32 {
        fields.iter().map(|field| self.size(&field.ty)).sum()
    }
}

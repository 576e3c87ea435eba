//! What is wrong with a schema, and how a person is told.

use crate::{FIRST_USER_ID, Field, MAX_NESTING, MAX_PAYLOAD, MAX_WORD, Message};

/// A rule that a schema breaks. `field` is an index into the schema's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// There is no field.
    Empty,
    /// A field takes no bytes.
    NoBytes {
        /// The field.
        field: usize,
    },
    /// A field's size is not that of its type.
    WrongSize {
        /// The field.
        field: usize,
        /// Bytes that its type takes.
        expected: u32,
    },
    /// Bytes before a field that no field names.
    Padding {
        /// The field.
        field: usize,
        /// The first of the bytes.
        from: u32,
    },
    /// A field begins inside the one before it: its bytes are claimed twice.
    Overlap {
        /// The field.
        field: usize,
        /// The end of the field before it.
        end: u32,
    },
    /// A field does not lie at a multiple of its own size.
    Misaligned {
        /// The field.
        field: usize,
        /// The number of which its offset must be a multiple: 2, 4 or 8.
        align: u32,
    },
    /// Bytes after the last field that no field names; or, when `size` is smaller than `end`,
    /// fields that lie outside.
    Tail {
        /// The end of the last field.
        end: u32,
        /// The size that is stated.
        size: u32,
    },
    /// The size is not a multiple of what it must be.
    Size {
        /// The size that is stated.
        size: u32,
        /// 8 for a record, the widest alignment for a composite.
        unit: u32,
    },
    /// The payload is larger than [`MAX_PAYLOAD`].
    TooLarge {
        /// The size that is stated.
        size: u32,
    },
    /// The id is one of those that belong to the instrument.
    Id {
        /// The id.
        id: u16,
    },
    /// A field's versions are not in order: `1 <= bytes_since <= since <= version`, and
    /// `since < deprecated <= version` when it is deprecated.
    Versions {
        /// The field.
        field: usize,
    },
    /// A field is older than one before it, and does not claim reserved bytes.
    SinceDecreases {
        /// The field.
        field: usize,
    },
    /// A field's bytes are said to have come with an older version than the bytes before them.
    BytesDecrease {
        /// The field.
        field: usize,
    },
    /// A version that changed nothing.
    Hole {
        /// The version.
        version: u16,
    },
    /// A value that means "not known" and that the field cannot hold.
    Absent {
        /// The field.
        field: usize,
    },
    /// A composite's field states versions.
    Part {
        /// The field.
        field: usize,
    },
    /// Reserved bytes state a meaning, a claim or a deprecation.
    Reserved {
        /// The field.
        field: usize,
    },
    /// A unit or a clock that is no word.
    Word {
        /// The field.
        field: usize,
    },
    /// A scale with a part that is 0.
    Scale {
        /// The field.
        field: usize,
    },
    /// A type that holds types more than [`MAX_NESTING`] deep.
    Nested {
        /// The field.
        field: usize,
    },
    /// The version is 0.
    NoVersion,
}

/// A rule that an enum breaks which names values or bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReprFault {
    /// It names nothing.
    Empty,
    /// What lies on the wire is no integer, or of flags no unsigned one.
    Repr,
}

impl ReprFault {
    /// Returns the rule, in `spec/record.md`.
    pub const fn rule(self) -> &'static str {
        "REC-12"
    }
}

/// A rule that a flag breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlagFault<'s> {
    /// The mask has no bit.
    NoBits,
    /// The mask has a bit beyond the flags' integer.
    Beyond,
    /// The mask's bits are not neighbours.
    Split,
    /// The mask shares a bit with an earlier flag.
    Shared {
        /// Name of the earlier flag.
        with: &'s str,
    },
}

impl FlagFault<'_> {
    /// Returns the rule, in `spec/record.md`.
    pub const fn rule(self) -> &'static str {
        "REC-9"
    }

    /// Appends the rest of a sentence about the flag.
    pub const fn write(self, to: &mut Message) {
        match self {
            Self::NoBits => to.text(" has no bit: give it at least one"),
            Self::Beyond => to.text(" has a bit beyond the enum's integer: choose a wider `repr`"),
            Self::Split => to.text(" has bits that are not neighbours: make a flag of each run"),
            Self::Shared { with } => {
                to.text(" shares a bit with `").text(with).text("`: give each flag bits of its own")
            }
        };
    }
}

impl Fault {
    /// Returns the rule, in `spec/record.md` or `spec/versioning.md`.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Size { unit, .. } if unit != crate::RECORD_ALIGN => "REC-3",
            Self::TooLarge { .. } | Self::Size { .. } => "REC-2",
            Self::Misaligned { .. } => "REC-3",
            Self::Padding { .. } | Self::Overlap { .. } | Self::Tail { .. } | Self::Reserved { .. } => {
                "REC-4"
            }
            Self::NoBytes { .. } | Self::WrongSize { .. } => "REC-7",
            Self::Empty => "REC-11",
            Self::Absent { .. } | Self::Word { .. } | Self::Scale { .. } => "REC-13",
            Self::Id { .. } => "REC-14",
            Self::Nested { .. } => "REC-17",
            Self::Versions { .. } | Self::Hole { .. } | Self::NoVersion => "VER-1",
            Self::SinceDecreases { .. } | Self::BytesDecrease { .. } => "VER-3",
            Self::Part { .. } => "VER-8",
        }
    }

    /// Returns the field that breaks the rule, if it is one.
    pub const fn field(self) -> Option<usize> {
        match self {
            Self::NoBytes { field }
            | Self::WrongSize { field, .. }
            | Self::Padding { field, .. }
            | Self::Overlap { field, .. }
            | Self::Misaligned { field, .. }
            | Self::Versions { field }
            | Self::SinceDecreases { field }
            | Self::BytesDecrease { field }
            | Self::Absent { field }
            | Self::Part { field }
            | Self::Reserved { field }
            | Self::Word { field }
            | Self::Scale { field }
            | Self::Nested { field } => Some(field),
            Self::Empty
            | Self::Tail { .. }
            | Self::Size { .. }
            | Self::TooLarge { .. }
            | Self::Id { .. }
            | Self::Hole { .. }
            | Self::NoVersion => None,
        }
    }

    /// Appends a sentence that names the place, the rule and the next step, with its numbers.
    ///
    /// `fields` are those of the schema in which the fault was found.
    pub const fn write(self, fields: &[Field<'_>], to: &mut Message) {
        match self {
            Self::Empty => to.text("there is no field: a layout has at least one"),
            Self::NoBytes { field } => name(to, fields, field)
                .text(" takes no bytes: remove it, or give it a type that takes at least one"),
            Self::WrongSize { field, expected } => name(to, fields, field)
                .text(" is said to take ")
                .number(fields[field].size as u64)
                .text(" bytes, its type takes ")
                .number(expected as u64),
            Self::Padding { field, from } => {
                let end = fields[field].offset;
                bytes(to.text("padding: "), from, end).text(" before ");
                belong(name(to, fields, field), from, end)
            }
            Self::Overlap { field, end } => name(to, fields, field)
                .text(" starts at byte ")
                .number(fields[field].offset as u64)
                .text(", inside the field before it, which ends at byte ")
                .number(end as u64),
            Self::Misaligned { field, align } => name(to, fields, field)
                .text(" lies at byte ")
                .number(fields[field].offset as u64)
                .text(", not at a multiple of ")
                .number(align as u64)
                .text(": targets would disagree on where it lies"),
            Self::Tail { end, size } if end <= size => {
                belong(bytes(to.text("padding: "), end, size).text(" at the end"), end, size)
            }
            Self::Tail { end, size } => to
                .text("the fields end at byte ")
                .number(end as u64)
                .text(", outside the stated size of ")
                .number(size as u64),
            Self::Size { size, unit } => to
                .text("the size is ")
                .number(size as u64)
                .text(" bytes, not a multiple of ")
                .number(unit as u64)
                .text(": add a reserved field of ")
                .number((size.next_multiple_of(unit) - size) as u64)
                .text(" bytes at the end"),
            Self::TooLarge { size } => to
                .text("the size is ")
                .number(size as u64)
                .text(" bytes, more than the ")
                .number(MAX_PAYLOAD as u64)
                .text(" of one record: split it into several records"),
            Self::Id { id } => to
                .text("id ")
                .number(id as u64)
                .text(" belongs to the instrument: choose one from ")
                .number(FIRST_USER_ID as u64)
                .text(" to 65535"),
            Self::Versions { field } => name(to, fields, field)
                .text(" has bytes since version ")
                .number(fields[field].bytes_since as u64)
                .text(", a meaning since ")
                .number(fields[field].since as u64)
                .text(" and is deprecated since ")
                .number(fields[field].deprecated as u64)
                .text(" (0: never): these grow, from 1 up to the record's version"),
            Self::SinceDecreases { field } => name(to, fields, field)
                .text(" of version ")
                .number(fields[field].since as u64)
                .text(" lies after a field of a later version: append it, or let it claim reserved bytes"),
            Self::BytesDecrease { field } => name(to, fields, field)
                .text(" claims bytes that version ")
                .number(fields[field].bytes_since as u64)
                .text(" did not have: the bytes before it came later"),
            Self::Hole { version: 1 } => to.text("version 1 has no field: each record began with one"),
            Self::Hole { version } => to
                .text("version ")
                .number(version as u64)
                .text(" changed nothing: number versions without holes"),
            Self::Absent { field } => {
                name(to, fields, field).text(" cannot hold `absent = ");
                if let Some(value) = fields[field].meaning.absent {
                    to.integer(value);
                }
                to.text("`: the value that means \"not known\" is an integer of the field's own type")
            }
            Self::Part { field } => {
                name(to, fields, field).text(" states a version: a composite is frozen whole and has none")
            }
            Self::Reserved { field } => name(to, fields, field)
                .text(" is reserved and states more: reserved bytes are zero and mean nothing"),
            Self::Word { field } => name(to, fields, field)
                .text(" has a unit or a clock that is not 1 to ")
                .number(MAX_WORD as u64)
                .text(" bytes of printable ASCII without spaces, quotes and backslashes"),
            Self::Scale { field } => {
                name(to, fields, field).text(" has a scale with a part that is 0: both parts count from 1")
            }
            Self::Nested { field } => name(to, fields, field)
                .text(" holds types more than ")
                .number(MAX_NESTING as u64)
                .text(" deep: flatten it"),
            Self::NoVersion => to.text("the version is 0: versions count from 1"),
        };
    }
}

const fn name<'a>(to: &'a mut Message, fields: &[Field<'_>], field: usize) -> &'a mut Message {
    to.text("`").text(fields[field].name).text("`")
}

/// Appends "byte 5" or "bytes 5 to 7" for the bytes `from..end`.
const fn bytes(to: &mut Message, from: u32, end: u32) -> &mut Message {
    if end - from == 1 {
        to.text("byte ").number(from as u64)
    } else {
        to.text("bytes ").number(from as u64).text(" to ").number(end as u64 - 1)
    }
}

/// Appends the end of the sentence about them.
const fn belong(to: &mut Message, from: u32, end: u32) -> &mut Message {
    if end - from == 1 {
        to.text(" belongs to no field")
    } else {
        to.text(" (").number((end - from) as u64).text(" bytes) belong to no field")
    }
}

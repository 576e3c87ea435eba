//! A thousand records as a large system would have them: the same every time, and no two alike.

/// What happens, and to what. Together they name the records.
const SUBJECTS: &str = "Queue Socket Page Inode Thread Process Timer Interrupt Transfer Endpoint \
    Device Driver Buffer Channel Session Packet Route Volume Partition Sector \
    Cache Key Token Policy Job Fence Surface Frame Shader Sensor \
    Battery Clock Fan Link Port Bridge Tunnel Stream Lease Snapshot";
const EVENTS: &str = "Opened Closed Started Stopped Stalled Resumed Failed Retried Moved Copied Mapped Unmapped \
    Attached Detached Granted Revoked Queued Dropped Flushed Locked Unlocked Sampled Resized Renamed Expired";
const VARIANTS: [(&str, &str); 8] = [
    ("Done", "All of it was done."),
    ("Partial", "Some of it was done."),
    ("Refused", "Whoever was asked said no."),
    ("TimedOut", "Nobody answered in time."),
    ("Cancelled", "Whoever asked does not want it any more."),
    ("Busy", "Somebody else has it."),
    ("Gone", "What it was about is not there."),
    ("Forbidden", "Whoever asked may not."),
];
/// The enums of each subject: their last word, and their integer.
const ASPECTS: [(&str, Number); 4] =
    [("Outcome", Number::U16), ("Reason", Number::U32), ("State", Number::U8), ("Mode", Number::U8)];

/// The fields that records choose from: name, type, meaning, doc. 23 is a prime, so that a walk of any
/// stride meets no field twice.
const FIELDS: [(&str, Type, &str, &str); 23] = [
    ("at", Type::Number(Number::U64), "unit = \"ns\", clock = \"monotonic\"", "When it happened."),
    ("took", Type::Number(Number::U64), "unit = \"ns\", kind = \"delta\"", "From its beginning to its end."),
    ("cookie", Type::Number(Number::U64), "kind = \"identity\"", "What its maker calls it."),
    ("total", Type::Number(Number::U64), "unit = \"By\", kind = \"counter\"", "Bytes since it was made."),
    ("position", Type::Number(Number::U64), "unit = \"By\"", "Where it begins."),
    ("skew", Type::Number(Number::I64), "unit = \"ns\"", "How far the two clocks are apart."),
    ("pid", Type::Number(Number::U32), "kind = \"identity\"", "The process that asked for it."),
    ("cpu", Type::Number(Number::U32), "kind = \"identity\"", "The processor that it happened on."),
    ("length", Type::Number(Number::U32), "unit = \"By\"", "Bytes that were asked for."),
    ("number", Type::Number(Number::U32), "", "Its place in what its maker told."),
    ("error", Type::Number(Number::I32), "", "The system's word on it; zero if there was none."),
    ("load", Type::Number(Number::F32), "kind = \"gauge\"", "Share of the time in which it was busy."),
    ("port", Type::Number(Number::U16), "kind = \"identity\"", "Where it is plugged in."),
    ("depth", Type::Number(Number::U16), "kind = \"gauge\"", "How many wait for it."),
    ("retries", Type::Number(Number::U8), "kind = \"delta\"", "How often it was tried before."),
    ("registers", Type::Array(Number::U32, 4), "", "What the hardware said, as it said it."),
    ("digest", Type::Array(Number::U8, 16), "", "Digest of its content."),
    ("name", Type::Name(16), "privacy = \"private\"", "What people call it."),
    ("path", Type::Name(64), "privacy = \"private\"", "Where it was found; cut if it is longer."),
    ("outcome", Type::Code(0), "", "How it ended."),
    ("reason", Type::Code(1), "", "Why it was begun."),
    ("state", Type::Code(2), "", "What it is now."),
    ("mode", Type::Code(3), "", "What it was asked to be."),
];

/// A number of fixed width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// `u8`.
    U8,
    /// `u16`.
    U16,
    /// `u32`.
    U32,
    /// `u64`.
    U64,
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `f32`.
    F32,
}

impl Number {
    /// How Rust writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
        }
    }

    const fn size(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::U16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 => 8,
        }
    }
}

/// What a field is.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// A number.
    Number(Number),
    /// Some numbers.
    Array(Number, usize),
    /// Text in so many bytes.
    Name(usize),
    /// A value of one of the subject's enums.
    Code(usize),
}

impl Type {
    fn number(self) -> Number {
        match self {
            Self::Number(number) | Self::Array(number, _) => number,
            Self::Name(_) => Number::U8,
            Self::Code(aspect) => ASPECTS[aspect].1,
        }
    }

    fn size(self) -> usize {
        let count = match self {
            Self::Number(_) | Self::Code(_) => 1,
            Self::Array(_, count) | Self::Name(count) => count,
        };
        self.number().size() * count
    }
}

/// A struct that both describe.
#[derive(Clone, Debug)]
pub struct Record {
    /// What happens to it.
    pub subject: &'static str,
    /// What happens.
    pub event: &'static str,
    /// Its fields, those of wide numbers first, so that there is no padding between them.
    pub fields: Vec<Field>,
    /// Bytes behind them, up to a multiple of 8.
    pub reserved: usize,
}

/// A field of one.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub ty: Type,
    /// What its number means, as the derive takes it.
    pub meaning: &'static str,
    /// What is said of it.
    pub doc: &'static str,
}

/// An enum that fields take their values from.
#[derive(Clone, Debug)]
pub struct Enumeration {
    /// Its name.
    pub name: String,
    /// Its integer.
    pub number: Number,
    /// Its values, numbered from 1, and what is said of them.
    pub variants: &'static [(&'static str, &'static str)],
}

/// Returns the thousand.
pub fn records() -> Vec<Record> {
    let subjects = SUBJECTS.split_ascii_whitespace();
    let named =
        subjects.flat_map(|subject| EVENTS.split_ascii_whitespace().map(move |event| (subject, event)));
    named.enumerate().map(|(at, (subject, event))| record(at, subject, event)).collect()
}

fn record(at: usize, subject: &'static str, event: &'static str) -> Record {
    // 6 to 11 of them; with reserved bytes up to 12.
    let walk = (0..6 + at % 6).map(|step| FIELDS[(at * 7 + step * (1 + at % 22)) % FIELDS.len()]);
    let mut fields: Vec<Field> =
        walk.map(|(name, ty, meaning, doc)| Field { name, ty, meaning, doc }).collect();
    fields.sort_by_key(|field| std::cmp::Reverse(field.ty.number().size()));
    let size: usize = fields.iter().map(|field| field.ty.size()).sum();
    Record { subject, event, fields, reserved: size.next_multiple_of(8) - size }
}

/// Returns the name of the enum of a code of `subject`.
pub fn enumeration_of(subject: &str, aspect: usize) -> String {
    format!("{subject}{}", ASPECTS[aspect].0)
}

/// Returns the enums of all subjects.
pub fn enumerations() -> Vec<Enumeration> {
    let of = |subject: &'static str| (0..ASPECTS.len()).map(move |aspect| (subject, aspect));
    let make = |(at, (subject, aspect)): (usize, (&str, usize))| Enumeration {
        name: enumeration_of(subject, aspect),
        number: ASPECTS[aspect].1,
        variants: &VARIANTS[..3 + at % 6],
    };
    SUBJECTS.split_ascii_whitespace().flat_map(of).enumerate().map(make).collect()
}

//! What a number means: as much a part of the ABI as where it lies.

/// What is stated of a field's values, in the compiler's own memory.
pub type Meaning = FieldMeaning<'static>;

/// What readers must know of a field's values beyond their bytes. Everything is optional.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FieldMeaning<'s> {
    /// Unit as a UCUM-like symbol, such as `ns`, `By` or `1`; empty when not stated.
    pub unit: &'s str,
    /// What one step of the number is worth in `unit`.
    pub scale: Option<Scale>,
    /// Clock of a tick count carried in a payload, such as `region` or `utc`; empty when none.
    pub clock: &'s str,
    /// How neighbouring values relate.
    pub kind: Option<Kind>,
    /// The value that means "not known", which is not the same as zero.
    pub absent: Option<i128>,
    /// What exporters do with the value unless told otherwise.
    pub privacy: Privacy,
}

impl FieldMeaning<'_> {
    /// Nothing is stated; the value is public.
    pub const NONE: Self =
        Self { unit: "", scale: None, clock: "", kind: None, absent: None, privacy: Privacy::Public };
}

/// One step of a fixed-point number, as a fraction of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Numerator, at least 1.
    pub numerator: u32,
    /// Denominator, at least 1.
    pub denominator: u32,
}

/// How neighbouring values of a field relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Grows; the difference of two values is what happened between them.
    Counter,
    /// A level at one moment.
    Gauge,
    /// What happened since the record before, or within this record.
    Delta,
    /// Names something; arithmetic on it has no meaning.
    Identity,
}

impl Kind {
    /// Returns the word used in attributes and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Delta => "delta",
            Self::Identity => "identity",
        }
    }
}

/// What exporters do with a field unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// May be shown.
    Public,
    /// Is redacted unless asked for by name.
    Private,
}

impl Privacy {
    /// Returns the word used in attributes and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// How much a record matters when a lane is under pressure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Refused last.
    Vital,
    /// The default.
    Normal,
    /// Refused first.
    Bulk,
}

impl Class {
    /// Returns the word used in attributes and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vital => "vital",
            Self::Normal => "normal",
            Self::Bulk => "bulk",
        }
    }
}

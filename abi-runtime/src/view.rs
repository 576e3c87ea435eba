//! Reading a record's fields from bytes of any version.

use core::fmt;

use abi_schema::RecordSchema;

use crate::TraceRecord;

/// What reads the fields of a record `R` from bytes that a writer of any version wrote.
///
/// The derive makes the type, with one method per field that is not reserved. A field of version
/// 1 is read as its own type `T`; a field that a later version added as `Option<T>`, `None` when
/// the acting version is older.
pub type View<'a, R> = <R as TraceRecord>::View<'a>;

/// What every view has, whatever its fields.
///
/// Its methods give way to accessors of the same name: of a record with a field `surplus`, ask
/// `RecordView::surplus(view)`.
pub trait RecordView<'a>: Copy {
    /// The layout by which the view reads.
    const SCHEMA: &'static RecordSchema;

    #[doc(hidden)]
    fn from_raw(raw: RawView<'a>) -> Self;

    #[doc(hidden)]
    fn to_raw(self) -> RawView<'a>;

    /// Makes a view of `payload`, which a writer of version `acting_version` wrote.
    ///
    /// `payload` must be memory that no other party can write: the reader's own, validated copy.
    ///
    /// # Errors
    ///
    /// [`ViewError::NoVersion`] when the acting version is 0, and [`ViewError::Short`] when the
    /// payload has fewer bytes than that version's layout.
    #[inline]
    fn from_parts(payload: &'a [u8], acting_version: u16) -> Result<Self, ViewError> {
        RawView::checked(Self::SCHEMA, payload, acting_version).map(Self::from_raw)
    }

    /// Returns the version with which the writer wrote; it may be newer than the schema's.
    #[inline]
    fn acting_version(self) -> u16 {
        self.to_raw().acting
    }

    /// Returns how many bytes a newer writer appended: they are counted, never interpreted.
    #[inline]
    fn surplus(self) -> usize {
        let raw = self.to_raw();
        raw.payload.len().saturating_sub(known_size(Self::SCHEMA, raw.acting))
    }
}

/// Returns how many bytes of a payload of version `acting` the schema describes.
#[inline]
fn known_size(schema: &RecordSchema, acting: u16) -> usize {
    let size = if acting >= schema.version { schema.size } else { schema.size_of_version(acting) };
    size as usize
}

/// A payload and its acting version, known to fit each other.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct RawView<'a> {
    payload: &'a [u8],
    acting: u16,
}

impl<'a> RawView<'a> {
    #[inline]
    fn checked(schema: &RecordSchema, payload: &'a [u8], acting: u16) -> Result<Self, ViewError> {
        if acting == 0 {
            return Err(ViewError::NoVersion { record: schema.name, known: schema.version });
        }
        let need = known_size(schema, acting);
        if payload.len() < need {
            return Err(ViewError::Short {
                record: schema.name,
                acting,
                known: schema.version,
                need,
                have: payload.len(),
            });
        }
        Ok(Self { payload, acting })
    }

    /// Returns the `size` bytes of a field that the acting version has.
    ///
    /// They are there, since `checked` compared the length with the acting version's size, of
    /// which every field of that version is a part.
    #[inline]
    pub(crate) fn bytes(self, offset: usize, size: usize) -> &'a [u8] {
        self.payload.get(offset..offset.saturating_add(size)).unwrap_or_default()
    }

    /// Returns an error unless the acting version has the field.
    #[inline]
    pub(crate) fn require(self, since: u16, name: &'static str) -> Result<(), MissingField> {
        if self.acting < since {
            return Err(MissingField { name, since, acting: self.acting });
        }
        Ok(())
    }
}

/// The view of a record that did not compile, so that one mistake gives one message.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct InvalidView<'a>(RawView<'a>);

impl<'a> RecordView<'a> for InvalidView<'a> {
    const SCHEMA: &'static RecordSchema = &RecordSchema::INVALID;

    fn from_raw(raw: RawView<'a>) -> Self {
        Self(raw)
    }

    fn to_raw(self) -> RawView<'a> {
        self.0
    }
}

/// Why bytes are not a record of the version that they claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ViewError {
    /// The acting version is 0, which no writer has.
    NoVersion {
        /// Name of the record.
        record: &'static str,
        /// The newest version that the schema knows.
        known: u16,
    },
    /// The payload is shorter than the acting version's layout.
    Short {
        /// Name of the record.
        record: &'static str,
        /// The version with which the writer wrote.
        acting: u16,
        /// The newest version that the schema knows.
        known: u16,
        /// Bytes that the layout takes.
        need: usize,
        /// Bytes that the payload has.
        have: usize,
    },
    /// The bytes are another record's.
    OtherRecord {
        /// Id of the record that was asked for.
        expected: u16,
        /// Id in the record's header.
        found: u16,
    },
}

impl fmt::Display for ViewError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoVersion { record, known } => {
                write!(out, "record `{record}` states acting version 0, outside 1 to {known} and later")
            }
            Self::Short { record, acting, known, need, have } => {
                write!(
                    out,
                    "record `{record}` of acting version {acting} has {have} bytes, its layout \
                     takes {need} (known version {known})"
                )
            }
            Self::OtherRecord { expected, found } => {
                write!(out, "the record has id {found:#06x}, not {expected:#06x}")
            }
        }
    }
}

impl core::error::Error for ViewError {}

/// A field that a whole record needs and that its writer's version does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingField {
    /// Name of the field.
    pub name: &'static str,
    /// The version that added it.
    pub since: u16,
    /// The version with which the writer wrote.
    pub acting: u16,
}

impl fmt::Display for MissingField {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, since, acting } = self;
        write!(out, "field `{name}` came with version {since}, the writer's is {acting}")
    }
}

impl core::error::Error for MissingField {}

//! Bytes that show a break.

use serde::Serialize;

/// A payload that one side wrote and the other reads: what was meant, and what is seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// Name of the record.
    pub record: String,
    /// Who wrote it.
    pub writer: Side,
    /// The acting version in the record's header.
    pub version: u16,
    /// The payload.
    #[serde(serialize_with = "hexadecimal")]
    pub payload: Vec<u8>,
    /// What the writer meant, and what the other side's reader makes of it, field by field: those that
    /// differ.
    pub seen: Vec<Seen>,
}

/// Which of the two catalogs wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The older.
    Old,
    /// The newer.
    New,
}

/// A field whose value arrives as another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The field, by the reader's name for it.
    pub field: String,
    /// What the writer meant.
    pub meant: String,
    /// What the reader sees.
    pub seen: String,
}

fn hexadecimal<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

//! From a payload to the fields of its record.

use std::fmt;

use super::field::Part;
use super::value::Value;
use crate::model::Record;

/// A payload is not one of its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Undecodable {
    /// It is shorter than the layout of its version (VER-6).
    Short {
        /// The bytes that the layout takes.
        need: u32,
        /// The bytes that are there.
        have: usize,
    },
    /// A record of version 0 was written by nobody.
    NoVersion,
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { need, have } => {
                write!(f, "{have} bytes do not hold what the version has, which takes {need} (VER-6)")
            }
            Self::NoVersion => f.write_str("a record has a version from 1 (VER-1)"),
        }
    }
}

impl std::error::Error for Undecodable {}

/// Reads records of one id: the names of its values are sorted once, for all of them.
#[derive(Clone, Debug)]
pub struct Decoder<'r> {
    record: &'r Record,
    parts: Vec<Part<'r>>,
}

impl<'r> Decoder<'r> {
    /// Prepares to read records of this kind.
    #[must_use]
    pub fn of(record: &'r Record) -> Self {
        let parts = record.fields.iter().filter(|field| !field.reserved).map(Part::of).collect();
        Self { record, parts }
    }

    /// Returns the record whose payloads this reads.
    #[must_use]
    pub const fn record(&self) -> &'r Record {
        self.record
    }

    /// Reads every field of a record of the acting version `version`, in their order: `None` is absent
    /// (VER-5). Bytes behind the layout are a newer writer's, and are not looked at.
    ///
    /// # Errors
    ///
    /// The payload is not one of the record.
    pub fn read<'a>(
        &self,
        version: u16,
        payload: &'a [u8],
        show_private: bool,
    ) -> Result<Vec<(&'a str, Option<Value<'a>>)>, Undecodable>
    where
        'r: 'a,
    {
        if version == 0 {
            return Err(Undecodable::NoVersion);
        }
        let need = self.record.size_of_version(version.min(self.record.version));
        let short = Undecodable::Short { need, have: payload.len() };
        if u32::try_from(payload.len()).is_ok_and(|have| have < need) {
            return Err(short);
        }
        let fields = self.parts.iter().map(|part| {
            let is_present = part.field.since <= version;
            let value = if is_present { Some(part.read(payload, show_private).ok_or(short)?) } else { None };
            Ok((part.field.name.as_str(), value))
        });
        fields.collect()
    }
}

/// As [`Decoder::read`], of one record.
///
/// # Errors
///
/// The payload is not one of the record.
pub fn record<'a>(
    record: &'a Record,
    version: u16,
    payload: &'a [u8],
    show_private: bool,
) -> Result<Vec<(&'a str, Option<Value<'a>>)>, Undecodable> {
    Decoder::of(record).read(version, payload, show_private)
}

#[cfg(test)]
mod tests {
    use super::{Undecodable, record};
    use crate::decode::Value;
    use crate::model::Catalog;

    const DOCUMENT: &str = r#"{"testimony":1,"catalog":"demo","prefix":"demo","records":[{"name":"Exit","id":256,
        "version":2,"size":16,"fields":[{"name":"pid","type":"u32","offset":0,"size":4},
        {"name":"signal","type":"u16","offset":4,"size":2,"since":2,"bytes_since":1},
        {"name":"_rest","type":{"array":"u8","len":2},"offset":6,"size":2,"reserved":true},
        {"name":"lived_for","type":"u64","offset":8,"size":8,"since":2}]}],"structs":[],"retired":[]}"#;

    #[test]
    fn a_field_is_its_value_or_absent_and_never_a_default() {
        let catalog = Catalog::from_document(DOCUMENT.as_bytes()).unwrap();
        let exit = &catalog.records[0];
        let payload: Vec<u8> = (1..=20).collect();
        let read = |version, len| record(exit, version, &payload[..len], false);
        let pid = ("pid", Some(Value::Unsigned(0x0403_0201)));
        assert_eq!(read(1, 8), Ok(vec![pid.clone(), ("signal", None), ("lived_for", None)]));
        assert_eq!(read(1, 16), read(1, 8), "an old record is not read beyond its version");
        let signal = ("signal", Some(Value::Unsigned(0x0605)));
        let lived_for = ("lived_for", Some(Value::Unsigned(0x100f_0e0d_0c0b_0a09)));
        assert_eq!(read(2, 16), Ok(vec![pid, signal, lived_for]));
        assert_eq!(read(7, 20), read(2, 16), "what a newer writer appended is not looked at");
        assert_eq!(read(2, 15), Err(Undecodable::Short { need: 16, have: 15 }));
        assert_eq!(read(1, 7), Err(Undecodable::Short { need: 8, have: 7 }));
        assert_eq!(read(0, 16), Err(Undecodable::NoVersion));
    }
}

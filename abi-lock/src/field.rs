//! A field, as one line of a lock (LOCK-5).

use std::fmt;

use crate::Type;
use crate::types::{is_name, number};

/// A named span of a record or of a composite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// First byte, counted from the start of the whole.
    pub offset: u32,
    /// Number of bytes.
    pub size: u32,
    /// What lies there.
    pub ty: Type,
    /// Name, as in the Rust struct.
    pub name: String,
    /// The version in which the field appeared.
    pub since: u16,
    /// The version from which the bytes existed; smaller than `since` when the field claims them.
    pub bytes_since: u16,
    /// The version from which nobody should use the field.
    pub deprecated: Option<u16>,
    /// Whether nobody has claimed the bytes yet.
    pub reserved: bool,
    /// What the values mean.
    pub meaning: Meaning,
}

/// What readers must know of a field's values beyond their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    /// Unit of the values.
    pub unit: Option<String>,
    /// What one step is worth in the unit: numerator and denominator.
    pub scale: Option<[u32; 2]>,
    /// Clock of a tick count.
    pub clock: Option<String>,
    /// How neighbouring values relate, in the word of attributes and documents.
    pub kind: Option<String>,
    /// The value that means "not known".
    pub absent: Option<i128>,
    /// Whether exporters redact the value unless asked for.
    pub private: bool,
}

impl Field {
    /// Reads a line: `OFFSET SIZE TYPE NAME`, then what else there is to say, in this order.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let mut field = Self {
            offset: number(words.next()?)?,
            size: number(words.next()?)?,
            ty: Type::parse(words.next()?)?,
            name: words.next().filter(|name| is_name(name))?.to_owned(),
            since: 1,
            bytes_since: 1,
            deprecated: None,
            reserved: false,
            meaning: Meaning::default(),
        };
        let mut bytes_since = None;
        for word in words {
            let meaning = &mut field.meaning;
            match word.split_once('=') {
                None if word == "reserved" => field.reserved = true,
                None if word == "private" => meaning.private = true,
                Some(("since", version)) => field.since = number(version)?,
                Some(("bytes_since", version)) => bytes_since = Some(number(version)?),
                Some(("deprecated", version)) => field.deprecated = Some(number(version)?),
                Some(("unit", unit)) => meaning.unit = Some(unit.to_owned()),
                Some(("scale", scale)) => {
                    let (numerator, denominator) = scale.split_once('/')?;
                    meaning.scale = Some([number(numerator)?, number(denominator)?]);
                }
                Some(("clock", clock)) => meaning.clock = Some(clock.to_owned()),
                Some(("kind", kind)) => meaning.kind = Some(kind.to_owned()),
                Some(("absent", absent)) => meaning.absent = Some(number(absent)?),
                _ => return None,
            }
        }
        field.bytes_since = bytes_since.unwrap_or(field.since);
        // One text for one field: another order, or a default that is spelled out, is refused.
        (field.to_string() == line).then_some(field)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offset, size, ty, name, since, bytes_since, deprecated, reserved, meaning } = self;
        write!(f, "{offset} {size} {ty} {name}")?;
        if *since != 1 {
            write!(f, " since={since}")?;
        }
        if bytes_since != since {
            write!(f, " bytes_since={bytes_since}")?;
        }
        if let Some(deprecated) = deprecated {
            write!(f, " deprecated={deprecated}")?;
        }
        if *reserved {
            f.write_str(" reserved")?;
        }
        meaning.fmt(f)
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unit, scale, clock, kind, absent, private } = self;
        if let Some(unit) = unit {
            write!(f, " unit={unit}")?;
        }
        if let Some([numerator, denominator]) = scale {
            write!(f, " scale={numerator}/{denominator}")?;
        }
        if let Some(clock) = clock {
            write!(f, " clock={clock}")?;
        }
        if let Some(kind) = kind {
            write!(f, " kind={kind}")?;
        }
        if let Some(absent) = absent {
            write!(f, " absent={absent}")?;
        }
        if *private {
            f.write_str(" private")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Field;

    #[test]
    fn fields_are_written_as_they_are_read() {
        for line in [
            "0 4 u32 pid",
            "4 2 Code<Ending> ending since=2 bytes_since=1 deprecated=3 kind=identity absent=-1 private",
            "8 4 [u8;4] _reserved reserved",
            "16 8 u64 at unit=ns scale=1/1000 clock=monotonic",
            "16 8 u64 at unit=a=b",
        ] {
            assert_eq!(Field::parse(line).map(|field| field.to_string()).as_deref(), Some(line));
        }
    }

    #[test]
    fn one_field_has_one_text() {
        for line in [
            "0 4 u32",
            "0 4 u32 2pid",
            "00 4 u32 pid",
            "0  4 u32 pid",
            "0 4 u32 pid ",
            "0 4 u32 pid since=1",
            "0 4 u32 pid private unit=ns",
            "0 4 u32 pid unit=ns unit=ns",
            "0 4 u32 pid unknown=1",
            "0 4 u32 pid loud",
            "0 4 u32 pid since=65536",
        ] {
            assert_eq!(Field::parse(line), None, "{line}");
        }
    }
}

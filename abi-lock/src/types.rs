//! What lies in a field, as one word of a lock.

use std::fmt;

use abi_schema::Scalar;

/// The type of a field. Codes, flags and composites are named; their blocks say what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// One number: `u32`.
    Scalar(Scalar),
    /// Elements, one after the other: `[u8;4]`.
    Array(Box<Type>, u32),
    /// NUL-padded bytes that show a name: `Name<16>`.
    Name(u32),
    /// An open enumeration: `Code<Ending>`.
    Code(String),
    /// Open flags: `Flags<Access>`.
    Flags(String),
    /// A composite: `Struct<Position>`.
    Struct(String),
}

/// The deepest nesting of arrays that is read; a record of 65,512 bytes has no use for more.
const MAX_DEPTH: u32 = 16;

impl Type {
    /// Reads one word; `None` if it is none of the forms above.
    pub fn parse(word: &str) -> Option<Self> {
        Self::parse_within(word, MAX_DEPTH)
    }

    fn parse_within(word: &str, depth: u32) -> Option<Self> {
        if let Some(scalar) = Scalar::ALL.into_iter().find(|scalar| scalar.name() == word) {
            return Some(Self::Scalar(scalar));
        }
        if let Some(inner) = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let (element, len) = inner.rsplit_once(';')?;
            let element = Self::parse_within(element, depth.checked_sub(1)?)?;
            return Some(Self::Array(Box::new(element), number(len)?));
        }
        let (form, inner) = word.strip_suffix('>')?.split_once('<')?;
        let named = || is_name(inner).then(|| inner.to_owned());
        match form {
            "Name" => Some(Self::Name(number(inner)?)),
            "Code" => Some(Self::Code(named()?)),
            "Flags" => Some(Self::Flags(named()?)),
            "Struct" => Some(Self::Struct(named()?)),
            _ => None,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(scalar) => f.write_str(scalar.name()),
            Self::Array(element, len) => write!(f, "[{element};{len}]"),
            Self::Name(len) => write!(f, "Name<{len}>"),
            Self::Code(name) => write!(f, "Code<{name}>"),
            Self::Flags(name) => write!(f, "Flags<{name}>"),
            Self::Struct(name) => write!(f, "Struct<{name}>"),
        }
    }
}

/// Reads a number as the lock writes it: decimal, without sign and without leading zeros.
pub(crate) fn number<N: std::str::FromStr + fmt::Display>(word: &str) -> Option<N> {
    let number: N = word.parse().ok()?;
    (number.to_string() == word).then_some(number)
}

/// Returns whether `word` is a name that Rust and C share.
pub(crate) fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::Type;

    #[test]
    fn types_are_written_as_they_are_read() {
        for word in ["u8", "f64", "[u8;4]", "[[Code<Kind>;2];3]", "Name<16>", "Flags<Mode>", "Struct<At>"] {
            assert_eq!(Type::parse(word).map(|ty| ty.to_string()).as_deref(), Some(word));
        }
    }

    #[test]
    fn what_is_no_type_is_none() {
        for word in [
            "",
            "bool",
            "[u8]",
            "[u8;]",
            "[u8;04]",
            "[u8;-1]",
            "Name<>",
            "Name<x>",
            "Code<>",
            "Code<a b>",
            "Box<u8>",
        ] {
            assert_eq!(Type::parse(word), None, "{word}");
        }
        assert_eq!(Type::parse(&format!("{}u8{}", "[".repeat(99), ";1]".repeat(99))), None);
    }
}

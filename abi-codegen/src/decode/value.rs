//! A field's value, as text and as JSON.
//!
//! Spec: `spec/showing.md`, SHOW-2 and SHOW-3.

use std::fmt::{self, Display};

use abi_schema::{NameBytes, Printable, write_flags};

use super::scaled::write_scaled;
use crate::model::Named;

/// The most elements of arrays that the text of one value shows (SHOW-6).
pub const ELEMENTS_SHOWN: usize = 64;

/// A value that was read from a record: it borrows names from the catalog and bytes from the payload.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// A number without a sign.
    Unsigned(u64),
    /// A number with a sign.
    Signed(i64),
    /// A floating-point number.
    Float(f64),
    /// The name of a code's value.
    Code(&'a str),
    /// Bits, and the masks that have names.
    Flags(u64, &'a [Named]),
    /// The bytes of a name, whatever follows its first NUL.
    Name(&'a [u8]),
    /// Several values of one type.
    List(Vec<Value<'a>>),
    /// Values with names.
    Fields(Vec<(&'a str, Value<'a>)>),
    /// A value and what its numbers mean.
    Measured(Box<Value<'a>>, Measure<'a>),
    /// The catalog calls the value private, and nobody asked to see it.
    Private,
    /// The driver did not know the value.
    NotKnown,
}

/// What a number means: what one step is worth, and in which unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure<'a> {
    /// The unit.
    pub unit: Option<&'a str>,
    /// The worth of one step in the unit: numerator and denominator, neither of them 0.
    pub scale: Option<[u32; 2]>,
}

impl Value<'_> {
    /// Returns the number that this is, if it is an integer.
    #[must_use]
    pub fn integer(&self) -> Option<i128> {
        match self {
            Self::Unsigned(value) => Some(i128::from(*value)),
            Self::Signed(value) => Some(i128::from(*value)),
            _ => None,
        }
    }

    /// Returns the value as JSON (SHOW-3): numbers as they lie in the record, whatever their unit and scale, which
    /// stand in the stream once. What is not known is `null`, and so is a float that JSON has not.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Unsigned(value) => (*value).into(),
            Self::Signed(value) => (*value).into(),
            Self::Float(value) => (*value).into(),
            Self::Code(name) => (*name).into(),
            Self::Flags(bits, masks) => flags(*bits, masks).into(),
            Self::Name(bytes) => NameBytes(bytes).to_string().into(),
            Self::List(values) => values.iter().map(Self::json).collect(),
            Self::Fields(fields) => {
                let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.json()));
                serde_json::Value::Object(fields.collect())
            }
            Self::Measured(value, _) => value.json(),
            Self::Private => PRIVATE.into(),
            Self::NotKnown => serde_json::Value::Null,
        }
    }

    /// Writes the value, its numbers times `scale`, and of arrays as many elements as are `left`.
    fn show(&self, f: &mut fmt::Formatter<'_>, scale: Option<[u32; 2]>, left: &mut usize) -> fmt::Result {
        match (self, scale) {
            (Self::Unsigned(value), Some(scale)) => write_scaled(f, (*value).into(), scale),
            (Self::Signed(value), Some(scale)) => write_scaled(f, (*value).into(), scale),
            // A float times a fraction is seldom a float.
            (Self::Float(value), Some([numerator, denominator])) => {
                write!(f, "{value}*{numerator}/{denominator}")
            }
            (Self::Unsigned(value), None) => write!(f, "{value}"),
            (Self::Signed(value), None) => write!(f, "{value}"),
            (Self::Float(value), None) => write!(f, "{value}"),
            (Self::Code(name), _) => Printable(name).fmt(f),
            (Self::Flags(bits, masks), _) => f.write_str(&flags(*bits, masks)),
            (Self::Name(bytes), _) => write!(f, "{:?}", NameBytes(bytes)),
            (Self::List(values), scale) => {
                f.write_str("[")?;
                for (at, value) in values.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { " " })?;
                    if *left == 0 {
                        write!(f, "... {} more", values.len() - at)?;
                        break;
                    }
                    if !matches!(value, Self::List(_)) {
                        *left -= 1;
                    }
                    value.show(f, scale, left)?;
                }
                f.write_str("]")
            }
            (Self::Fields(fields), _) => {
                f.write_str("{")?;
                for (at, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{}=", if at == 0 { "" } else { " " }, Printable(name))?;
                    value.show(f, None, left)?;
                }
                f.write_str("}")
            }
            (Self::Measured(value, measure), _) => {
                value.show(f, measure.scale.filter(|scale| *scale != [1, 1]), left)?;
                match measure.unit {
                    // `1` is the unit of plain numbers.
                    None | Some("1") => Ok(()),
                    // `5` of the unit `1/s` is not `51/s`.
                    Some(unit) if unit.starts_with(|first: char| first.is_ascii_digit() || first == '.') => {
                        write!(f, "({})", Printable(unit))
                    }
                    Some(unit) => Printable(unit).fmt(f),
                }
            }
            (Self::Private, _) => f.write_str(PRIVATE),
            (Self::NotKnown, _) => f.write_str("(not known)"),
        }
    }
}

/// What is shown instead of a private value.
const PRIVATE: &str = "(private)";

fn flags(bits: u64, masks: &[Named]) -> String {
    let mut text = String::new();
    let masks = masks.iter().map(|named| (named.name.as_str(), u64::try_from(named.value.0).unwrap_or(0)));
    // Writing to a string cannot fail.
    let _ = write_flags(&mut text, bits, masks);
    text
}

impl Display for Value<'_> {
    /// Writes the value; of arrays the first [`ELEMENTS_SHOWN`] elements, or all of them in the alternate form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = if f.alternate() { usize::MAX } else { ELEMENTS_SHOWN };
        self.show(f, None, &mut left)
    }
}

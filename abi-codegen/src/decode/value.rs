//! A field's value, as text and as JSON.

use std::fmt;

/// A value that was read from a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number without a sign.
    Unsigned(u64),
    /// A number with a sign.
    Signed(i64),
    /// A floating-point number.
    Float(f64),
    /// A name, a code's name or the names of flags.
    Text(String),
    /// Several values of one type.
    List(Vec<Value>),
    /// Values with names.
    Fields(Vec<(String, Value)>),
    /// A value and what it is counted in.
    Measured(Box<Value>, String),
    /// The driver did not know the value.
    NotKnown,
}

impl Value {
    /// What is shown instead of a private value.
    #[must_use]
    pub fn private() -> Self {
        Self::Text("(private)".to_owned())
    }

    /// Returns the number that this is, if it is an integer.
    #[must_use]
    pub fn integer(&self) -> Option<i128> {
        match self {
            Self::Unsigned(value) => Some(i128::from(*value)),
            Self::Signed(value) => Some(i128::from(*value)),
            _ => None,
        }
    }

    /// Returns the value as JSON. What is not known is `null`, and so is a float that JSON has not;
    /// units stand in the catalog.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Unsigned(value) => (*value).into(),
            Self::Signed(value) => (*value).into(),
            Self::Float(value) => (*value).into(),
            Self::Text(text) => text.as_str().into(),
            Self::List(values) => values.iter().map(Self::json).collect(),
            Self::Fields(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.clone(), value.json()));
                serde_json::Value::Object(fields.collect())
            }
            Self::Measured(value, _) => value.json(),
            Self::NotKnown => serde_json::Value::Null,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(value) => value.fmt(f),
            Self::Signed(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::List(values) => {
                f.write_str("[")?;
                for (at, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if at == 0 { "" } else { " " })?;
                }
                f.write_str("]")
            }
            Self::Fields(fields) => {
                f.write_str("{")?;
                for (at, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name}={value}", if at == 0 { "" } else { " " })?;
                }
                f.write_str("}")
            }
            // `1` is the unit of plain numbers.
            Self::Measured(value, unit) if unit == "1" => value.fmt(f),
            Self::Measured(value, unit) => write!(f, "{value}{unit}"),
            Self::NotKnown => f.write_str("(not known)"),
        }
    }
}

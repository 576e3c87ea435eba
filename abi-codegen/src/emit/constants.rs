//! Constants of a catalog: macros that `#if` can use (HDR-4).

use super::comment;
use super::names::{Fact, Names, facts};
use super::types::{constant, each_named, upper};
use crate::model::{Class, Field, Named, Record, Scalar};

/// The constants of a catalog, in the order in which they came.
pub(super) struct Constants<'n> {
    pub(super) text: String,
    names: &'n Names,
}

impl<'n> Constants<'n> {
    pub(super) const fn new(names: &'n Names) -> Self {
        Self { text: String::new(), names }
    }

    fn define(&mut self, owner: &str, what: &str, value: &str) {
        self.text += &format!("#define {} {value}\n", self.names.constant(owner, what));
    }

    /// Id, sizes, class and what is stated of the fields.
    ///
    /// There is no constant for the newest version: a source that writes states the version that it was
    /// written for (HDR-13).
    pub(super) fn record(&mut self, record: &Record) {
        let name = &record.name;
        self.define(name, "ID", &integer(2, false, record.id.into()));
        let class = match record.class {
            Class::Vital => "0 /* vital */",
            Class::Normal => "1 /* normal */",
            Class::Bulk => "2 /* bulk */",
        };
        self.define(name, "CLASS", class);
        for version in 1..=record.version {
            let size = integer(4, false, record.size_of_version(version).into());
            self.define(name, &format!("SIZE_V{version}"), &size);
        }
        self.fields(name, &record.fields);
    }

    /// What is stated of fields.
    pub(super) fn fields(&mut self, owner: &str, fields: &[Field]) {
        for field in fields.iter().filter(|field| !field.reserved) {
            for (what, fact) in facts(field) {
                let value = match fact {
                    Fact::Integer(bytes, value) => integer(bytes, value < 0, value),
                    Fact::Text(text) => format!("\"{text}\""),
                    Fact::Yes => "1".to_owned(),
                };
                self.define(owner, &format!("{}_{what}", upper(&field.name)), &value);
            }
        }
        self.text.push('\n');
    }

    /// The values of a code.
    pub(super) fn values(&mut self, code: &str, repr: Scalar, values: &[Named]) {
        for (value, named) in each_named(values) {
            self.text += &comment::block("", &named.doc);
            self.define(code, &value, &constant(repr, named.value.0));
        }
        self.text.push('\n');
    }

    /// The masks of flags, each with its shift.
    pub(super) fn masks(&mut self, flags: &str, repr: Scalar, masks: &[Named]) {
        for (mask, named) in each_named(masks) {
            self.text += &comment::block("", &named.doc);
            self.define(flags, &format!("{mask}_MASK"), &constant(repr, named.value.0));
            self.define(flags, &format!("{mask}_SHIFT"), &named.value.0.trailing_zeros().to_string());
        }
        self.text.push('\n');
    }
}

/// Returns an integer of `bytes` bytes as a constant that `#if` can use.
pub(super) fn integer(bytes: u32, signed: bool, value: i128) -> String {
    let bits = bytes * 8;
    match (signed, value) {
        (false, _) => format!("UINT{bits}_C({value:#x})"),
        // No literal has the value of the most negative number.
        (true, _) if value == -(1i128 << (bits - 1)) => format!("(-INT{bits}_C({}) - 1)", -(value + 1)),
        (true, _) if value < 0 => format!("(-INT{bits}_C({}))", -value),
        (true, _) => format!("INT{bits}_C({value})"),
    }
}

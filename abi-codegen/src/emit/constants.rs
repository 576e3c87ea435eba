//! Constants of a catalog: macros that `#if` can use, and no two of one name (HDR-4).

use std::collections::BTreeMap;

use super::comment;
use super::types::{constant, each_named, upper};
use crate::model::{Class, Field, Named, Record, Scalar};

/// The constants of a catalog, in the order in which they came.
#[derive(Default)]
pub(super) struct Constants {
    pub(super) text: String,
    owners: BTreeMap<String, String>,
    /// The first two things that would have one constant's name.
    pub(super) clash: Option<[String; 2]>,
}

impl Constants {
    fn define(&mut self, owner: &str, name: &str, value: &str) {
        if let Some(other) = self.owners.insert(name.to_owned(), owner.to_owned()) {
            self.clash.get_or_insert([format!("{name} of {other}"), format!("{name} of {owner}")]);
        }
        self.text += &format!("#define {name} {value}\n");
    }

    /// Id, versions, sizes, class and what is stated of the fields.
    pub(super) fn record(&mut self, name: &str, record: &Record) {
        let prefix = upper(name);
        self.define(name, &format!("{prefix}_ID"), &integer(2, false, record.id.into()));
        self.define(name, &format!("{prefix}_VERSION"), &integer(2, false, record.version.into()));
        let class = match record.class {
            Class::Vital => "0 /* vital */",
            Class::Normal => "1 /* normal */",
            Class::Bulk => "2 /* bulk */",
        };
        self.define(name, &format!("{prefix}_CLASS"), class);
        for version in 1..=record.version {
            let size = integer(4, false, record.size_of_version(version).into());
            self.define(name, &format!("{prefix}_SIZE_V{version}"), &size);
        }
        self.fields(name, &record.fields);
    }

    /// What is stated of fields.
    pub(super) fn fields(&mut self, name: &str, fields: &[Field]) {
        for field in fields.iter().filter(|field| !field.reserved) {
            let prefix = upper(&format!("{name}_{}", field.name));
            let mut define =
                |what: &str, value: String| self.define(name, &format!("{prefix}_{what}"), &value);
            if field.since > 1 {
                define("SINCE", integer(2, false, field.since.into()));
            }
            if let Some(version) = field.deprecated {
                define("DEPRECATED", integer(2, false, version.into()));
            }
            if let Some(unit) = &field.unit {
                define("UNIT", format!("\"{unit}\""));
            }
            if let Some([numerator, denominator]) = field.scale {
                define("SCALE_NUMERATOR", integer(4, false, numerator.into()));
                define("SCALE_DENOMINATOR", integer(4, false, denominator.into()));
            }
            if let Some(clock) = &field.clock {
                define("CLOCK", format!("\"{clock}\""));
            }
            if let Some(kind) = field.kind {
                define("KIND", format!("\"{}\"", kind.name()));
            }
            if let Some(absent) = field.absent {
                define("ABSENT", integer(8, absent.0 < 0, absent.0));
            }
            if field.privacy == crate::model::Privacy::Private {
                define("PRIVATE", "1".to_owned());
            }
        }
        self.text.push('\n');
    }

    /// The values of a code.
    pub(super) fn values(&mut self, name: &str, repr: Scalar, values: &[Named]) {
        for (value, named) in each_named(values) {
            self.text += &comment::block("", &named.doc);
            let value_name = format!("{}_{value}", upper(name));
            self.define(name, &value_name, &constant(repr, named.value.0));
        }
        self.text.push('\n');
    }

    /// The masks of flags, each with its shift.
    pub(super) fn masks(&mut self, name: &str, repr: Scalar, masks: &[Named]) {
        for (mask, named) in each_named(masks) {
            self.text += &comment::block("", &named.doc);
            let prefix = format!("{}_{mask}", upper(name));
            self.define(name, &format!("{prefix}_MASK"), &constant(repr, named.value.0));
            self.define(name, &format!("{prefix}_SHIFT"), &named.value.0.trailing_zeros().to_string());
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

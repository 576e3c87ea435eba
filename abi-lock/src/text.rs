//! A lock as its text.

use std::fmt::{self, Display, Formatter};

use crate::{Composite, Enumeration, Field, Lock, Noun, Record, Release, seal};

/// Returns the first line of a catalog's lock, which is the whole lock before the first release.
pub fn first_line(catalog: &str) -> String {
    format!("testimony-lock 1 {catalog}\n")
}

/// Returns `text` with `release` and its seal appended: what freezing writes.
pub fn sealed(text: &str, release: &Release) -> String {
    let block = format!("{text}\n{release}");
    let seal = seal(&block);
    format!("{block}seal {seal}\n")
}

impl Display for Lock {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let begun = first_line(&self.catalog);
        f.write_str(&self.releases.iter().fold(begun, |text, release| sealed(&text, release)))
    }
}

impl Display for Release {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "release {} {}", self.number, self.date)?;
        writeln!(f, "fingerprint {}", self.fingerprint)?;
        writeln!(f, "prefix {}", self.prefix)?;
        self.enumerations.iter().try_for_each(|entry| entry.fmt(f))?;
        self.structs.iter().try_for_each(|entry| entry.fmt(f))?;
        self.records.iter().try_for_each(|entry| entry.fmt(f))?;
        for retired in &self.retired {
            writeln!(f, "retired {:#06x} {}", retired.id, retired.name)?;
        }
        for (listed, names) in &self.lists {
            write!(f, "list {}", listed.word())?;
            names.iter().try_for_each(|name| write!(f, " {name}"))?;
            writeln!(f)?;
        }
        for acknowledged in &self.acknowledged {
            let (rule, subject, reason) = (&acknowledged.rule, &acknowledged.subject, &acknowledged.reason);
            writeln!(f, "acknowledged {rule} {subject} because {reason}")?;
        }
        Ok(())
    }
}

impl Display for Enumeration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {} {}", self.noun.word(), self.name, self.repr.name())?;
        for (name, value) in &self.values {
            writeln!(f, "  {} {name}", Number(self.noun, *value))?;
        }
        for (name, value) in &self.retired {
            writeln!(f, "  {} {name} retired", Number(self.noun, *value))?;
        }
        Ok(())
    }
}

/// A value in decimal, a mask in hexadecimal digits.
struct Number(Noun, i128);

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Noun::Code => write!(f, "{}", self.1),
            Noun::Flags => write!(f, "{:#x}", self.1),
        }
    }
}

impl Display for Composite {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "struct {} size {}", self.name, self.size)?;
        fields(&self.fields, f)
    }
}

impl Display for Record {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { id, name, version, size, class, fields: inner, .. } = self;
        write!(f, "record {id:#06x} {name} version {version} size {size}")?;
        if let Some(class) = class {
            write!(f, " class={class}")?;
        }
        writeln!(f)?;
        fields(inner, f)
    }
}

fn fields(fields: &[Field], f: &mut Formatter<'_>) -> fmt::Result {
    fields.iter().try_for_each(|field| writeln!(f, "  {field}"))
}

//! A catalog as its canonical document: the one text that its fingerprint is taken of.
//!
//! Spec: `spec/document.md`, DOC-1 to DOC-3: DOC-2 says which keys are left out, DOC-3 in which
//! order entries stand. Everything here is `const`; a catalog's document is evaluated when
//! its crate is built, not when it is checked.

use crate::{
    CatalogSchema, Class, CodeSchema, FieldSchema, FlagsSchema, Meaning, Privacy, RecordSchema, StructSchema,
    TypeSchema,
};

/// Where a document goes: into `N` bytes, or nowhere, to learn its length.
pub(crate) struct Document<const N: usize> {
    pub(crate) bytes: [u8; N],
    pub(crate) len: usize,
}

impl<const N: usize> Document<N> {
    /// Writes the document of `catalog` behind `start` bytes. With `N` = 0 it is only measured.
    pub(crate) const fn write(catalog: &CatalogSchema, start: usize) -> Self {
        let mut document = Self { bytes: [0; N], len: start };
        document.catalog(catalog);
        document
    }

    const fn text(&mut self, text: &str) {
        if N != 0 {
            let text = text.as_bytes();
            let mut at = 0;
            while at < text.len() {
                self.bytes[self.len + at] = text[at];
                at += 1;
            }
        }
        self.len += text.len();
    }

    const fn quoted(&mut self, text: &str) {
        self.text("\"");
        self.text(text);
        self.text("\"");
    }

    const fn number(&mut self, number: i128) {
        if number < 0 {
            self.text("-");
        }
        let mut digits = 1;
        let mut rest = number.unsigned_abs() / 10;
        while rest > 0 {
            digits += 1;
            rest /= 10;
        }
        if N != 0 {
            let mut rest = number.unsigned_abs();
            let mut at = self.len + digits;
            while at > self.len {
                at -= 1;
                self.bytes[at] = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
        }
        self.len += digits;
    }

    const fn catalog(&mut self, catalog: &CatalogSchema) {
        self.text("{\"testimony\":1,\"catalog\":");
        self.quoted(catalog.name);
        self.text(",\"prefix\":");
        self.quoted(catalog.prefix);
        self.text(",\"records\":[");
        let mut at = 0;
        while at < catalog.records.len() {
            self.comma(at);
            self.record(catalog.records[at]);
            at += 1;
        }
        self.text("],\"structs\":[");
        at = 0;
        while at < catalog.structs.len() {
            self.comma(at);
            self.composite(catalog.structs[at]);
            at += 1;
        }
        self.text("],\"retired\":[");
        at = 0;
        while at < catalog.retired.len() {
            self.comma(at);
            self.text("{\"name\":");
            self.quoted(catalog.retired[at].name);
            self.text(",\"id\":");
            self.number(catalog.retired[at].id as i128);
            self.text("}");
            at += 1;
        }
        self.text("]}");
    }

    const fn comma(&mut self, at: usize) {
        if at != 0 {
            self.text(",");
        }
    }

    const fn record(&mut self, record: &RecordSchema) {
        self.text("{\"name\":");
        self.quoted(record.name);
        self.text(",\"id\":");
        self.number(record.id as i128);
        self.text(",\"version\":");
        self.number(record.version as i128);
        if !matches!(record.class, Class::Normal) {
            self.text(",\"class\":");
            self.quoted(record.class.name());
        }
        self.text(",\"size\":");
        self.number(record.size as i128);
        self.fields(record.fields);
        self.text("}");
    }

    const fn composite(&mut self, composite: &StructSchema) {
        self.text("{\"struct\":");
        self.quoted(composite.name);
        self.text(",\"size\":");
        self.number(composite.size as i128);
        self.fields(composite.fields);
        self.text("}");
    }

    const fn fields(&mut self, fields: &[FieldSchema]) {
        self.text(",\"fields\":[");
        let mut at = 0;
        while at < fields.len() {
            self.comma(at);
            self.field(&fields[at]);
            at += 1;
        }
        self.text("]");
    }

    const fn field(&mut self, field: &FieldSchema) {
        self.text("{\"name\":\"");
        self.text(field.name);
        self.text("\",\"type\":");
        self.ty(&field.ty);
        self.text(",\"offset\":");
        self.number(field.offset as i128);
        self.text(",\"size\":");
        self.number(field.size as i128);
        if field.since != 1 {
            self.text(",\"since\":");
            self.number(field.since as i128);
        }
        if field.bytes_since != field.since {
            self.text(",\"bytes_since\":");
            self.number(field.bytes_since as i128);
        }
        if field.deprecated != 0 {
            self.text(",\"deprecated\":");
            self.number(field.deprecated as i128);
        }
        if field.reserved {
            self.text(",\"reserved\":true");
        }
        self.meaning(&field.meaning);
        self.text("}");
    }

    const fn meaning(&mut self, meaning: &Meaning) {
        if !meaning.unit.is_empty() {
            self.text(",\"unit\":");
            self.quoted(meaning.unit);
        }
        if let Some(scale) = meaning.scale {
            self.text(",\"scale\":[");
            self.number(scale.numerator as i128);
            self.text(",");
            self.number(scale.denominator as i128);
            self.text("]");
        }
        if !meaning.clock.is_empty() {
            self.text(",\"clock\":");
            self.quoted(meaning.clock);
        }
        if let Some(kind) = meaning.kind {
            self.text(",\"kind\":");
            self.quoted(kind.name());
        }
        if let Some(absent) = meaning.absent {
            self.text(",\"absent\":");
            self.number(absent);
        }
        if matches!(meaning.privacy, Privacy::Private) {
            self.text(",\"privacy\":");
            self.quoted(meaning.privacy.name());
        }
    }

    const fn ty(&mut self, ty: &TypeSchema) {
        match ty {
            TypeSchema::Scalar(scalar) => self.quoted(scalar.name()),
            TypeSchema::Array { element, len } => {
                self.text("{\"array\":");
                self.ty(element);
                self.text(",\"len\":");
                self.number(*len as i128);
                self.text("}");
            }
            TypeSchema::Code(code) => self.code(code),
            TypeSchema::Flags(flags) => self.flags(flags),
            TypeSchema::Name(len) => {
                self.text("{\"name\":");
                self.number(*len as i128);
                self.text("}");
            }
            TypeSchema::Struct(composite) => self.composite(composite),
        }
    }

    const fn code(&mut self, code: &CodeSchema) {
        self.text("{\"code\":");
        self.quoted(code.name);
        self.text(",\"repr\":");
        self.quoted(code.repr.name());
        self.text(",\"values\":[");
        let mut at = 0;
        while at < code.values.len() {
            self.comma(at);
            self.pair(code.values[at].name, code.values[at].value);
            at += 1;
        }
        self.text("]");
        at = 0;
        while at < code.retired.len() {
            self.text(if at == 0 { ",\"retired\":[" } else { "," });
            self.pair(code.retired[at].name, code.retired[at].value);
            at += 1;
        }
        self.text(if at == 0 { "}" } else { "]}" });
    }

    const fn flags(&mut self, flags: &FlagsSchema) {
        self.text("{\"flags\":");
        self.quoted(flags.name);
        self.text(",\"repr\":");
        self.quoted(flags.repr.name());
        self.text(",\"masks\":[");
        let mut at = 0;
        while at < flags.flags.len() {
            self.comma(at);
            self.pair(flags.flags[at].name, flags.flags[at].mask as i128);
            at += 1;
        }
        self.text("]");
        at = 0;
        while at < flags.retired.len() {
            self.text(if at == 0 { ",\"retired\":[" } else { "," });
            self.pair(flags.retired[at].name, flags.retired[at].mask as i128);
            at += 1;
        }
        self.text(if at == 0 { "}" } else { "]}" });
    }

    const fn pair(&mut self, name: &str, value: i128) {
        self.text("[");
        self.quoted(name);
        self.text(",");
        self.number(value);
        self.text("]");
    }
}

//! Types in the words of a lock.

use super::cursor::number;
use crate::names::same_text;
use crate::{Message, TypeSchema};

/// Writes a type as a lock does.
pub(super) const fn write(ty: &TypeSchema, out: &mut Message) {
    match ty {
        TypeSchema::Scalar(scalar) => _ = out.text(scalar.name()),
        TypeSchema::Array { element, len } => {
            out.text("[");
            write(element, out);
            out.text(";").number(*len as u64).text("]");
        }
        TypeSchema::Name(len) => _ = out.text("Name<").number(*len as u64).text(">"),
        TypeSchema::Code(code) => _ = out.text("Code<").text(code.name).text(">"),
        TypeSchema::Flags(flags) => _ = out.text("Flags<").text(flags.name).text(">"),
        TypeSchema::Struct(composite) => _ = out.text("Struct<").text(composite.name).text(">"),
    }
}

/// Returns whether a lock states a type by this word.
pub(super) const fn is_word(ty: &TypeSchema, word: &'static str) -> bool {
    match ty {
        TypeSchema::Scalar(scalar) => same_text(scalar.name(), word),
        TypeSchema::Array { element, len } => match Form::of(word) {
            Form::Array(before, count) => count == *len && is_word(element, before),
            _ => false,
        },
        TypeSchema::Name(len) => matches!(Form::of(word), Form::Name(before) if before == *len),
        TypeSchema::Code(code) => matches!(Form::of(word), Form::Code(name) if same_text(name, code.name)),
        TypeSchema::Flags(flags) => {
            matches!(Form::of(word), Form::Flags(name) if same_text(name, flags.name))
        }
        TypeSchema::Struct(composite) => {
            matches!(Form::of(word), Form::Struct(name) if same_text(name, composite.name))
        }
    }
}

/// A type's word, taken apart.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// The name of a scalar.
    Scalar,
    /// The element's word, and how many there are.
    Array(&'static str, u32),
    /// The capacity.
    Name(u32),
    /// The enum's name.
    Code(&'static str),
    /// The enum's name.
    Flags(&'static str),
    /// The struct's name.
    Struct(&'static str),
}

impl Form {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the macro wrote what fits")]
    pub(super) const fn of(word: &'static str) -> Self {
        let bytes = word.as_bytes();
        if bytes.is_empty() {
            return Self::Scalar;
        }
        if bytes[0] == b'[' {
            let mut mark = bytes.len() - 1;
            while mark > 1 && bytes[mark] != b';' {
                mark -= 1;
            }
            let (element, len) = word.split_at(mark);
            return Self::Array(element.split_at(1).1, number(len) as u32);
        }
        let mut mark = 0;
        while mark < bytes.len() && bytes[mark] != b'<' {
            mark += 1;
        }
        if mark == bytes.len() {
            return Self::Scalar;
        }
        let (_, inner) = word.split_at(mark + 1);
        let (inner, _) = inner.split_at(inner.len() - 1);
        match bytes[0] {
            b'N' => Self::Name(number(inner) as u32),
            b'C' => Self::Code(inner),
            b'F' => Self::Flags(inner),
            _ => Self::Struct(inner),
        }
    }
}

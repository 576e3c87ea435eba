//! What is now, in the words of a lock.

use crate::{Message, TypeSchema};

/// Writes a type as a lock does.
pub(super) const fn ty(ty: &TypeSchema, out: &mut Message) {
    match ty {
        TypeSchema::Scalar(scalar) => _ = out.text(scalar.name()),
        TypeSchema::Array { element, len } => {
            out.text("[");
            self::ty(element, out);
            out.text(";").number(*len as u64).text("]");
        }
        TypeSchema::Name(len) => _ = out.text("Name<").number(*len as u64).text(">"),
        TypeSchema::Code(code) => _ = out.text("Code<").text(code.name).text(">"),
        TypeSchema::Flags(flags) => _ = out.text("Flags<").text(flags.name).text(">"),
        TypeSchema::Struct(composite) => _ = out.text("Struct<").text(composite.name).text(">"),
    }
}

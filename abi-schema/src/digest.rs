//! A layout in 64 bits: what the compiler compares first, for a record that did not change is most of them.
//!
//! What tokens show (names, versions, meaning) is digested where tokens are read, so that the compiler's
//! interpreter, which is slow, mixes one number a field. Equal digests stand for equal layouts in the build;
//! the law itself compares in full.

use crate::{CodeSchema, FieldSchema, FlagsSchema, RecordSchema, StructSchema, TypeSchema};

/// Returns FNV-1a, 64 bits, of a text.
pub const fn text_digest(text: &str) -> u64 {
    let text = text.as_bytes();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < text.len() {
        hash = (hash ^ text[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// Mixes one more number into a digest.
pub const fn mix(digest: u64, number: u64) -> u64 {
    // The odd number nearest to 2^64 divided by the golden ratio spreads small numbers over all bits.
    (digest ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// Returns the digest of a field's path: of the one that holds it, 0 if none does, and its name.
pub const fn path_digest(holder: u64, name: &str) -> u64 {
    mix(holder, text_digest(name))
}

/// What begins the digest of each form of type: above every scalar's width.
pub mod form {
    /// An array.
    pub const ARRAY: u64 = 0x100;
    /// A name.
    pub const NAME: u64 = 0x101;
    /// A code.
    pub const CODE: u64 = 0x102;
    /// Flags.
    pub const FLAGS: u64 = 0x103;
    /// A composite.
    pub const STRUCT: u64 = 0x104;
}

/// Returns the digest of a record's layout.
pub const fn record_digest(record: &RecordSchema) -> u64 {
    let head = (record.id as u64) << 48 | (record.version as u64) << 32 | record.size as u64;
    let unnamed = mix(mix(fields_digest(record.fields), head), record.class as u64);
    mix(unnamed, record.digest)
}

/// Returns the digest of a composite's layout.
pub const fn struct_digest(composite: &StructSchema) -> u64 {
    let named = mix(mix(fields_digest(composite.fields), form::STRUCT), composite.digest);
    mix(named, composite.size as u64)
}

/// Returns the digest of fields that lie together.
pub const fn fields_digest(fields: &[FieldSchema]) -> u64 {
    let (mut digest, mut at) = (0, 0);
    while at < fields.len() {
        let field = &fields[at];
        let place = (field.offset as u64) << 32 | field.size as u64;
        digest = mix(mix(digest, field.digest), place);
        digest = mix(digest, type_digest(&field.ty));
        at += 1;
    }
    digest
}

/// Returns the digest of a type.
pub const fn type_digest(ty: &TypeSchema) -> u64 {
    match ty {
        TypeSchema::Scalar(scalar) => *scalar as u64,
        TypeSchema::Array { element, len } => mix(mix(form::ARRAY, type_digest(element)), *len as u64),
        TypeSchema::Name(len) => mix(form::NAME, *len as u64),
        TypeSchema::Code(code) => code_digest(code),
        TypeSchema::Flags(flags) => flags_digest(flags),
        TypeSchema::Struct(composite) => struct_digest(composite),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the low bits tell values apart")]
const fn code_digest(code: &CodeSchema) -> u64 {
    let mut digest = mix(mix(form::CODE, code.digest), code.repr as u64);
    let mut at = 0;
    while at < code.values.len() {
        digest = mix(digest, code.values[at].value as u64);
        at += 1;
    }
    at = 0;
    while at < code.retired.len() {
        digest = mix(digest, code.retired[at].value as u64);
        at += 1;
    }
    digest
}

const fn flags_digest(flags: &FlagsSchema) -> u64 {
    let mut digest = mix(mix(form::FLAGS, flags.digest), flags.repr as u64);
    let mut at = 0;
    while at < flags.flags.len() {
        digest = mix(digest, flags.flags[at].mask);
        at += 1;
    }
    at = 0;
    while at < flags.retired.len() {
        digest = mix(digest, flags.retired[at].mask);
        at += 1;
    }
    digest
}

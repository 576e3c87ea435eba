//! Which bits of a payload a writer may store: all but those of reserved fields (REG-26).

use crate::{FieldSchema, RecordSchema, TypeSchema};

/// Returns, for each of the payload's 64-bit words, the bits that belong to fields. The others
/// belong to reserved fields, at any depth, and are zero when written.
pub const fn written_bits<const WORDS: usize>(schema: &RecordSchema) -> [u64; WORDS] {
    let mut bits = [u64::MAX; WORDS];
    clear_reserved(&mut bits, schema.fields, 0);
    bits
}

const fn clear_reserved(bits: &mut [u64], fields: &[FieldSchema], start: u32) {
    let mut at = 0;
    while at < fields.len() {
        let field = &fields[at];
        let offset = start + field.offset;
        if field.reserved {
            clear_bytes(bits, offset, field.size);
        } else {
            clear_in_type(bits, &field.ty, offset);
        }
        at += 1;
    }
}

const fn clear_in_type(bits: &mut [u64], ty: &TypeSchema, offset: u32) {
    match ty {
        TypeSchema::Struct(composite) => clear_reserved(bits, composite.fields, offset),
        TypeSchema::Array { element, len } => {
            if let TypeSchema::Struct(_) | TypeSchema::Array { .. } = element {
                let mut at = 0;
                while at < *len {
                    clear_in_type(bits, element, offset + at * element.size());
                    at += 1;
                }
            }
        }
        TypeSchema::Scalar(_) | TypeSchema::Code(_) | TypeSchema::Flags(_) | TypeSchema::Name(_) => {}
    }
}

const fn clear_bytes(bits: &mut [u64], offset: u32, size: u32) {
    let mut byte = offset as usize;
    while byte < (offset + size) as usize && byte / 8 < bits.len() {
        bits[byte / 8] &= !(0xff << (byte % 8 * 8));
        byte += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::written_bits;
    use crate::{Class, FieldSchema, Meaning, RecordSchema, Scalar, StructSchema, TypeSchema};

    const fn field(ty: TypeSchema, offset: u32, size: u32, reserved: bool) -> FieldSchema {
        FieldSchema {
            name: "field",
            doc: "",
            ty,
            offset,
            size,
            since: 1,
            bytes_since: 1,
            deprecated: 0,
            reserved,
            meaning: Meaning::NONE,
            digest: 0,
        }
    }

    const BYTE: TypeSchema = TypeSchema::Scalar(Scalar::U8);
    const INNER: StructSchema = StructSchema {
        name: "Inner",
        doc: "",
        size: 4,
        fields: &[
            field(TypeSchema::Scalar(Scalar::U16), 0, 2, false),
            field(TypeSchema::Array { element: &BYTE, len: 2 }, 2, 2, true),
        ],
        digest: 0,
    };
    const RECORD: RecordSchema = RecordSchema {
        name: "Record",
        doc: "",
        id: 0x100,
        version: 1,
        class: Class::Normal,
        size: 24,
        fields: &[
            field(TypeSchema::Scalar(Scalar::U32), 0, 4, false),
            field(TypeSchema::Array { element: &BYTE, len: 4 }, 4, 4, true),
            field(TypeSchema::Array { element: &TypeSchema::Struct(&INNER), len: 4 }, 8, 16, false),
        ],
        digest: 0,
    };

    #[test]
    fn reserved_bytes_are_cleared_at_every_depth() {
        let inner = 0x0000_ffff_0000_ffff;
        assert_eq!(written_bits::<3>(&RECORD), [0x0000_0000_ffff_ffff, inner, inner]);
    }
}

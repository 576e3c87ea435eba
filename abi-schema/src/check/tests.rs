extern crate std;

use std::string::{String, ToString};
use std::vec::Vec;

use crate::{
    Class, Fault, FieldSchema, FlagFault, FlagSchema, FlagsSchema, Meaning, Message, RecordSchema, Scalar,
    StructSchema, TypeSchema, check_flag, check_record, check_struct,
};

const fn field(name: &'static str, offset: u32, scalar: Scalar) -> FieldSchema {
    FieldSchema {
        name,
        doc: "",
        ty: TypeSchema::Scalar(scalar),
        offset,
        size: scalar.size(),
        since: 1,
        bytes_since: 1,
        deprecated: 0,
        reserved: false,
        meaning: Meaning::NONE,
        digest: 0,
    }
}

/// A record that keeps every rule: version 2 claims four reserved bytes and appends eight.
fn sound() -> Vec<FieldSchema> {
    let claimed = FieldSchema { since: 2, ..field("claimed", 12, Scalar::U32) };
    let added = FieldSchema { since: 2, bytes_since: 2, ..field("added", 16, Scalar::U64) };
    [field("first", 0, Scalar::U64), field("second", 8, Scalar::U32), claimed, added].into()
}

/// Returns the first fault of the record after `spoil`, and how a person is told.
fn told(spoil: impl FnOnce(&mut RecordSchema, &mut Vec<FieldSchema>)) -> (Option<Fault>, String) {
    let mut fields = sound();
    let mut schema = RecordSchema {
        name: "Tested",
        id: 0x0100,
        version: 2,
        class: Class::Normal,
        size: 24,
        ..RecordSchema::INVALID
    };
    spoil(&mut schema, &mut fields);
    let fields: &'static [FieldSchema] = fields.leak();
    schema.fields = fields;
    let fault = check_record(&schema);
    let mut message = Message::new();
    if let Some(fault) = fault {
        fault.write(fields, &mut message);
    }
    (fault, message.as_str().to_string())
}

fn fault(spoil: impl FnOnce(&mut RecordSchema, &mut Vec<FieldSchema>)) -> Option<Fault> {
    told(spoil).0
}

#[test]
fn sound_record_has_no_fault() {
    assert_eq!(fault(|_, _| {}), None);
}

#[test]
fn padding_is_found_before_a_field_and_at_the_end() {
    let (found, text) = told(|_, fields| {
        fields.remove(1);
    });
    assert_eq!(found, Some(Fault::Padding { field: 1, from: 8 }));
    assert_eq!(text, "padding: bytes 8 to 11 before `claimed` (4 bytes) belong to no field");
    let (found, text) = told(|schema, _| schema.size = 25);
    assert_eq!(found, Some(Fault::Tail { end: 24, size: 25 }));
    assert_eq!(text, "padding: byte 24 at the end belongs to no field");
}

#[test]
fn bytes_claimed_twice_are_found() {
    let (found, text) = told(|_, fields| fields[2].offset = 8);
    assert_eq!(found, Some(Fault::Overlap { field: 2, end: 12 }));
    assert_eq!(text, "`claimed` starts at byte 8, inside the field before it, which ends at byte 12");
    assert_eq!(fault(|_, fields| fields.swap(0, 1)), Some(Fault::Padding { field: 0, from: 0 }));
}

#[test]
fn field_off_its_own_alignment_is_found() {
    let (found, text) = told(|_, fields| {
        fields[2] = field("small", 12, Scalar::U16);
        fields[3].offset = 14;
    });
    assert_eq!(found, Some(Fault::Misaligned { field: 3, align: 8 }));
    assert!(text.starts_with("`added` lies at byte 14, not at a multiple of 8"), "{text}");
}

#[test]
fn sizes_are_checked() {
    assert_eq!(fault(|_, fields| fields.clear()), Some(Fault::Empty));
    assert_eq!(fault(|schema, _| schema.size = 16), Some(Fault::Tail { end: 24, size: 16 }));
    let odd = fault(|schema, fields| {
        fields.truncate(2);
        schema.size = 12;
    });
    assert_eq!(odd, Some(Fault::Size { size: 12, unit: 8 }));
    let large = fault(|schema, fields| {
        let ty = TypeSchema::Name(65_512 - 16);
        fields[3] = FieldSchema { ty, size: 65_512 - 16, ..fields[3] };
        schema.size = 65_512;
    });
    assert_eq!(large, None);
    assert_eq!(fault(|schema, _| schema.size = 65_520), Some(Fault::TooLarge { size: 65_520 }));
    let wrong = fault(|_, fields| fields[1].size = 2);
    assert_eq!(wrong, Some(Fault::WrongSize { field: 1, expected: 4 }));
    assert_eq!(fault(|_, fields| fields[1].size = 0), Some(Fault::NoBytes { field: 1 }));
}

#[test]
fn ids_of_the_instrument_are_found() {
    assert_eq!(fault(|schema, _| schema.id = 0x00ff), Some(Fault::Id { id: 0x00ff }));
}

#[test]
fn versions_are_prefixes_without_holes() {
    let hole = fault(|schema, _| schema.version = 3);
    assert_eq!(hole, Some(Fault::Hole { version: 3 }));
    let filled = fault(|schema, fields| {
        schema.version = 3;
        fields[0].deprecated = 3;
    });
    assert_eq!(filled, None);
    let older = fault(|_, fields| (fields[0].since, fields[0].bytes_since) = (2, 2));
    assert_eq!(older, Some(Fault::SinceDecreases { field: 1 }));
    let unheld = fault(|_, fields| {
        fields[2].bytes_since = 2;
        fields[3].bytes_since = 1;
    });
    assert_eq!(unheld, Some(Fault::BytesDecrease { field: 3 }));
    for spoil in [
        |field: &mut FieldSchema| field.bytes_since = 0,
        |field: &mut FieldSchema| field.bytes_since = 3,
        |field: &mut FieldSchema| field.since = 3,
        |field: &mut FieldSchema| field.deprecated = 2,
        |field: &mut FieldSchema| field.deprecated = 3,
    ] {
        assert_eq!(fault(|_, fields| spoil(&mut fields[2])), Some(Fault::Versions { field: 2 }));
    }
}

#[test]
fn absent_value_is_one_that_the_field_can_hold() {
    let absent = |scalar: Scalar, value: i128| {
        fault(|_, fields| {
            fields[3].ty = TypeSchema::Scalar(scalar);
            fields[3].meaning.absent = Some(value);
        })
    };
    let refused = Some(Fault::Absent { field: 3 });
    assert_eq!(absent(Scalar::U64, u64::MAX.into()), None);
    assert_eq!(absent(Scalar::U64, i128::from(u64::MAX) + 1), refused);
    assert_eq!(absent(Scalar::U64, -1), refused);
    assert_eq!(absent(Scalar::I64, i64::MIN.into()), None);
    assert_eq!(absent(Scalar::I64, i128::from(i64::MAX) + 1), refused);
    assert_eq!(absent(Scalar::F64, 0), refused);
}

#[test]
fn composite_is_a_multiple_of_its_own_alignment() {
    let composite = |size, fields: &[FieldSchema]| {
        check_struct(&StructSchema { size, fields: fields.to_vec().leak(), ..StructSchema::INVALID })
    };
    let (word, byte) = (field("word", 0, Scalar::U32), field("byte", 4, Scalar::U8));
    assert_eq!(composite(4, &[word]), None);
    assert_eq!(composite(5, &[word, byte]), Some(Fault::Size { size: 5, unit: 4 }));
    assert_eq!(composite(8, &[word, byte]), Some(Fault::Tail { end: 5, size: 8 }));
    assert_eq!(composite(0, &[]), Some(Fault::Empty));
}

#[test]
fn flag_is_one_run_of_bits_of_its_own() {
    let flag = |masks: &[u64]| {
        let flags = masks.iter().map(|&mask| FlagSchema { name: "flag", doc: "", mask });
        let flags = flags.collect::<Vec<_>>().leak();
        check_flag(&FlagsSchema { flags, ..FlagsSchema::INVALID }, masks.len() - 1)
    };
    assert_eq!(flag(&[0b1, 0b0110, 0b1000_0000]), None);
    assert_eq!(flag(&[0]), Some(FlagFault::NoBits));
    assert_eq!(flag(&[0x100]), Some(FlagFault::Beyond));
    assert_eq!(flag(&[0b101]), Some(FlagFault::Split));
    assert_eq!(flag(&[0b1, 0b10, 0b111]), Some(FlagFault::Shared { with: "flag" }));
}

//! The record of the specification's example: its schema, and its bytes of every version (REC-6).

use abi_runtime::abi_schema::{Class, Kind, Meaning, RecordSchema, Scalar, TypeSchema, check_record};
use abi_runtime::prelude::*;
use abi_runtime::{MissingField, ViewError};

/// A thread gave up its CPU.
#[derive(TraceRecord, IntoBytes, Immutable, Debug, PartialEq)]
#[repr(C)]
#[trace(id = 0x0103, version = 2)]
pub struct SchedSwitch {
    /// CPU on which the switch happened.
    pub cpu: u32,
    /// Thread that left the CPU.
    pub prev_tid: u32,
    /// Thread that got the CPU.
    pub next_tid: u32,
    /// Why the thread left.
    ///
    ///  Indented.
    #[trace(since = 2)]
    pub reason: Code<SwitchReason>,
    #[trace(reserved)]
    _reserved: [u8; 2],
    /// Time the thread had run.
    #[trace(since = 2, unit = "ns", kind = "delta")]
    pub ran_for: u64,
}

/// Why a thread left its CPU.
#[derive(TraceCode, Clone, Copy, Debug, PartialEq)]
#[repr(u16)]
pub enum SwitchReason {
    /// Another thread was more urgent.
    Preempted = 1,
    /// It waits.
    Blocked = 2,
    /// It ended.
    Exited = 3,
}

/// What a thread may do.
#[derive(TraceFlags, Clone, Copy)]
#[repr(u8)]
pub enum Rights {
    /// It may run at any time.
    Realtime = 0b1,
    /// How urgent it is.
    Priority = 0b0110,
}

/// Every code, byte-wide and signed.
#[derive(TraceCode, Clone, Copy, Debug, PartialEq)]
#[repr(i8)]
pub enum Small {
    /// Below zero.
    Below = -1,
    /// Zero.
    Zero = 0,
}

const WRITTEN: SchedSwitch = SchedSwitch {
    cpu: 0x0403_0201,
    prev_tid: 41,
    next_tid: 42,
    reason: Code::from_raw(2),
    _reserved: [0; 2],
    ran_for: 0x1122_3344_5566_7788,
};

#[test]
fn schema_states_what_rustc_laid_out() {
    let schema: &RecordSchema = SchedSwitch::SCHEMA;
    assert_eq!((schema.name, schema.doc), ("SchedSwitch", "A thread gave up its CPU."));
    assert_eq!((schema.id, schema.version, schema.class), (0x0103, 2, Class::Normal));
    assert_eq!((schema.size, schema.size_of_version(1), schema.size_of_version(2)), (24, 16, 24));
    let places: Vec<_> = schema
        .fields
        .iter()
        .map(|field| (field.name, field.offset, field.size, field.since, field.reserved))
        .collect();
    assert_eq!(
        places,
        [
            ("cpu", 0, 4, 1, false),
            ("prev_tid", 4, 4, 1, false),
            ("next_tid", 8, 4, 1, false),
            ("reason", 12, 2, 2, false),
            ("_reserved", 14, 2, 2, true),
            ("ran_for", 16, 8, 2, false),
        ]
    );
    assert_eq!(check_record(schema), None);
}

/// Documentation that only the compiler can put together.
#[doc = concat!("Written ", "in parts.")]
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0107)]
struct Documented {
    #[doc = concat!("Counted ", 1, " by 1.")]
    count: u32,
    /// Before it.
    #[doc = include_str!("records/documented.txt")]
    /// After it.
    rest: Code<DocumentedReason>,
    #[trace(reserved)]
    _reserved: [u8; 2],
}

#[doc = concat!("A ", "code.")]
#[derive(TraceCode)]
#[repr(u16)]
enum DocumentedReason {
    #[doc = concat!("A ", "value.")]
    One = 1,
}

#[test]
fn documentation_from_macros_is_kept() {
    let schema = <Documented as TraceRecord>::SCHEMA;
    assert_eq!(schema.doc, "Documentation that only the compiler can put together.\nWritten in parts.");
    assert_eq!(schema.fields[0].doc, "Counted 1 by 1.");
    assert_eq!(schema.fields[1].doc, "Before it.\nFrom a file.\n\nAfter it.");
    let TypeSchema::Code(code) = schema.fields[1].ty else { panic!("a code") };
    assert_eq!((code.doc, code.values[0].doc), ("A code.", "A value."));
}

/// REC-13.
#[test]
fn schema_states_types_docs_and_meaning() {
    let [cpu, .., reason, reserved, ran_for] = SchedSwitch::SCHEMA.fields else {
        panic!("the record has six fields")
    };
    assert_eq!(cpu.ty, TypeSchema::Scalar(Scalar::U32));
    assert_eq!(reason.doc, "Why the thread left.\n\n Indented.");
    assert_eq!(reserved.doc, "");
    let TypeSchema::Code(code) = reason.ty else { panic!("`reason` is a code") };
    assert_eq!((code.name, code.repr), ("SwitchReason", Scalar::U16));
    let values: Vec<_> = code.values.iter().map(|value| (value.name, value.value)).collect();
    assert_eq!(values, [("Preempted", 1), ("Blocked", 2), ("Exited", 3)]);
    let meaning = Meaning { unit: "ns", kind: Some(Kind::Delta), ..Meaning::NONE };
    assert_eq!(ran_for.meaning, meaning);
}

/// VER-7: with every field present, the whole struct is made.
#[test]
fn bytes_of_the_acting_version_are_read() {
    let view = View::<SchedSwitch>::from_parts(WRITTEN.as_bytes(), 2).unwrap();
    assert_eq!((view.cpu(), view.prev_tid(), view.next_tid()), (0x0403_0201, 41, 42));
    assert_eq!(view.reason().map(Code::known), Some(Ok(SwitchReason::Blocked)));
    assert_eq!(view.ran_for(), Some(0x1122_3344_5566_7788));
    assert_eq!((view.acting_version(), view.surplus()), (2, 0));
    assert_eq!(SchedSwitch::try_from(view), Ok(WRITTEN));
}

/// VER-5, VER-7.
#[test]
fn an_older_writer_lacks_the_newer_fields() {
    let payload = &WRITTEN.as_bytes()[..16];
    let view = View::<SchedSwitch>::from_parts(payload, 1).unwrap();
    // The bytes of `reason` are there, and not zero: the acting version says they are reserved.
    assert_eq!((view.next_tid(), view.reason(), view.ran_for()), (42, None, None));
    assert_eq!(SchedSwitch::try_from(view), Err(MissingField { name: "reason", since: 2, acting: 1 }));
}

/// VER-6.
#[test]
fn a_newer_writer_appends_bytes_that_are_counted() {
    let mut payload = WRITTEN.as_bytes().to_vec();
    payload.extend([0xff; 16]);
    let view = View::<SchedSwitch>::from_parts(&payload, 3).unwrap();
    assert_eq!((view.acting_version(), view.surplus()), (3, 16));
    assert_eq!(SchedSwitch::try_from(view), Ok(WRITTEN));
}

#[test]
fn reserved_bytes_are_ignored_when_read() {
    let mut payload = WRITTEN.as_bytes().to_vec();
    payload[14..16].fill(0xff);
    let view = View::<SchedSwitch>::from_parts(&payload, 2).unwrap();
    assert_eq!(SchedSwitch::try_from(view), Ok(WRITTEN));
}

#[test]
fn bytes_that_do_not_fit_the_version_are_refused() {
    let bytes = WRITTEN.as_bytes();
    let refused = |len: usize, acting| View::<SchedSwitch>::from_parts(&bytes[..len], acting).err();
    let record = "SchedSwitch";
    for (len, acting, need) in [(0, 1, 16), (15, 1, 16), (16, 2, 24), (23, 2, 24), (23, 9, 24)] {
        let short = ViewError::Short { record, acting, known: 2, need, have: len };
        assert_eq!(refused(len, acting), Some(short));
    }
    assert_eq!(refused(24, 0), Some(ViewError::NoVersion { record, known: 2 }));
    let text = refused(15, 1).map(|error| error.to_string());
    let expected = "record `SchedSwitch` of acting version 1 has 15 bytes, its layout takes 16 \
                    (known version 2)";
    assert_eq!(text.as_deref(), Some(expected));
}

/// REC-8.
#[test]
fn every_byte_of_a_code_is_kept() {
    for byte in 0..=u8::MAX {
        let code = Code::<Small>::from_raw(i8::from_le_bytes([byte]));
        assert_eq!(code.as_bytes(), [byte]);
        match byte {
            0xff => assert_eq!((code.known(), code.name()), (Ok(Small::Below), Some("Below"))),
            0 => assert_eq!((code.known(), code.name()), (Ok(Small::Zero), Some("Zero"))),
            _ => {
                let unknown = code.known().unwrap_err();
                assert_eq!((unknown.code, unknown.raw), ("Small", code.raw()));
                assert_eq!(format!("{code:?}"), code.raw().to_string());
            }
        }
    }
}

/// REC-9.
#[test]
fn unknown_flag_bits_are_kept() {
    for byte in 0..=u8::MAX {
        let flags = Flags::<Rights>::from_raw(byte);
        assert_eq!(flags.as_bytes(), [byte]);
        assert_eq!(flags.unknown(), u64::from(byte & 0b1111_1000));
        assert_eq!(flags.contains(Rights::Realtime), byte & 1 == 1);
        assert_eq!(flags.field(Rights::Priority), u64::from(byte >> 1 & 3));
        assert_eq!((flags | Rights::Realtime).raw(), byte | 1);
    }
    let shown = format!("{:?}", Flags::<Rights>::from_raw(0x85));
    assert_eq!(shown, "Realtime|Priority=2|0x80");
    assert_eq!(format!("{:?}", Flags::<Rights>::none()), "0x0");
}

#[test]
fn a_flag_holds_what_fits_and_refuses_the_rest() {
    let flags = Flags::from_raw(0xf9);
    assert_eq!(flags.with_field(Rights::Priority, 3), Some(Flags::from_raw(0xff)));
    assert_eq!(flags.with_field(Rights::Priority, 0), Some(Flags::from_raw(0xf9)));
    assert_eq!(flags.with_field(Rights::Priority, 4), None);
    assert_eq!(flags.with_field(Rights::Priority, u64::MAX), None);
}

/// REC-10.
#[test]
fn names_are_shown_escaped_and_never_repaired() {
    let name = Name::<8>::from_raw(*b"a\\\"\x1b\xff\0zz");
    assert_eq!(name.bytes(), b"a\\\"\x1b\xff");
    assert_eq!(
        (name.to_string(), format!("{name:?}")),
        (r#"a\\"\x1b\xff"#.into(), r#""a\\\"\x1b\xff""#.into())
    );
    assert_eq!(name.raw(), b"a\\\"\x1b\xff\0zz");
    let full = Name::<3>::new(b"abc");
    assert!(full.may_be_truncated());
    assert_eq!((full.to_string(), format!("{full:?}")), ("abc...".into(), "\"abc\"...".into()));
    assert_eq!(Name::<3>::new(b"a\0bc").raw(), b"a\0\0");
}

/// Version 1 was `first` and twelve reserved bytes; version 2 claims four of them and appends.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0104, version = 3, class = "bulk")]
pub struct Claimant {
    /// There from the start.
    #[trace(deprecated = 3)]
    pub first: u32,
    /// In bytes that version 1 reserved.
    #[trace(since = 2, claims = 1)]
    pub claimed: u32,
    #[trace(reserved)]
    _rest: [u8; 8],
    /// Appended.
    #[trace(since = 2)]
    pub added: [i16; 2],
    #[trace(reserved)]
    _tail: [u8; 4],
}

/// VER-2, VER-3.
#[test]
fn claiming_reserved_bytes_keeps_the_older_sizes() {
    let schema = Claimant::SCHEMA;
    assert_eq!([1, 2, 3].map(|version| schema.size_of_version(version)), [16, 24, 24]);
    let versions = schema.fields.iter().map(|field| (field.since, field.bytes_since, field.deprecated));
    assert_eq!(versions.collect::<Vec<_>>(), [(1, 1, 3), (2, 1, 0), (1, 1, 0), (2, 2, 0), (2, 2, 0)]);
    assert_eq!((check_record(schema), schema.class), (None, Class::Bulk));
}

/// VER-4.
#[test]
fn claimed_bytes_are_absent_in_the_version_that_reserved_them() {
    let old = View::<Claimant>::from_parts(&[0xff; 16], 1).unwrap();
    assert_eq!((old.first(), old.claimed(), old.added()), (u32::MAX, None, None));
    let new = View::<Claimant>::from_parts(&[0xff; 24], 2).unwrap();
    assert_eq!((new.claimed(), new.added()), (Some(u32::MAX), Some([-1, -1])));
    let whole = Claimant::try_from(new).unwrap();
    assert_eq!(whole.as_bytes()[8..16], [0; 8], "reserved bytes are zero in what is made");
}

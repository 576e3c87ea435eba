//! Fields of every type, read by what a document says of them.

use abi_codegen::decode;
use abi_codegen::decode::{ELEMENTS_SHOWN, Value};
use abi_codegen::model::Field;

fn field(json: &str) -> Field {
    serde_json::from_str(json).expect("a field as in DOC-1")
}

/// Reads the only field of a payload of exactly its bytes, and looks at it.
fn with<T>(json: &str, payload: &[u8], look: impl FnOnce(Option<Value<'_>>) -> T) -> T {
    look(decode::field(&field(json), payload, false))
}

/// Reads a number.
fn read(json: &str, payload: &[u8]) -> Option<Value<'static>> {
    with(json, payload, |value| {
        Some(match value? {
            Value::Unsigned(value) => Value::Unsigned(value),
            Value::Signed(value) => Value::Signed(value),
            Value::Float(value) => Value::Float(value),
            Value::NotKnown => Value::NotKnown,
            other => panic!("{other:?} is no number"),
        })
    })
}

/// Reads a value, and returns its text and its JSON.
fn shown(json: &str, payload: &[u8]) -> (String, serde_json::Value) {
    with(json, payload, |value| {
        let value = value.expect("its bytes are there");
        (value.to_string(), value.json())
    })
}

#[test]
fn numbers_keep_their_signs() {
    let number = |ty: &str, size: usize, bytes: &[u8]| {
        read(&format!(r#"{{"name":"x","type":"{ty}","offset":0,"size":{size}}}"#), bytes)
    };
    assert_eq!(number("u8", 1, &[0xff]), Some(Value::Unsigned(255)));
    assert_eq!(number("i8", 1, &[0xff]), Some(Value::Signed(-1)));
    assert_eq!(number("u16", 2, &[1, 2]), Some(Value::Unsigned(0x0201)));
    assert_eq!(number("i32", 4, &(-7_i32).to_le_bytes()), Some(Value::Signed(-7)));
    assert_eq!(number("u64", 8, &u64::MAX.to_le_bytes()), Some(Value::Unsigned(u64::MAX)));
    assert_eq!(number("i64", 8, &i64::MIN.to_le_bytes()), Some(Value::Signed(i64::MIN)));
    assert_eq!(number("f32", 4, &1.5_f32.to_le_bytes()), Some(Value::Float(1.5)));
    assert_eq!(number("f64", 8, &(-0.25_f64).to_le_bytes()), Some(Value::Float(-0.25)));
}

#[test]
fn codes_flags_and_names_are_words_and_keep_what_is_unknown() {
    let code =
        r#"{"name":"x","type":{"code":"E","repr":"u16","values":[["A",1],["B",2]]},"offset":0,"size":2}"#;
    assert_eq!(shown(code, &[2, 0]), ("B".to_owned(), "B".into()));
    assert_eq!(shown(code, &[9, 0]), ("9".to_owned(), 9.into()));

    let flags =
        r#"{"name":"x","type":{"flags":"F","repr":"u8","masks":[["A",1],["B",4]]},"offset":0,"size":1}"#;
    assert_eq!(shown(flags, &[5]).0, "A|B");
    assert_eq!(shown(flags, &[0x14]).0, "B|0x10");
    assert_eq!(shown(flags, &[0]), ("0x0".to_owned(), "0x0".into()));

    let name = r#"{"name":"x","type":{"name":4},"offset":0,"size":4}"#;
    assert_eq!(shown(name, b"ab\0\xff"), (r#""ab""#.to_owned(), "ab".into()));
    assert_eq!(shown(name, b"a\xffbc"), (r#""a\xffbc"..."#.to_owned(), r"a\xffbc...".into()));
}

#[test]
fn a_flag_of_several_bits_is_shown_with_its_number() {
    let flags = r#"{"name":"x","offset":0,"size":1,
        "type":{"flags":"F","repr":"u8","masks":[["Ready",1],["Level",112]]}}"#;
    assert_eq!(shown(flags, &[0x91]), ("Ready|Level=1|0x80".to_owned(), "Ready|Level=1|0x80".into()));
}

#[test]
fn a_name_cannot_be_taken_for_another_field() {
    let name = r#"{"name":"x","type":{"name":16},"offset":0,"size":16}"#;
    assert_eq!(shown(name, b"x how=Badly\0\0\0\0\0").0, r#""x how=Badly""#);
    let (text, json) = shown(name, b"it's \"q\" \\\0\0\0\0\0\0");
    assert_eq!(text, r#""it's \"q\" \\""#);
    assert_eq!(json, r#"it's "q" \\"#, "escaped as the runtime does it, once");
    assert_eq!(shown(name, b"\x1b[2J\n\0\0\0\0\0\0\0\0\0\0\0").0, r#""\x1b[2J\x0a""#);
}

#[test]
fn a_scaled_number_is_shown_exactly_and_raw_in_json() {
    let field = |ty: &str, size: usize, more: &str| {
        format!(r#"{{"name":"x","type":{ty},"offset":0,"size":{size},{more}}}"#)
    };
    let milli = r#""unit":"V","scale":[1,1000]"#;
    let volts = field(r#""u16""#, 2, milli);
    assert_eq!(shown(&volts, &900_u16.to_le_bytes()), ("0.9V".to_owned(), 900.into()));
    let signed = field(r#""i64""#, 8, milli);
    assert_eq!(shown(&signed, &i64::MIN.to_le_bytes()).0, "-9223372036854775.808V");
    let list = field(r#"{"array":"u16","len":2}"#, 4, milli);
    assert_eq!(shown(&list, &[0x84, 3, 1, 0]), ("[0.9 0.001]V".to_owned(), serde_json::json!([900, 1])));
    let bare = field(r#""u16""#, 2, r#""scale":[3,4]"#);
    assert_eq!(shown(&bare, &[3, 0]).0, "2.25");
    let thirds = field(r#""u16""#, 2, r#""unit":"V","scale":[1,3]"#);
    assert_eq!(shown(&thirds, &[2, 0]).0, "2/3V");
    let float = field(r#""f32""#, 4, milli);
    assert_eq!(shown(&float, &1.5_f32.to_le_bytes()).0, "1.5*1/1000V");
    let rate = field(r#""u16""#, 2, r#""unit":"1/s""#);
    assert_eq!(shown(&rate, &[5, 0]).0, "5(1/s)");
    with(&field(r#""u8""#, 1, r#""scale":[1,0]"#), &[5], |value| assert_eq!(value, None));
}

#[test]
fn arrays_and_composites_are_read_by_their_parts() {
    let array = r#"{"name":"x","type":{"array":"u16","len":2},"offset":0,"size":4}"#;
    assert_eq!(shown(array, &[1, 0, 2, 0]), ("[1 2]".to_owned(), serde_json::json!([1, 2])));

    let composite = r#"{"name":"x","offset":4,"size":4,"type":{"struct":"S","size":4,"fields":[
        {"name":"a","type":"u8","offset":0,"size":1},
        {"name":"_r","type":"u8","offset":1,"size":1,"reserved":true},
        {"name":"b","type":"u16","offset":2,"size":2,"unit":"ms"}]}}"#;
    let value = shown(composite, &[9, 9, 9, 9, 3, 9, 7, 0]);
    assert_eq!(value, ("{a=3 b=7ms}".to_owned(), serde_json::json!({"a": 3, "b": 7})));
}

#[test]
fn a_long_array_is_shown_by_its_first_elements() {
    let array = r#"{"name":"x","type":{"array":{"array":"u8","len":100},"len":600},"offset":0,"size":60000}"#;
    let (text, json) = shown(array, &vec![1; 60_000]);
    assert_eq!(text.matches('1').count(), ELEMENTS_SHOWN, "{text}");
    assert!(text.ends_with(" ... 36 more] ... 599 more]"), "{text}");
    let whole = with(array, &vec![1; 60_000], |value| format!("{:#}", value.expect("its bytes are there")));
    assert_eq!(whole.matches('1').count(), 60_000);
    assert_eq!(json.as_array().expect("an array").len(), 600, "programs get all of them");
}

/// 65,000 names and an array of 60,000 codes: each is found by its number, and no name is copied for it.
#[test]
fn codes_with_many_names_are_found_in_an_order() {
    use std::fmt::Write as _;
    let mut values = String::new();
    for value in 0..65_000 {
        let _ = write!(values, "{}[\"V{value}\",{value}]", if value == 0 { "" } else { "," });
    }
    let json = format!(
        r#"{{"name":"x","offset":0,"size":60000,
        "type":{{"array":{{"code":"E","repr":"u16","values":[{values}]}},"len":30000}}}}"#
    );
    let field = field(&json);
    let payload: Vec<u8> = (0..30_000_u16).flat_map(|at| (64_999 - at).to_le_bytes()).collect();
    let begin = std::time::Instant::now();
    let Some(Value::List(values)) = decode::field(&field, &payload, false) else { panic!("an array") };
    // One by one it takes some 10^9 comparisons.
    assert!(begin.elapsed().as_millis() < 1000, "{:?}", begin.elapsed());
    assert_eq!((&values[0], &values[29_999]), (&Value::Code("V64999"), &Value::Code("V35000")));
}

#[test]
fn what_is_not_known_or_private_is_said() {
    let absent = r#"{"name":"x","type":"u64","offset":0,"size":8,"unit":"ns","absent":18446744073709551615}"#;
    assert_eq!(read(absent, &u64::MAX.to_le_bytes()), Some(Value::NotKnown));
    assert_eq!(shown(absent, &5_u64.to_le_bytes()), ("5ns".to_owned(), 5.into()));

    let private = field(r#"{"name":"x","type":"u8","offset":0,"size":1,"privacy":"private"}"#);
    assert_eq!(decode::field(&private, &[7], false), Some(Value::Private));
    assert_eq!(decode::field(&private, &[7], true), Some(Value::Unsigned(7)));
}

#[test]
fn fields_that_do_not_lie_in_the_payload_are_not_invented() {
    let number = r#"{"name":"x","type":"u32","offset":4,"size":4}"#;
    for length in 0..8 {
        assert_eq!(read(number, &[1; 8][..length]), None);
    }
    for contradiction in [
        r#"{"name":"x","type":"u32","offset":0,"size":8}"#,
        r#"{"name":"x","type":"u32","offset":4294967295,"size":4}"#,
        r#"{"name":"x","type":{"array":{"array":"u64","len":4294967295},"len":4294967295},"offset":0,"size":8}"#,
        r#"{"name":"x","type":{"code":"E","repr":"f32","values":[]},"offset":0,"size":4}"#,
    ] {
        with(contradiction, &[1; 8], |value| assert_eq!(value, None, "{contradiction}"));
    }
}

//! Fields of every type, read by what a document says of them.

use abi_codegen::decode;
use abi_codegen::decode::Value;
use abi_codegen::model::Field;

fn field(json: &str) -> Field {
    serde_json::from_str(json).expect("a field as in DOC-1")
}

/// Reads the only field of a payload of exactly its bytes.
fn read(json: &str, payload: &[u8]) -> Option<Value> {
    decode::field(&field(json), payload, false)
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
    assert_eq!(read(code, &[2, 0]), Some(Value::Text("B".to_owned())));
    assert_eq!(read(code, &[9, 0]), Some(Value::Unsigned(9)));

    let flags =
        r#"{"name":"x","type":{"flags":"F","repr":"u8","masks":[["A",1],["B",4]]},"offset":0,"size":1}"#;
    assert_eq!(read(flags, &[5]), Some(Value::Text("A|B".to_owned())));
    assert_eq!(read(flags, &[0x14]), Some(Value::Text("B|0x10".to_owned())));
    assert_eq!(read(flags, &[0]), Some(Value::Text("0x0".to_owned())));

    let name = r#"{"name":"x","type":{"name":4},"offset":0,"size":4}"#;
    assert_eq!(read(name, b"ab\0\xff"), Some(Value::Text("ab".to_owned())));
    assert_eq!(read(name, b"a\xffbc"), Some(Value::Text(r"a\xffbc...".to_owned())));
}

#[test]
fn arrays_and_composites_are_read_by_their_parts() {
    let array = r#"{"name":"x","type":{"array":"u16","len":2},"offset":0,"size":4}"#;
    let list = Value::List(vec![Value::Unsigned(1), Value::Unsigned(2)]);
    assert_eq!(read(array, &[1, 0, 2, 0]), Some(list.clone()));
    assert_eq!(list.to_string(), "[1 2]");

    let composite = r#"{"name":"x","offset":4,"size":4,"type":{"struct":"S","size":4,"fields":[
        {"name":"a","type":"u8","offset":0,"size":1},
        {"name":"_r","type":"u8","offset":1,"size":1,"reserved":true},
        {"name":"b","type":"u16","offset":2,"size":2,"unit":"ms"}]}}"#;
    let value = read(composite, &[9, 9, 9, 9, 3, 9, 7, 0]).expect("its bytes are there");
    assert_eq!(value.to_string(), "{a=3 b=7ms}");
    assert_eq!(value.json(), serde_json::json!({"a": 3, "b": 7}));
}

#[test]
fn what_is_not_known_or_private_is_said() {
    let absent = r#"{"name":"x","type":"u64","offset":0,"size":8,"unit":"ns","absent":18446744073709551615}"#;
    assert_eq!(read(absent, &u64::MAX.to_le_bytes()), Some(Value::NotKnown));
    let known = read(absent, &5_u64.to_le_bytes()).expect("its bytes are there");
    assert_eq!((known.to_string().as_str(), known.json()), ("5ns", 5.into()));

    let private = field(r#"{"name":"x","type":"u8","offset":0,"size":1,"privacy":"private"}"#);
    assert_eq!(decode::field(&private, &[7], false), Some(Value::Text("(private)".to_owned())));
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
        assert_eq!(read(contradiction, &[1; 8]), None, "{contradiction}");
    }
}

//! Documents and the twins of locks, held against the JSON Schema that describes them (DOC-6, LOCK-12).

use abi_codegen::lock::Lock;

const LOCKS: [&str; 2] =
    [include_str!("../../spec/abi/region.lock"), include_str!("../../spec/abi/proc.lock")];

#[test]
fn documents_and_twins_are_what_the_schema_describes() {
    let schema = serde_json::from_str(include_str!("../../spec/catalog.schema.json")).expect("it is JSON");
    let schema = jsonschema::validator_for(&schema).expect("it is a JSON Schema");
    for text in LOCKS {
        let lock = Lock::load(text).expect("a lock").lock;
        let document = &lock.newest().expect("a release").catalog;
        for text in [lock.to_json(), document.to_document(), document.canonical()] {
            let mut json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
            assert!(schema.is_valid(&json), "{:?}", schema.validate(&json).err());
            json["unknown"] = 1.into();
            assert!(!schema.is_valid(&json), "a key that nobody knows");
        }
    }
}

//! A catalog as a document, there and back; and every document that is refused (DOC-1 to DOC-6).

#[allow(unreachable_pub, reason = "declared as a crate would")]
#[path = "headers/torture.rs"]
mod torture;

use abi_codegen::{Catalog, DocumentError, json_schema};
use abi_runtime::layout::REGION;
use abi_schema::{CatalogSchema, Embedded, Fingerprint};
use serde_json::{Value, json};
use torture::TORTURE;

const ALL: [&CatalogSchema; 3] = [&REGION, &TORTURE, &process_watch::catalog::PROC];

#[test]
fn the_canonical_document_is_the_same_from_the_compiler_and_from_the_model() {
    for schema in ALL {
        let catalog = Catalog::from_schema(schema).unwrap();
        assert_eq!(catalog.canonical(), schema.document());
        assert_eq!(catalog.fingerprint(), schema.fingerprint());
        assert!(schema.document().is_ascii() && !schema.document().contains(['\n', '\t']));
    }
}

#[test]
fn documents_are_read_back_with_and_without_documentation() {
    for schema in ALL {
        let catalog = Catalog::from_schema(schema).unwrap();
        let with_docs = Catalog::from_document(catalog.to_document().as_bytes()).unwrap();
        assert_eq!(with_docs, catalog);
        let bare = Catalog::from_document(schema.document().as_bytes()).unwrap();
        assert_eq!(bare.to_document().len(), bare.to_document().trim_end().len() + 1);
        assert_eq!(bare.canonical(), catalog.canonical());
        assert_eq!(bare.fingerprint(), catalog.fingerprint());
    }
}

#[test]
fn the_worked_example_of_the_specification_holds() {
    assert_eq!(Fingerprint::of(b"a").to_string(), "d228cb696f1a8caf78912b704e4a8964");
}

#[test]
fn a_binary_carries_its_catalogs_and_a_damaged_one_is_not_believed() {
    let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let found: Vec<Fingerprint> = Embedded::find_all(&own).map(|embedded| embedded.fingerprint).collect();
    for schema in ALL {
        // Naming the catalog keeps it: what nothing names is not linked.
        assert!(found.contains(&schema.fingerprint()), "{} is not in {found:?}", schema.name);
    }
    let form = TORTURE.embedded();
    for len in 0..form.len() {
        Embedded::parse(&form[..len]).unwrap_err();
    }
    for at in (0..form.len()).step_by(7) {
        let mut damaged = form.to_vec();
        damaged[at] ^= 0x10;
        let padding = at >= 32 + TORTURE.document().len();
        assert_eq!(Embedded::parse(&damaged).is_ok(), padding, "byte {at}");
    }
}

/// The refusal of the torture catalog's document after `change`.
fn refusal(change: impl FnOnce(&mut Value)) -> String {
    let mut document: Value = serde_json::from_str(TORTURE.document()).unwrap();
    change(&mut document);
    Catalog::from_document(document.to_string().as_bytes()).unwrap_err().to_string()
}

#[test]
fn every_broken_rule_is_named() {
    let cases: Vec<(&str, String)> = vec![
        ("form 2", refusal(|catalog| catalog["testimony"] = json!(2))),
        ("unknown field `colour`", refusal(|catalog| catalog["colour"] = json!("red"))),
        ("REC-14", refusal(|catalog| catalog["records"][1]["id"] = json!(0x100))),
        ("REC-14", refusal(|catalog| catalog["records"][1]["id"] = json!(0x177))),
        ("REC-14", refusal(|catalog| catalog["records"][1]["id"] = json!(0))),
        ("REC-15", refusal(|catalog| catalog["records"][1]["name"] = json!("Every_Type"))),
        ("REC-15", refusal(|catalog| catalog["catalog"] = json!("no good"))),
        ("REC-4", refusal(|catalog| catalog["records"][1]["size"] = json!(57))),
        ("REC-4", refusal(|catalog| catalog["records"][1]["size"] = json!(64))),
        ("REC-4", refusal(|catalog| catalog["records"][1]["fields"][3]["offset"] = json!(4))),
        ("REC-4", refusal(|catalog| catalog["records"][1]["fields"][3]["offset"] = json!(u32::MAX))),
        ("REC-7", refusal(|catalog| catalog["records"][1]["fields"][3]["size"] = json!(2))),
        ("REC-7", refusal(|catalog| catalog["records"][0]["fields"][0]["type"]["len"] = json!(0))),
        ("REC-7", refusal(|catalog| catalog["records"][0]["fields"][0]["type"]["len"] = json!(u32::MAX))),
        ("VER-1", refusal(|catalog| catalog["records"][0]["version"] = json!(5))),
        ("VER-1", refusal(|catalog| catalog["records"][1]["fields"][0]["since"] = json!(2))),
        ("REC-13", refusal(|catalog| catalog["records"][0]["fields"][4]["unit"] = json!("m\"m"))),
        ("REC-13", refusal(|catalog| catalog["records"][0]["fields"][4]["scale"] = json!([1, 0]))),
        (
            "not a catalog document",
            refusal(|catalog| catalog["records"][1]["fields"][0]["type"] = json!("u128")),
        ),
        ("not a catalog document", refusal(|catalog| catalog["records"][1]["id"] = json!(70_000))),
    ];
    for (expected, message) in cases {
        assert!(message.contains(expected), "{expected:?} is not said: {message}");
    }
}

#[test]
fn misaligned_fields_are_refused() {
    let document = json!({
        "testimony": 1, "catalog": "odd", "prefix": "odd", "structs": [], "retired": [],
        "records": [{ "name": "Odd", "id": 256, "version": 1, "size": 8, "fields": [
            { "name": "a", "type": "u8", "offset": 0, "size": 1 },
            { "name": "b", "type": "u16", "offset": 1, "size": 2 },
            { "name": "c", "type": { "array": "u8", "len": 5 }, "offset": 3, "size": 5 },
        ]}],
    });
    let error = Catalog::from_document(document.to_string().as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the catalog in the document breaks a rule: Odd.b: `b` lies at byte 1, not at a multiple of 2: targets would disagree on where it lies (REC-3)"
    );
}

#[test]
fn a_document_that_is_cut_off_or_random_is_refused_without_a_panic() {
    let document = TORTURE.document().as_bytes();
    for len in 0..document.len() {
        let error = Catalog::from_document(&document[..len]).unwrap_err();
        assert!(matches!(error, DocumentError::Json(_)), "{error}");
    }
    for at in (0..document.len()).step_by(3) {
        let mut changed = document.to_vec();
        changed[at] = changed[at].wrapping_mul(31).wrapping_add(17);
        // Some changes are to names, and make another catalog.
        let _ = Catalog::from_document(&changed);
    }
}

/// One record, whose only field is a code of two bytes with `values` and `retired`, and what fills it up.
fn enumeration(values: &Value, retired: &Value) -> Value {
    json!({
        "testimony": 1, "catalog": "large", "prefix": "large", "structs": [], "retired": [],
        "records": [{ "name": "Large", "id": 256, "version": 1, "size": 8, "fields": [
            { "name": "code", "offset": 0, "size": 2, "type": {
                "code": "Code", "repr": "u16", "values": values, "retired": retired,
            }},
            { "name": "rest", "type": { "array": "u8", "len": 6 }, "offset": 2, "size": 6, "reserved": true },
        ]}],
    })
}

/// One record of `len` bytes, each of a version of its own.
fn versions(len: u16) -> Value {
    let field =
        |at: u16| json!({ "name": format!("f{at}"), "type": "u8", "offset": at, "size": 1, "since": at + 1 });
    json!({
        "testimony": 1, "catalog": "large", "prefix": "large", "structs": [], "retired": [],
        "records": [{
            "name": "Large", "id": 256, "version": len, "size": len, "fields": (0..len).map(field).collect::<Vec<_>>(),
        }],
    })
}

/// Work that is proportional takes a second or two unoptimised; by pairs it would take minutes.
#[test]
fn documents_are_checked_in_time_proportional_to_their_length() {
    let numbered = |of: std::ops::Range<u32>| of.map(|at| json!([format!("V{at}"), at])).collect::<Value>();
    let retired: Vec<Value> =
        (0x101..=0xffff).map(|id| json!({ "name": format!("Gone{id}"), "id": id })).collect();
    let mut gone = enumeration(&numbered(0..1), &json!([]));
    gone["retired"] = json!(retired);
    let late = |mut document: Value, at: usize| {
        document["records"][0]["fields"][at]["since"] = json!(2);
        document
    };
    let begun = std::time::Instant::now();
    for sound in
        [enumeration(&numbered(0..64_000), &numbered(64_000..65_536)), gone.clone(), versions(65_512)]
    {
        Catalog::from_document(sound.to_string().as_bytes()).expect("it keeps every rule");
    }
    let live_again = enumeration(&numbered(0..1_537), &numbered(1_536..65_536));
    for (rule, spoilt) in [("REC-16", live_again), ("VER-3", late(versions(65_512), 65_511))] {
        let error = Catalog::from_document(spoilt.to_string().as_bytes()).unwrap_err().to_string();
        assert!(error.contains(rule), "{error}");
    }
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}

#[test]
fn what_is_beyond_a_bound_is_refused() {
    let many = (0..65_537).map(|at| json!([format!("V{at}"), at])).collect::<Value>();
    let error = Catalog::from_document(enumeration(&many, &json!([])).to_string().as_bytes()).unwrap_err();
    assert!(error.to_string().contains("(REC-17)"), "{error}");
    let mut long = TORTURE.document().to_owned();
    long += &" ".repeat(abi_schema::MAX_DOCUMENT - long.len());
    Catalog::from_document(long.as_bytes()).expect("white space is allowed");
    let error = Catalog::from_document((long + " ").as_bytes()).unwrap_err();
    assert!(matches!(error, DocumentError::Long(_)) && error.to_string().contains("(DOC-8)"), "{error}");
}

#[allow(unreachable_pub, reason = "declared as a crate would")]
mod documented {
    //! The same code twice, with other sentences.

    macro_rules! ending {
        ($module:ident, $doc:literal) => {
            pub mod $module {
                use abi_runtime::prelude::*;

                #[doc = $doc]
                #[derive(Clone, Copy, TraceCode)]
                #[repr(u32)]
                pub enum Ending {
                    #[doc = $doc]
                    Returned = 1,
                }

                #[doc = $doc]
                #[derive(Clone, Copy, WireStruct, IntoBytes, Immutable)]
                #[repr(C)]
                pub struct Place {
                    #[doc = $doc]
                    pub ending: Code<Ending>,
                }
            }
        };
    }
    ending!(one, "One sentence.");
    ending!(two, "Another.");

    use abi_runtime::prelude::*;

    #[derive(TraceRecord, IntoBytes, Immutable)]
    #[repr(C)]
    #[trace(id = 0x0100)]
    pub struct Pair {
        pub ending: Code<one::Ending>,
        pub other: Code<two::Ending>,
        pub place: one::Place,
        pub places: two::Place,
    }

    abi_runtime::catalog! { pub static DOCUMENTED = "documented" { records: [Pair] } }
}

#[test]
fn types_that_differ_in_documentation_only_are_one() {
    let catalog =
        Catalog::from_schema(&documented::DOCUMENTED).expect("documentation is no part of the ABI (DOC-1)");
    let header = abi_codegen::c_header(&catalog).expect("its types are one");
    assert_eq!(header.matches("typedef uint32_t documented_ending;").count(), 1, "{header}");
    assert_eq!(Catalog::from_document(catalog.to_document().as_bytes()).expect("a document"), catalog);
}

#[test]
fn the_json_schema_is_kept_and_names_every_key() {
    let kept = include_str!("../../spec/catalog.schema.json");
    assert_eq!(kept, json_schema(), "run `cargo xtask gen-headers`");
    for key in ["testimony", "bytes_since", "deprecated", "privacy", "masks", "retired"] {
        assert!(kept.contains(&format!("\"{key}\"")), "{key}");
    }
}

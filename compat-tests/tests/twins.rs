//! What the compiler refuses, a document that states it is refused, by the same rule (DOC-6).
//!
//! Every file of `tests/ui/` has a row here: the document that states the same, or why none can. Every fault that
//! the const model can find is a row's.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use abi_codegen::{Catalog, DocumentError};
use serde_json::{Value, json};

/// A document that keeps every rule, which each row spoils.
fn sound() -> Value {
    json!({
        "testimony": 1, "catalog": "proc", "prefix": "proc", "structs": [], "retired": [],
        "records": [{ "name": "Broken", "id": 0x103, "version": 1, "size": 16, "fields": [
            { "name": "a", "type": "u64", "offset": 0, "size": 8 },
            { "name": "b", "type": "u64", "offset": 8, "size": 8 },
        ]}],
    })
}

/// A change that makes the document state what the file of that name states, and the fault that it is.
struct Twin {
    ui: &'static str,
    fault: &'static str,
    rule: &'static str,
    spoil: fn(&mut Value),
}

macro_rules! twins {
    ($($ui:literal $fault:literal $rule:literal |$document:ident| $spoil:expr;)*) => {
        &[$(Twin { ui: $ui, fault: $fault, rule: $rule, spoil: |$document| { $spoil; } }),*]
    };
}

/// A field that takes eight bytes at `offset`.
fn field(name: &str, ty: &Value, offset: u32) -> Value {
    json!({ "name": name, "type": ty, "offset": offset, "size": 8 })
}

/// Replaces the first field's type by an enum of 64 bits.
fn named(document: &mut Value, noun: &str, repr: &str, list: &Value, retired: &Value) {
    let mut ty = json!({ noun: "Named", "repr": repr });
    ty[if noun == "code" { "values" } else { "masks" }] = list.clone();
    if retired.as_array().is_some_and(|list| !list.is_empty()) {
        ty["retired"] = retired.clone();
    }
    document["records"][0]["fields"][0]["type"] = ty;
}

/// Lists a second record.
fn second(document: &mut Value, name: &str, id: u32) {
    let mut record = document["records"][0].clone();
    (record["name"], record["id"]) = (json!(name), json!(id));
    document["records"].as_array_mut().expect("records").push(record);
}

/// The fields of the record.
fn fields(document: &mut Value) -> &mut Vec<Value> {
    document["records"][0]["fields"].as_array_mut().expect("fields")
}

/// A type that holds types `depth` deep, itself counted, and takes 8 bytes.
fn nested(depth: u32) -> Value {
    (1..depth).fold(json!("u64"), |element, _| json!({ "array": element, "len": 1 }))
}

/// A composite of one field of 8 bytes.
fn composite(name: &str, field_name: &str) -> Value {
    json!({ "struct": name, "size": 8, "fields": [field(field_name, &json!("u64"), 0)] })
}

const TWINS: &[Twin] = twins! {
    "shape_empty" "Fault::Empty" "REC-11" |d| { fields(d).clear(); d["records"][0]["size"] = json!(0) };
    "shape_zero_array" "Fault::NoBytes" "REC-7" |d| {
        fields(d)[0] = json!({ "name": "a", "type": { "array": "u64", "len": 0 }, "offset": 0, "size": 0 });
    };
    "shape_zero_array_alias" "Fault::NoBytes" "REC-7" |d| {
        fields(d)[0] = json!({ "name": "a", "type": { "name": 0 }, "offset": 0, "size": 0 });
    };
    "layout_padding" "Fault::Padding" "REC-4" |d| fields(d).remove(0);
    "layout_padding_alias" "Fault::Padding" "REC-4" |d| fields(d)[1]["offset"] = json!(16);
    "layout_padding_reserved" "Fault::Padding" "REC-4" |d| {
        fields(d)[1] = json!({ "name": "b", "type": "u32", "offset": 12, "size": 4 });
    };
    "layout_padding_tail" "Fault::Tail" "REC-4" |d| d["records"][0]["size"] = json!(24);
    "layout_size" "Fault::Size" "REC-2" |d| {
        fields(d)[1] = json!({ "name": "b", "type": "u32", "offset": 8, "size": 4 });
        d["records"][0]["size"] = json!(12);
    };
    "layout_large" "Fault::TooLarge" "REC-2" |d| {
        fields(d)[1] = json!({ "name": "b", "type": { "name": 65_512 }, "offset": 8, "size": 65_512 });
        d["records"][0]["size"] = json!(65_520);
    };
    "layout_composite" "Fault::Padding" "REC-4" |d| {
        let mut held = composite("Held", "a");
        held["fields"][0]["offset"] = json!(8);
        held["size"] = json!(16);
        d["structs"] = json!([held]);
    };
    "layout_composite_tail" "Fault::Tail" "REC-4" |d| {
        let mut held = composite("Held", "a");
        held["size"] = json!(16);
        d["structs"] = json!([held]);
    };
    "layout_nested" "Fault::Nested" "REC-17" |d| fields(d)[0]["type"] = nested(17);
    "attr_id_missing" "Conflict::InstrumentId" "REC-14" |d| d["records"][0]["id"] = json!(0);
    "attr_id_instrument" "Fault::Id" "REC-14" |d| d["records"][0]["id"] = json!(0xff);
    "attr_version_zero" "Fault::NoVersion" "VER-1" |d| {
        d["records"][0]["version"] = json!(0); for field in fields(d) { field["since"] = json!(0); }
    };
    "attr_since_zero" "Fault::Versions" "VER-1" |d| fields(d)[0]["since"] = json!(0);
    "version_beyond" "Fault::Versions" "VER-1" |d| fields(d)[1]["since"] = json!(2);
    "version_deprecated" "Fault::Versions" "VER-1" |d| fields(d)[1]["deprecated"] = json!(1);
    "claims_late" "Fault::Versions" "VER-1" |d| {
        d["records"][0]["version"] = json!(2);
        fields(d)[1]["since"] = json!(2);
        fields(d)[1]["bytes_since"] = json!(2);
    };
    "claims_nothing" "Fault::BytesDecrease" "VER-3" |d| {
        d["records"][0]["version"] = json!(2);
        fields(d)[0]["since"] = json!(2);
        fields(d)[1]["since"] = json!(2);
        fields(d)[1]["bytes_since"] = json!(1);
    };
    "version_decreases" "Fault::SinceDecreases" "VER-3" |d| {
        d["records"][0]["version"] = json!(2);
        fields(d)[0]["since"] = json!(2);
    };
    "version_behind_reserved" "Fault::BytesDecrease" "VER-3" |d| {
        d["records"][0]["version"] = json!(2);
        fields(d)[0]["since"] = json!(2);
        fields(d)[0]["reserved"] = json!(true);
    };
    "version_hole" "Fault::Hole" "VER-1" |d| d["records"][0]["version"] = json!(2);
    "version_first" "Fault::Hole" "VER-1" |d| {
        d["records"][0]["version"] = json!(2);
        for field in fields(d) { field["since"] = json!(2); }
    };
    "version_reserved" "Fault::Hole" "VER-1" |d| {
        d["records"][0]["version"] = json!(2);
        fields(d)[1]["since"] = json!(2);
        fields(d)[1]["reserved"] = json!(true);
    };
    "composite_version" "Fault::Part" "VER-8" |d| {
        let mut held = composite("Held", "a");
        held["fields"][0]["since"] = json!(2);
        d["structs"] = json!([held]);
    };
    "claims_reserved" "Fault::Reserved" "REC-4" |d| {
        d["records"][0]["version"] = json!(2);
        fields(d)[1]["since"] = json!(2);
        fields(d)[1]["bytes_since"] = json!(1);
        fields(d)[1]["reserved"] = json!(true);
    };
    "attr_reserved_meaning" "Fault::Reserved" "REC-4" |d| {
        fields(d)[1]["reserved"] = json!(true);
        fields(d)[1]["unit"] = json!("ns");
    };
    "attr_reserved_deprecated" "Fault::Reserved" "REC-4" |d| {
        d["records"][0]["version"] = json!(2);
        fields(d)[1]["reserved"] = json!(true);
        fields(d)[1]["deprecated"] = json!(2);
    };
    "attr_absent_range" "Fault::Absent" "REC-13" |d| fields(d)[0]["absent"] = json!(-1);
    "attr_absent_name" "Fault::Absent" "REC-13" |d| {
        fields(d)[0]["type"] = json!({ "name": 8 });
        fields(d)[0]["absent"] = json!(0);
    };
    "attr_absent_float" "Fault::Absent" "REC-13" |d| {
        fields(d)[0]["type"] = json!("f64");
        fields(d)[0]["absent"] = json!(0);
    };
    "attr_unit" "Fault::Word" "REC-13" |d| fields(d)[0]["unit"] = json!("a\"b");
    "attr_unit_space" "Fault::Word" "REC-13" |d| fields(d)[0]["clock"] = json!("wall clock");
    "attr_unit_long" "Fault::Word" "REC-13" |d| fields(d)[0]["unit"] = json!("s".repeat(500));
    "attr_scale" "Fault::Scale" "REC-13" |d| fields(d)[0]["scale"] = json!([1, 0]);
    "name_field" "Name" "REC-15" |d| fields(d)[0]["name"] = json!("größe");
    "name_long" "Name" "REC-15" |d| fields(d)[0]["name"] = json!("a".repeat(65));
    "name_record" "Name" "REC-15" |d| d["records"][0]["name"] = json!("Größe");
    "name_composite" "Name" "REC-15" |d| d["structs"] = json!([composite("Größe", "a")]);
    "name_code" "Name" "REC-15" |d| named(d, "code", "u64", &json!([["Groß", 1]]), &json!([]));
    "name_flags" "Name" "REC-15" |d| named(d, "flags", "u64", &json!([["Groß", 1]]), &json!([]));
    "catalog_name" "CatalogName" "REC-15" |d| d["catalog"] = json!("USB_X");
    "catalog_prefix_long" "CatalogName" "REC-15" |d| d["prefix"] = json!("p".repeat(33));
    "catalog_retired_ascii" "Name" "REC-15" |d| d["retired"] = json!([{ "name": "Größe", "id": 0x105 }]);
    "catalog_prefix" "Conflict::UserId" "REC-14" |d| d["prefix"] = json!("tsm");
    "catalog_instrument_id" "Conflict::UserId" "REC-14" |d| d["prefix"] = json!("tsm");
    "catalog_instrument_prefix" "Conflict::InstrumentId" "REC-14" |d| d["records"][0]["id"] = json!(5);
    "catalog_empty" "NoRecords" "REC-14" |d| d["records"] = json!([]);
    "catalog_same_id" "Conflict::Id" "REC-14" |d| second(d, "Other", 0x103);
    "catalog_same_record" "Conflict::Id" "REC-14" |d| second(d, "Broken", 0x103);
    "catalog_same_name" "Conflict::Name" "REC-15" |d| second(d, "broken", 0x104);
    "catalog_function_name" "Conflict::Name" "REC-15" |d| second(d, "BrokenFill", 0x104);
    "catalog_version_name" "Conflict::Name" "REC-15" |d| d["structs"] = json!([composite("BrokenV2", "a")]);
    "catalog_code_differs" "Conflict::Name" "REC-15" |d| {
        let code = |value| json!({ "code": "Named", "repr": "u64", "values": [["One", value]] });
        fields(d)[0]["type"] = code(1);
        fields(d)[1]["type"] = code(2);
    };
    "catalog_composite_differs" "Conflict::Name" "REC-15" |d| {
        fields(d)[0]["type"] = composite("Place", "x");
        fields(d)[1]["type"] = composite("Place", "y");
    };
    "catalog_retired_id" "Conflict::RetiredId" "REC-14" |d| d["retired"] = json!([{ "name": "Old", "id": 0x103 }]);
    "catalog_retired_name" "Conflict::RetiredName" "REC-15" |d| {
        d["retired"] = json!([{ "name": "broken", "id": 0x104 }]);
    };
    "catalog_retired_twice" "RetiredTwice" "REC-14" |d| {
        d["retired"] = json!([{ "name": "Sleep", "id": 0x105 }, { "name": "Nap", "id": 0x105 }]);
    };
    "flags_zero" "FlagFault::NoBits" "REC-9" |d| named(d, "flags", "u64", &json!([["A", 0]]), &json!([]));
    "flags_split" "FlagFault::Split" "REC-9" |d| named(d, "flags", "u64", &json!([["A", 5]]), &json!([]));
    "flags_overlap" "FlagFault::Shared" "REC-9" |d| {
        named(d, "flags", "u64", &json!([["A", 3], ["B", 6]]), &json!([]));
    };
    "retired_bits_shared" "FlagFault::Shared" "REC-9" |d| {
        named(d, "flags", "u64", &json!([["A", 1]]), &json!([["Old", 2], ["Older", 6]]));
    };
    "retired_bits_split" "FlagFault::Split" "REC-9" |d| {
        named(d, "flags", "u64", &json!([["A", 1]]), &json!([["Old", 10]]));
    };
    "flags_signed" "ReprFault::Repr" "REC-12" |d| named(d, "flags", "i64", &json!([["A", 1]]), &json!([]));
    "code_repr_usize" "ReprFault::Repr" "REC-12" |d| named(d, "code", "f64", &json!([["A", 1]]), &json!([]));
    "code_empty" "ReprFault::Empty" "REC-12" |d| named(d, "code", "u64", &json!([]), &json!([]));
    "retired_name_live" "RetiredName" "REC-16" |d| named(d, "code", "u64", &json!([["A", 1]]), &json!([["A", 2]]));
    "retired_value_live" "RetiredNumber" "REC-16" |d| {
        named(d, "code", "u64", &json!([["A", 1]]), &json!([["B", 1]]));
    };
    "retired_bits_live" "RetiredNumber" "REC-16" |d| {
        named(d, "flags", "u64", &json!([["A", 1]]), &json!([["B", 1]]));
    };
    "retired_twice" "RetiredNumber" "REC-16" |d| {
        named(d, "code", "u64", &json!([["A", 1]]), &json!([["B", 2], ["C", 2]]));
    };
    "retired_range" "Range" "REC-12" |d| named(d, "code", "u64", &json!([["A", 1]]), &json!([["B", -1]]));
};

/// Documents that state what rustc itself refuses in source, or what no tokens say.
const RUSTC: &[Twin] = twins! {
    "E0124" "TwoFields" "REC-15" |d| fields(d)[1]["name"] = json!("a");
    "E0428" "TwoNames" "REC-12" |d| named(d, "code", "u64", &json!([["A", 1], ["A", 2]]), &json!([]));
    "E0081" "TwoNumbers" "REC-12" |d| named(d, "code", "u64", &json!([["A", 1], ["B", 1]]), &json!([]));
    "E0428 of flags" "TwoNames" "REC-12" |d| named(d, "flags", "u64", &json!([["A", 1], ["A", 2]]), &json!([]));
    "literal out of range" "FlagFault::Beyond" "REC-9" |d| {
        named(d, "flags", "u8", &json!([["A", 256]]), &json!([]));
        fields(d).insert(1, json!({ "name": "r", "type": { "array": "u8", "len": 7 }, "offset": 1, "size": 7 }));
        fields(d)[0]["size"] = json!(1);
    };
    "offset_of" "Fault::Overlap" "REC-4" |d| fields(d)[1]["offset"] = json!(4);
    "repr(packed)" "Fault::Misaligned" "REC-3" |d| {
        fields(d)[0] = json!({ "name": "a", "type": { "name": 4 }, "offset": 0, "size": 4 });
        fields(d)[1]["offset"] = json!(4);
        d["records"][0]["size"] = json!(12);
    };
    "size_of" "Fault::WrongSize" "REC-7" |d| fields(d)[0]["size"] = json!(4);
    "a unit of no bytes" "Fault::Word" "REC-13" |d| fields(d)[0]["unit"] = json!("");
    "4,096 composites" "Conflict::TooMany" "REC-17" |d| {
        d["structs"] = (0..4095).map(|at| composite(&format!("C{at}"), "a")).collect();
    };
};

/// Refusals that no document can state, because a document has no way to write it.
const TOKENS: &[(&str, &str)] = &[
    ("all_at_once", "several of the others"),
    ("attr_", "how attributes are written"),
    ("catalog_key", "how a catalog is written"),
    ("catalog_not_a_record", "a path in Rust"),
    ("code_cfg", "one build has one fingerprint"),
    ("code_", "how an enum is written"),
    ("derive_missing", "a derive"),
    ("flags_cfg", "one build has one fingerprint"),
    ("claims_twice", "how attributes are written"),
    ("repr_", "how rustc lays out"),
    ("retired_shape", "how attributes are written"),
    ("shape_", "how a struct is written"),
    ("type_", "types that documents have no word for"),
];

/// Refuses the sound document as `twin` spoils it.
fn refusal(twin: &Twin) -> Result<(), String> {
    let mut document = sound();
    (twin.spoil)(&mut document);
    match Catalog::from_document(document.to_string().as_bytes()) {
        Err(DocumentError::Model(error)) if error.rule == twin.rule => Ok(()),
        other => Err(format!("{} ({}): {:?}", twin.ui, twin.rule, other.map(|_| "accepted"))),
    }
}

#[test]
fn what_a_document_states_is_refused_by_the_rule_that_the_compiler_names() {
    Catalog::from_document(sound().to_string().as_bytes()).expect("what is spoilt is sound");
    let wrong: Vec<_> = TWINS.iter().chain(RUSTC).filter_map(|twin| refusal(twin).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_compilers_message_names_the_rule() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let silent = TWINS.iter().filter(|twin| {
        let message = fs::read_to_string(folder.join(twin.ui).with_extension("stderr"));
        !message.unwrap_or_default().contains(&format!("({})", twin.rule))
    });
    let silent: Vec<_> = silent.map(|twin| (twin.ui, twin.rule)).collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn every_refusal_has_a_twin_or_a_reason() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let twins: BTreeMap<_, _> = TWINS.iter().map(|twin| (twin.ui, twin.rule)).collect();
    let lonely: Vec<String> = fs::read_dir(folder)
        .expect("tests/ui can be read")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.extension().is_some_and(|its| its == "rs"))
        .map(|path| path.file_stem().expect("a file has a name").to_string_lossy().into_owned())
        .filter(|name| {
            !twins.contains_key(name.as_str()) && !TOKENS.iter().any(|(stem, _)| name.starts_with(stem))
        })
        .collect();
    assert!(lonely.is_empty(), "no document states the same, and no reason why: {lonely:?}");
}

/// Returns the variants of an enum of the const model, from its source.
fn variants(source: &str, name: &str) -> Vec<String> {
    let body = source.split(&format!("pub enum {name}")).nth(1).expect("the enum is declared");
    let body = body.split("\n}\n").next().expect("the enum ends");
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    let lines = lines.filter(|line| line.starts_with(char::is_uppercase));
    let first = |line: &str| line.chars().take_while(char::is_ascii_alphanumeric).collect::<String>();
    lines.map(|line| format!("{name}::{}", first(line))).collect()
}

#[test]
fn every_fault_of_the_const_model_has_a_twin() {
    let fault = include_str!("../../abi-schema/src/fault.rs");
    let conflict = include_str!("../../abi-schema/src/conflict.rs");
    let mut all: BTreeSet<String> = ["Fault", "FlagFault", "ReprFault"]
        .iter()
        .flat_map(|name| variants(fault, name))
        .chain(variants(conflict, "Conflict"))
        .collect();
    assert!(all.len() > 30, "{all:?}");
    all.remove("Conflict::None");
    let known: BTreeSet<String> = TWINS.iter().chain(RUSTC).map(|twin| twin.fault.to_owned()).collect();
    let lonely: Vec<_> = all.difference(&known).collect();
    assert!(lonely.is_empty(), "no document is refused for {lonely:?}");
}

//! What a header of a thousand records costs, beside cbindgen on the same structs.
//!
//! Both begin with text and end with text: ours with the catalog's document, which the crate that declares
//! the records embeds when it is built anyway; cbindgen with the Rust source. Compiling is in neither.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use abi_codegen::{Catalog, c_header};

use crate::row::{Goal, Row};

/// Records, and fields of each: type, C-like size.
const RECORDS: u32 = 1000;
const FIELDS: [(&str, u32); 12] = [
    ("u32", 4),
    ("u32", 4),
    ("u64", 8),
    ("u16", 2),
    ("u16", 2),
    ("u8", 1),
    ("u8", 1),
    ("u16", 2),
    ("u64", 8),
    ("i64", 8),
    ("i32", 4),
    ("f32", 4),
];
const ROUNDS: usize = 9;

/// Generates the header with both, in turns.
pub fn against_cbindgen(root: &Path) -> Vec<Row> {
    const CLAIM: &str = "header of 1000 records: from document to C";
    let folder = root.join("target/measures-headers");
    let source = folder.join("records.rs");
    if std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&source, rust())).is_err() {
        return vec![Row::not_measured(CLAIM, "target/measures-headers cannot be written")];
    }
    let document = document();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let Some(header) = cbindgen(&source) else {
            return vec![Row::not_measured(CLAIM, "cbindgen failed")];
        };
        theirs.push(begin.elapsed().as_secs_f64() * 1e3);
        let begin = Instant::now();
        let catalog = Catalog::from_document(document.as_bytes());
        let Some(own) = catalog.ok().and_then(|catalog| c_header(&catalog).ok()) else {
            return vec![Row::not_measured(CLAIM, "our own generator failed")];
        };
        ours.push(begin.elapsed().as_secs_f64() * 1e3);
        // Both have said what each of the structs is: nothing is compared with nothing.
        if [&header, &own].iter().any(|text| text.matches("typedef struct").count() != RECORDS as usize) {
            return vec![Row::not_measured(CLAIM, "a header does not have every struct")];
        }
    }
    let floor =
        Row::new("header of 1000 records: cbindgen, from source to C", &theirs, "ms", None, Goal::None);
    let own = Row::new(CLAIM, &ours, "ms", Some(floor.median), Goal::RatioAtMost(1.0));
    vec![floor, own]
}

fn cbindgen(source: &Path) -> Option<String> {
    let bindings = cbindgen::Builder::new()
        .with_src(source)
        .with_language(cbindgen::Language::C)
        .with_documentation(true)
        .generate()
        .ok()?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    String::from_utf8(text).ok()
}

/// The structs as cbindgen reads them, and a function that names them: what nothing names is left out.
fn rust() -> String {
    let (mut text, mut arguments) = (String::new(), String::new());
    for record in 0..RECORDS {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "/// Record {record}.\n#[repr(C)]\npub struct Record{record} {{");
        for (at, (ty, _)) in FIELDS.iter().enumerate() {
            let _ = writeln!(text, "    /// Field {at}.\n    pub field{at}: {ty},");
        }
        text += "}\n";
        let _ = write!(arguments, "_r{record}: Record{record}, ");
    }
    text + "#[unsafe(no_mangle)]\npub extern \"C\" fn all(" + &arguments + ") {}\n"
}

/// The same as a catalog's document.
fn document() -> String {
    let mut records = Vec::new();
    for record in 0..RECORDS {
        let (mut offset, mut fields) = (0, Vec::new());
        for (at, (ty, size)) in FIELDS.iter().enumerate() {
            fields.push(format!(
                r#"{{"name":"field{at}","type":"{ty}","offset":{offset},"size":{size},"doc":"Field {at}."}}"#
            ));
            offset += size;
        }
        let (id, fields) = (0x100 + record, fields.join(","));
        records.push(format!(
            r#"{{"name":"Record{record}","id":{id},"version":1,"size":{offset},"fields":[{fields}],"doc":"Record {record}."}}"#
        ));
    }
    let records = records.join(",");
    format!(
        r#"{{"testimony":1,"catalog":"big","prefix":"big","records":[{records}],"structs":[],"retired":[]}}"#
    )
}

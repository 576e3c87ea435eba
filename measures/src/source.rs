//! The thousand records as Rust, once for each generator: the same structs, the same docs, the same bytes.

use std::fmt::Write as _;

use crate::corpus::{Type, enumeration_of, enumerations, records};

/// Whose source it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// With the derive and a catalog.
    Ours,
    /// Plain structs, as cbindgen reads them.
    Cbindgens,
}

/// Returns the crate's only file, in which one sentence names `round`.
pub fn source(whose: Whose, round: usize) -> String {
    let mut text = String::from("//! A thousand records.\n");
    if whose == Whose::Ours {
        text += "\nuse abi_runtime::prelude::*;\n";
    }
    for enumeration in enumerations() {
        let derive = if whose == Whose::Ours { "#[derive(TraceCode)]\n" } else { "" };
        let (name, number) = (&enumeration.name, enumeration.number.name());
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n/// One of {name}.\n{derive}#[repr({number})]\npub enum {name} {{");
        for (value, (variant, doc)) in (1..).zip(enumeration.variants) {
            let _ = writeln!(text, "    /// {doc}\n    {variant} = {value},");
        }
        text += "}\n";
    }
    for (at, record) in records().iter().enumerate() {
        let id = 0x100 + at;
        let attributes = match whose {
            Whose::Ours => {
                format!("#[derive(TraceRecord, IntoBytes, Immutable)]\n#[repr(C)]\n#[trace(id = {id:#x})]")
            }
            Whose::Cbindgens => "#[repr(C)]".to_owned(),
        };
        let (subject, event) = (record.subject, record.event);
        let edited = if at == 0 { format!(" Edited {round} times.") } else { String::new() };
        let _ = writeln!(
            text,
            "\n/// Of a {subject}: {event}.{edited}\n{attributes}\npub struct {subject}{event} {{"
        );
        for field in &record.fields {
            let _ = writeln!(text, "    /// {}", field.doc);
            if whose == Whose::Ours && !field.meaning.is_empty() {
                let _ = writeln!(text, "    #[trace({})]", field.meaning);
            }
            let _ = writeln!(text, "    pub {}: {},", field.name, spelled(field.ty, subject, whose));
        }
        if record.reserved > 0 {
            text += if whose == Whose::Ours { "    #[trace(reserved)]\n" } else { "" };
            let _ = writeln!(text, "    _reserved: [u8; {}],", record.reserved);
        }
        text += "}\n";
    }
    if whose == Whose::Ours {
        let names = names().join(", ");
        let _ = writeln!(
            text,
            "\nabi_runtime::catalog! {{\n    /// A thousand records.\n    pub static BIG = \"big\" {{ records: [{names}] }}\n}}"
        );
    }
    text
}

/// Returns the names of the structs.
pub fn names() -> Vec<String> {
    records().iter().map(|record| format!("{}{}", record.subject, record.event)).collect()
}

fn spelled(ty: Type, subject: &str, whose: Whose) -> String {
    let ours = whose == Whose::Ours;
    match ty {
        Type::Number(number) => number.name().to_owned(),
        Type::Array(number, count) => format!("[{}; {count}]", number.name()),
        Type::Name(count) if ours => format!("Name<{count}>"),
        Type::Name(count) => format!("[u8; {count}]"),
        Type::Code(aspect) if ours => format!("Code<{}>", enumeration_of(subject, aspect)),
        Type::Code(aspect) => enumeration_of(subject, aspect),
    }
}

/// Returns a C file that compiles only if both headers, included before it, say the same of every struct.
pub fn same_in_c() -> String {
    let mut text = String::new();
    for record in records() {
        let (subject, event) = (record.subject, record.event);
        let ours = format!("big_{}_{}", subject.to_lowercase(), event.to_lowercase());
        let theirs = format!("{subject}{event}");
        let mut same = |what: &str, of: &dyn Fn(&str) -> String| {
            let _ =
                writeln!(text, "TSM_STATIC_ASSERT({} == {}, \"{theirs}: {what}\");", of(&ours), of(&theirs));
        };
        same("size", &|name| format!("sizeof({name})"));
        for field in &record.fields {
            same(field.name, &|name| format!("offsetof({name}, {})", field.name));
            same(field.name, &|name| format!("sizeof((({name} *)0)->{})", field.name));
        }
    }
    text
}

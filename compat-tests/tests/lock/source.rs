//! A catalog as the Rust source that somebody would have written for it.

use std::collections::BTreeSet;
use std::fmt::Write;

use abi_codegen::Catalog;
use abi_codegen::model::{Class, Composite, Field, Named, Privacy, Scalar, Type};

/// Returns what declares the catalog, with `lock` as its lock; whoever includes it has the prelude.
pub(crate) fn declarations(catalog: &Catalog, lock: &str) -> String {
    let mut source = Source::default();
    let mut records = String::new();
    for record in &catalog.records {
        source.types(&record.fields);
        let class = match record.class {
            Class::Vital => ", class = \"vital\"",
            Class::Normal => "",
            Class::Bulk => ", class = \"bulk\"",
        };
        let (id, version) = (record.id, record.version);
        let fields = fields(&record.fields);
        let name = raw(&record.name);
        writeln!(
            records,
            "#[derive(TraceRecord, IntoBytes, Immutable)]\n#[repr(C)]\n#[trace(id = {id}, version = {version}{class})]\n\
             pub struct {name} {{\n{fields}}}\n"
        )
        .unwrap();
    }
    for composite in &catalog.structs {
        source.composite(composite);
    }
    let names = |names: Vec<String>| names.join(", ");
    let listed = names(catalog.records.iter().map(|record| raw(&record.name)).collect());
    let structs = names(catalog.structs.iter().map(|composite| raw(&composite.name)).collect());
    let retired = catalog.retired.iter().map(|entry| format!("{} \"{}\"", entry.id, entry.name));
    let retired = retired.collect::<Vec<_>>().join(", ");
    format!(
        "{}{records}\nabi_runtime::catalog! {{\n    pub static \
         DEMO = \"demo\" {{\n        lock: {lock:?},\n        prefix: {:?},\n        records: [{listed}],\n        \
         structs: [{structs}],\n        retired: [{retired}],\n    }}\n}}\n",
        source.text, catalog.prefix
    )
}

/// Types that records use, each once.
#[derive(Default)]
struct Source {
    text: String,
    known: BTreeSet<String>,
}

impl Source {
    fn types(&mut self, fields: &[Field]) {
        for field in fields {
            self.ty(&field.ty);
        }
    }

    fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Scalar(_) | Type::Name { .. } => {}
            Type::Array { array, .. } => self.ty(array),
            Type::Code { code, repr, values, retired, .. } => {
                self.enumeration("TraceCode", code, *repr, values, retired);
            }
            Type::Flags { flags, repr, masks, retired, .. } => {
                self.enumeration("TraceFlags", flags, *repr, masks, retired);
            }
            Type::Struct(composite) => self.composite(composite),
        }
    }

    fn composite(&mut self, composite: &Composite) {
        self.types(&composite.fields);
        if self.known.insert(composite.name.clone()) {
            let (name, fields) = (raw(&composite.name), fields(&composite.fields));
            writeln!(
                self.text,
                "#[derive(WireStruct, IntoBytes, Immutable)]\n#[repr(C)]\npub struct {name} {{\n{fields}}}\n"
            )
            .unwrap();
        }
    }

    fn enumeration(&mut self, derive: &str, name: &str, repr: Scalar, values: &[Named], retired: &[Named]) {
        if !self.known.insert(name.to_owned()) {
            return;
        }
        let pairs = |named: &[Named], end: &str| {
            named
                .iter()
                .map(|named| format!("{} = {}{end}", raw(&named.name), named.value.0))
                .collect::<Vec<_>>()
        };
        let retired = match retired {
            [] => String::new(),
            retired => format!("#[trace(retired({}))]\n", pairs(retired, "").join(", ")),
        };
        let (repr, values, name) = (repr.schema().name(), pairs(values, ",").join(" "), raw(name));
        writeln!(
            self.text,
            "#[derive(Clone, Copy, {derive})]\n{retired}#[repr({repr})]\npub enum {name} {{ {values} }}\n"
        )
        .unwrap();
    }
}

fn fields(fields: &[Field]) -> String {
    let mut text = String::new();
    // Reserved bytes that do not say otherwise came with the newest field before them.
    let grown = fields.iter().any(|field| field.since != 1);
    for field in fields {
        let mut args: Vec<String> = Vec::new();
        if field.reserved {
            args.push("reserved".to_owned());
            if grown {
                args.push(format!("since = {}", field.bytes_since()));
            }
        } else if field.since != 1 {
            args.push(format!("since = {}", field.since));
        }
        if let Some(claims) = field.bytes_since.filter(|_| !field.reserved) {
            args.push(format!("claims = {claims}"));
        }
        let text_args = [("unit", field.unit.clone()), ("clock", field.clock.clone())];
        let kind = field.kind.map(|kind| kind.name().to_owned());
        let scale = field.scale.map(|[numerator, denominator]| format!("{numerator}/{denominator}"));
        for (word, value) in text_args.into_iter().chain([("kind", kind), ("scale", scale)]) {
            args.extend(value.map(|value| format!("{word} = {value:?}")));
        }
        args.extend(field.absent.map(|absent| format!("absent = {}", absent.0)));
        args.extend(field.deprecated.map(|version| format!("deprecated = {version}")));
        if field.privacy == Privacy::Private {
            args.push("privacy = \"private\"".to_owned());
        }
        if !args.is_empty() {
            writeln!(text, "    #[trace({})]", args.join(", ")).unwrap();
        }
        let name = raw(&field.name);
        writeln!(text, "    pub {name}: {},", rust_type(&field.ty)).unwrap();
    }
    text
}

fn rust_type(ty: &Type) -> String {
    match ty {
        Type::Scalar(scalar) => scalar.schema().name().to_owned(),
        Type::Array { array, len } => format!("[{}; {len}]", rust_type(array)),
        Type::Name { name } => format!("Name<{name}>"),
        Type::Code { code, .. } => format!("Code<{}>", raw(code)),
        Type::Flags { flags, .. } => format!("Flags<{}>", raw(flags)),
        Type::Struct(composite) => raw(&composite.name),
    }
}

/// Returns the name as Rust takes it where it is one of its words.
fn raw(name: &str) -> String {
    if matches!(name, "type" | "match" | "async" | "struct" | "impl" | "dyn") {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}

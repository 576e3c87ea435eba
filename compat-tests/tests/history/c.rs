//! Golden bytes, read in C through the generated headers.

use std::fmt::Write;
use std::process::Command;

use abi_codegen::Catalog;
use abi_codegen::model::{Field, Record, Type};
use abi_schema::SnakeCase;

use crate::golden;

fn snake(name: &str) -> String {
    SnakeCase::new(name).collect()
}

/// Writes C that prints one field of `r` as golden bytes state it.
fn print_field(out: &mut String, field: &Field) -> Option<()> {
    let name = &field.name;
    match &field.ty {
        Type::Scalar(_) | Type::Code { .. } | Type::Flags { .. } => {
            writeln!(out, "        printf(\"{name} = %llu\\n\", (unsigned long long)r.{name});").ok()
        }
        Type::Name { name: len } => writeln!(
            out,
            "        printf(\"{name} = %.*s\\n\", (int)strnlen((const char *)r.{name}, {len}), (const char *)r.{name});"
        )
        .ok(),
        Type::Array { .. } | Type::Struct(_) => None,
    }
}

/// Writes C that reads one sample, and what it must print.
fn read_sample(out: &mut String, expected: &mut String, record: &Record, version: u16) {
    for sample in golden("proc", &record.name, version) {
        // Wide samples of names are not text, which C prints as it is.
        let is_text = |value: &str| value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if !sample.values.iter().all(|(_, value)| is_text(value)) {
            continue;
        }
        let head = format!("{} {version} {}", record.name, sample.fill);
        let bytes: Vec<String> = sample.payload.iter().map(|byte| format!("{byte:#04x}")).collect();
        let ty = format!("proc_{}_v{version}", snake(&record.name));
        let constant = format!("PROC_{}_SIZE_V{version}", snake(&record.name).to_uppercase());
        writeln!(out, "    {{").unwrap();
        writeln!(out, "        static const uint8_t bytes[] = {{ {} }};", bytes.join(", ")).unwrap();
        writeln!(out, "        {ty} r;").unwrap();
        writeln!(out, "        if (sizeof bytes != {constant} || sizeof bytes > sizeof r) return 1;")
            .unwrap();
        writeln!(out, "        memset(&r, 0, sizeof r);").unwrap();
        writeln!(out, "        memcpy(&r, bytes, sizeof bytes);").unwrap();
        writeln!(out, "        puts(\"{head}\");").unwrap();
        writeln!(expected, "{head}").unwrap();
        let present = record.fields.iter().filter(|field| field.since <= version && !field.reserved);
        for field in present {
            print_field(out, field).expect("the records of `proc` hold numbers and names");
            let value = sample.values.iter().find(|(name, _)| *name == field.name);
            let value = value.map(|(_, value)| value.as_str()).expect("golden bytes state every field");
            writeln!(expected, "{} = {value}", field.name).unwrap();
        }
        writeln!(out, "    }}").unwrap();
    }
}

#[test]
fn c_reads_every_version_that_was_released() {
    let catalog = Catalog::from_schema(&process_watch::catalog::PROC).expect("the catalog of the code");
    let mut program = String::from(
        "#define _GNU_SOURCE\n#include <stdio.h>\n#include <string.h>\n#include \"proc.h\"\n\nint main(void)\n{\n",
    );
    let mut expected = String::new();
    for record in &catalog.records {
        for version in 1..=record.version {
            read_sample(&mut program, &mut expected, record, version);
        }
    }
    program.push_str("    return 0;\n}\n");
    assert!(expected.lines().count() > 100, "there is something to read");

    let folder = tempfile::tempdir().expect("a folder");
    let header = abi_codegen::c_header(&catalog).expect("the header");
    std::fs::write(folder.path().join("proc.h"), header).expect("the header is written");
    std::fs::write(folder.path().join("read.c"), program).expect("the program is written");
    for (compiler, runner) in [("gcc", None), ("aarch64-linux-gnu-gcc", Some("qemu-aarch64"))] {
        let binary = folder.path().join(compiler);
        let built = Command::new(compiler)
            .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-static", "read.c", "-o"])
            .arg(&binary)
            .current_dir(folder.path())
            .output()
            .unwrap_or_else(|error| panic!("NOT CHECKED: {compiler}: {error}"));
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let mut run = match runner {
            Some(runner) => {
                let mut run = Command::new(runner);
                run.arg(&binary);
                run
            }
            None => Command::new(&binary),
        };
        let ran = run.output().unwrap_or_else(|error| panic!("NOT CHECKED: {compiler}: {error}"));
        assert!(ran.status.success(), "{compiler}: {:?}", ran.status);
        assert_eq!(String::from_utf8_lossy(&ran.stdout), expected, "{compiler}");
    }
}

//! Generated headers, and the writer's, compiled by every compiler of the matrix in every standard,
//! alone, twice, in both orders, and after hostile system headers (HDR-1, HDR-2, REC-6).

#[allow(unreachable_pub, reason = "declared as a crate would")]
#[path = "headers/torture.rs"]
mod torture;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use abi_codegen::{Catalog, c_header};
use abi_schema::{CatalogSchema, TypeSchema};
use compat_tests::compilers::{Compiler, MATRIX};
use torture::TORTURE;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_path_buf()
}

fn header_of(schema: &CatalogSchema) -> String {
    c_header(&Catalog::from_schema(schema).expect("a catalog of rustc's")).expect("no names clash")
}

/// The folder for what this test writes.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("the target directory can be written");
    folder
}

/// Source texts that include the headers in every way that matters.
fn sources(headers: &[&str]) -> Vec<(String, String)> {
    let include =
        |names: &[&str]| names.iter().fold(String::new(), |text, name| text + "#include \"" + name + "\"\n");
    // Not an empty unit, which ISO C forbids.
    let body = "int headers_compile(void);\nint headers_compile(void) { return 0; }\n";
    let mut sources: Vec<(String, String)> =
        headers.iter().map(|name| (format!("alone {name}"), include(&[name]) + body)).collect();
    let reversed: Vec<&str> = headers.iter().rev().copied().collect();
    let twice = include(headers) + &include(headers) + body;
    sources.push(("all, twice".to_owned(), twice));
    sources.push(("in reverse order".to_owned(), include(&reversed) + body));
    let hostile = include(&["hostile.h"]) + &include(headers) + body;
    sources.push(("after hostile headers".to_owned(), hostile));
    sources
}

/// Runs every check on as many threads as there are processors; returns what failed.
fn run_all(checks: Vec<(String, Command)>) -> Vec<String> {
    let queue = Mutex::new(checks);
    let failures = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let Some((what, mut command)) = queue.lock().expect("no check panics").pop() else {
                        return;
                    };
                    let output = command.output();
                    let failure = match output {
                        Ok(output) if output.status.success() => continue,
                        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
                        Err(error) => format!("NOT CHECKED: {error}"),
                    };
                    failures.lock().expect("no check panics").push(format!("{what}: {command:?}\n{failure}"));
                }
            });
        }
    });
    failures.into_inner().expect("no check panics")
}

fn command(compiler: &Compiler, standard: &str, source: &Path, include: &[&Path]) -> Command {
    let mut command = compiler.check(standard, source, include).unwrap_or_else(|missing| panic!("{missing}"));
    if compiler.hosted {
        command.arg("-DTEST_HOSTED");
    }
    command
}

#[test]
fn every_header_compiles_everywhere() {
    let folder = scratch("headers");
    fs::write(folder.join("torture.h"), header_of(&TORTURE)).unwrap();
    fs::copy(root().join("compat-tests/tests/headers/hostile.h"), folder.join("hostile.h")).unwrap();
    let bindings = root().join("dext-bindings/include");
    let generated = root().join("examples/process-watch/generated");
    let dext = root().join("dext-bindings/dext/generated");
    let headers = [
        "torture.h",
        "proc.h",
        "dext.h",
        "dext_catalog.h",
        "testimony/region_abi.h",
        "testimony/region_catalog.h",
        "testimony/boundary.h",
        "testimony/region.h",
        "testimony/writer.h",
        "testimony/reopen.h",
    ];
    let mut checks = Vec::new();
    for (at, (what, text)) in sources(&headers).into_iter().enumerate() {
        let source = folder.join(format!("source{at}.c"));
        fs::write(&source, text).unwrap();
        for compiler in MATRIX {
            for standard in compiler.standards {
                let include = [folder.as_path(), &bindings, &generated, &dext];
                checks.push((format!("{what}, {standard}"), command(compiler, standard, &source, &include)));
            }
        }
    }
    let count = checks.len();
    let failures = run_all(checks);
    assert!(
        failures.is_empty(),
        "{} of {count} compilations failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
    println!("{count} compilations");
}

/// The assertions are not blind: with any one number of theirs changed, no compiler accepts the header.
#[test]
fn a_changed_offset_does_not_compile() {
    let header = header_of(&TORTURE);
    let folder = scratch("changed");
    let assertions: Vec<&str> = header
        .lines()
        .filter(|line| line.starts_with("TSM_STATIC_ASSERT(") && line.contains(" == "))
        .collect();
    assert!(assertions.len() > 60, "size, every offset and every member's size are asserted");
    for (at, assertion) in assertions.iter().enumerate().step_by(7) {
        let (condition, message) = assertion.split_once(", \"").expect("an assertion has a message");
        let (claim, number) = condition.trim_end_matches(')').rsplit_once(' ').expect("a number is compared");
        let off_by_eight = number.parse::<u32>().expect("a number") + 8;
        let changed = header.replacen(assertion, &format!("{claim} {off_by_eight}, \"{message}"), 1);
        assert_ne!(changed, header);
        let source = folder.join(format!("changed{at}.c"));
        fs::write(&source, changed).unwrap();
        for compiler in MATRIX.iter().filter(|compiler| compiler.target.is_empty()).step_by(3) {
            let mut command = command(compiler, compiler.standards[0], &source, &[]);
            let output = command.output().unwrap();
            assert!(!output.status.success(), "{assertion} was changed and {command:?} accepts it");
        }
    }
}

/// What C sees of the torture catalog is what Rust sees of it.
#[test]
fn c_and_rust_see_the_same_numbers() {
    let folder = scratch("values");
    fs::write(folder.join("torture.h"), header_of(&TORTURE)).unwrap();
    let mut body = String::new();
    let mut expected = String::new();
    let mut show = |c: &str, value: i128| {
        // Every number is shown as 64 bits: C has no larger ones.
        let bits = u64::from_le_bytes(value.to_le_bytes()[..8].try_into().expect("8 of 16 bytes"));
        writeln!(body, "    show((uint64_t)({c}));").unwrap();
        writeln!(expected, "{bits:016x}").unwrap();
    };
    for record in TORTURE.records {
        let name: String = abi_schema::SnakeCase::new(record.name).collect();
        let large = format!("TORTURE_{}", name.to_uppercase());
        let small = format!("torture_{name}_v{}", record.version);
        show(&format!("{large}_ID"), record.id.into());
        for version in 1..=record.version {
            let size = record.size_of_version(version).into();
            show(&format!("sizeof(torture_{name}_v{version})"), size);
            show(&format!("{large}_SIZE_V{version}"), size);
        }
        for field in record.fields.iter().filter(|field| record.name == "EveryType" && !field.reserved) {
            // Of the names in this record, these are words of C, which get one `_` more (HDR-5).
            let escape = if ["signed", "double"].contains(&field.name) { "_" } else { "" };
            show(&format!("offsetof({small}, {}{escape})", field.name), field.offset.into());
            let prefix = format!("{large}_{}", field.name.to_uppercase());
            if let Some(absent) = field.meaning.absent {
                show(&format!("{prefix}_ABSENT"), absent);
            }
            match &field.ty {
                TypeSchema::Code(code) => {
                    for value in code.values {
                        let name = format!("{}_{}", code.name, value.name).to_uppercase();
                        show(&format!("TORTURE_{name}"), value.value);
                    }
                }
                TypeSchema::Flags(flags) => {
                    for flag in flags.flags {
                        let name = format!("{}_{}", flags.name, flag.name).to_uppercase();
                        show(&format!("TORTURE_{name}_MASK"), flag.mask.into());
                        show(&format!("TORTURE_{name}_SHIFT"), flag.mask.trailing_zeros().into());
                    }
                }
                _ => {}
            }
        }
    }
    // The constants are numbers to the preprocessor too.
    body += "#if TORTURE_LARGE_LEAST >= 0 || TORTURE_BITS_HIGHEST_MASK != 0x8000000000000000 || TORTURE_SMALL_LEAST != -128\n#error \"constants in #if\"\n#endif\n";
    let show_it = "static void show(uint64_t value) { printf(\"%016llx\\n\", (unsigned long long)value); }\n";
    let program = format!(
        "#include \"torture.h\"\n#include <stdio.h>\n{show_it}int main(void)\n{{\n{body}    return 0;\n}}\n"
    );
    let source = folder.join("values.c");
    fs::write(&source, program).unwrap();
    for (compiler, standard) in [("gcc", "c11"), ("g++", "c++17")] {
        let binary = folder.join(format!("values-{compiler}"));
        let mut command = Command::new(compiler);
        if compiler == "g++" {
            command.args(["-x", "c++"]);
        }
        let built = command.arg(format!("-std={standard}")).arg(&source).arg("-o").arg(&binary).output();
        let built = built.unwrap_or_else(|error| panic!("NOT CHECKED: {compiler}: {error}"));
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let said = Command::new(&binary).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&said.stdout), expected);
    }
}

//! The embedded form as C: the same bytes, whoever compiles it (HDR-9).

use std::fs;
use std::process::Command;

use abi_codegen::{Catalog, c_embedded, c_header};
use abi_runtime::layout::REGION;

/// Two versions of one catalog.
#[allow(unreachable_pub, reason = "declared as a crate would")]
mod versions {
    use abi_runtime::prelude::*;

    /// What there was at first.
    #[derive(TraceRecord, IntoBytes, Immutable)]
    #[repr(C)]
    #[trace(id = 0x0100)]
    pub struct First {
        /// A number.
        pub value: u64,
    }

    /// What came later.
    #[derive(TraceRecord, IntoBytes, Immutable)]
    #[repr(C)]
    #[trace(id = 0x0101)]
    pub struct Later {
        /// A number.
        pub value: u64,
    }

    abi_runtime::catalog! {
        /// The first version.
        pub static ONE = "m" { records: [First] }
    }
    abi_runtime::catalog! {
        /// The second.
        pub static TWO = "m" { records: [First, Later] }
    }
}

/// What a C compiler makes of the header is what is embedded in a Rust binary.
#[test]
fn the_words_in_c_are_the_bytes_in_rust() {
    let folder = tempfile::tempdir().expect("a folder for a header");
    fs::write(folder.path().join("region_catalog.h"), c_embedded(&REGION)).expect("the header is written");
    let source = folder.path().join("show.c");
    fs::write(
        &source,
        "#include \"region_catalog.h\"\n#include <stdio.h>\n\
         int main(void) {\n    return fwrite(tsm_region_catalog, 1, TSM_REGION_CATALOG_SIZE, stdout) != sizeof tsm_region_catalog;\n}\n",
    )
    .expect("the program is written");
    let program = folder.path().join("show");
    let compiled = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-o"])
        .args([&program, &source])
        .status()
        .expect("cc is there");
    assert!(compiled.success());
    let shown = Command::new(&program).output().expect("the program runs");
    assert!(shown.status.success());
    assert_eq!(shown.stdout, REGION.embedded());
}

/// The second of two versions is not hidden by the first, whether headers or embedded forms (HDR-3).
#[test]
fn two_versions_in_one_unit_do_not_compile() {
    let folder = tempfile::tempdir().expect("a folder for headers");
    for (name, schema) in [("one", &versions::ONE), ("two", &versions::TWO)] {
        let header = c_header(&Catalog::from_schema(schema).unwrap()).unwrap();
        fs::write(folder.path().join(format!("{name}.h")), header).unwrap();
        fs::write(folder.path().join(format!("{name}_catalog.h")), c_embedded(schema)).unwrap();
    }
    let compile = |first: &str, second: &str| {
        let unit = format!("#include \"{first}.h\"\n#include \"{second}.h\"\nint headers_compile(void);\n");
        fs::write(folder.path().join("unit.c"), unit).unwrap();
        let mut command = Command::new("gcc");
        command.args([
            "-std=c11",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-Wno-unused-const-variable",
            "-fsyntax-only",
        ]);
        let output = command.arg(folder.path().join("unit.c")).output().expect("NOT CHECKED: gcc is missing");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(said) }
    };
    for [first, second] in [
        ["one", "one_catalog"],
        ["one_catalog", "one"],
        ["one_catalog", "one_catalog"],
        ["two_catalog", "two"],
    ] {
        compile(first, second).unwrap();
    }
    for [first, second] in [
        ["one_catalog", "two_catalog"],
        ["two_catalog", "one_catalog"],
        ["one", "two_catalog"],
        ["one_catalog", "two"],
        ["one", "two"],
    ] {
        let error = compile(first, second).unwrap_err();
        assert!(
            error.contains("two versions of catalog `m` in one unit (HDR-3)"),
            "{first}, {second}: {error}"
        );
    }
}

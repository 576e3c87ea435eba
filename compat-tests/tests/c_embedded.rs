//! The embedded form as C: the same bytes, whoever compiles it (HDR-9).

use std::fs;
use std::process::Command;

use abi_codegen::c_embedded;
use abi_runtime::layout::REGION;

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

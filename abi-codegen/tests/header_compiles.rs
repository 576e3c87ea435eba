//! A header from a document compiles, and one with a wrong offset does not.

use std::io::Write as _;
use std::process::{Command, Stdio};

const DOCUMENT: &str = r#"{"testimony":1,"catalog":"sched","prefix":"sched","records":[{"name":"SchedSwitch","id":259,
"version":2,"size":24,"fields":[{"name":"class","type":"u32","offset":0,"size":4,"doc":"ends */ here ??/"},
{"name":"class_","type":"u32","offset":4,"size":4},{"name":"errno","type":"u32","offset":8,"size":4},
{"name":"reason","type":{"code":"Reason","repr":"i16","values":[["Low",-32768],["Exited",3]]},"offset":12,"size":2,
"since":2},{"name":"_reserved","type":{"array":"u8","len":2},"offset":14,"size":2,"since":2,"reserved":true},
{"name":"ran_for","type":"u64","offset":16,"size":8,"since":2,"unit":"ns","kind":"delta"}]}],"structs":[],
"retired":[{"name":"SchedIdle","id":260}]}"#;

/// Compiles `header` twice over, behind hostile system headers; a missing compiler is a failure.
fn compiles(compiler: &str, language: &str, standard: &str, header: &str) -> bool {
    let folder = tempfile::tempdir().expect("a folder for the header");
    std::fs::write(folder.path().join("sched.h"), header).expect("the header is written");
    let mut child = Command::new(compiler)
        .arg("-I")
        .arg(folder.path())
        .args([
            "-x",
            language,
            standard,
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Wpadded",
            "-Werror",
            "-fsyntax-only",
            "-",
        ])
        .stdin(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap_or_else(|error| panic!("NOT CHECKED: {compiler} {standard}: {error}"));
    let headers = ["<errno.h>", "<sys/types.h>", "<stdio.h>", "\"sched.h\"", "\"sched.h\""];
    let source: String = headers.map(|name| format!("#include {name}\n")).concat();
    child.stdin.take().expect("stdin is piped").write_all(source.as_bytes()).expect("the compiler reads");
    child.wait().expect("the compiler ends").success()
}

#[test]
fn header_compiles_and_a_wrong_offset_does_not() {
    let catalog =
        abi_codegen::Catalog::from_document(DOCUMENT.as_bytes()).expect("the document keeps the rules");
    let header = abi_codegen::c_header(&catalog).expect("no two names clash");
    let broken = header.replace("ran_for) == 16", "ran_for) == 20");
    assert_ne!(header, broken, "there is an offset to break");
    for (compiler, language, standard) in [
        ("gcc", "c", "-std=c11"),
        ("clang-19", "c", "-std=c17"),
        ("g++", "c++", "-std=c++17"),
        ("clang++-19", "c++", "-std=c++20"),
    ] {
        assert!(compiles(compiler, language, standard, &header), "{compiler} {standard}:\n{header}");
        assert!(
            !compiles(compiler, language, standard, &broken),
            "{compiler} {standard} accepts a wrong offset"
        );
    }
}

//! The dext's sources, as they are, compiled for the targets of DriverKit: no SDK, no conditional, no library.
//!
//! Nothing is linked or run: what the objects need is compared with what a dext has. Each check meets a
//! source that breaks it.

use std::fs;
use std::path::{Path, PathBuf};

use dext_tests::iig::driverkit;
use dext_tests::object_file::{Platform, Symbols, platform, symbols};
use dext_tests::portable::{host_dependence, is_there, method_of};
use dext_tests::target::{
    DEXT_FLAGS, DRIVERKIT, LINUX, MACOS, Target, all, include_folders, on_all_processors, root, sources,
};

/// The oldest DriverKit that the triples ask for: macOS 14.
const MINIMUM: u32 = 23;

/// For a person who debugs it, as a user gets it (Xcode's `-Os`), and as Xcode would compile it for tests: with
/// the macros in the SDK's form, and with the warnings that its new projects turn on.
const BUILDS: [&[&str]; 3] = [&[], &["-Os"], XCODE];

const XCODE: &[&str] = &[
    "-Os",
    "-DTESTIMONY_EMIT=1",
    "-include",
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/objects/sdk_macros.h"),
    "-Wbool-conversion",
    "-Wcomma",
    "-Wconditional-uninitialized",
    "-Wconstant-conversion",
    "-Wdocumentation",
    "-Wempty-body",
    "-Wenum-conversion",
    "-Winfinite-recursion",
    "-Wint-conversion",
    "-Wmove",
    "-Wnon-literal-null-conversion",
    "-Wquoted-include-in-framework-header",
    "-Wrange-loop-analysis",
    "-Wshorten-64-to-32",
    "-Wunguarded-availability",
    "-Wunreachable-code",
];

fn dext_sources() -> Vec<PathBuf> {
    let sources = sources("dext-bindings/dext", ".cpp");
    assert!(sources.len() >= 2, "dext-bindings/dext holds a driver and a client");
    sources
}

/// Compiles a source as the dext's are.
fn compile(target: Target, source: &Path, object: &Path, build: &[&str]) -> Result<Vec<u8>, String> {
    target.compile(source, object, &[DEXT_FLAGS, build].concat(), &include_folders())?;
    fs::read(object).map_err(|error| format!("{}: {error}", object.display()))
}

#[test]
fn every_source_is_an_object_for_every_target_of_driverkit() {
    let folder = tempfile::tempdir().expect("a folder for objects");
    let (sources, glue) = (dext_sources(), sources("dext-bindings/shim/iig", ".iig.cpp"));
    let mut cases = Vec::new();
    for (build, flags) in BUILDS.iter().enumerate() {
        for target in DRIVERKIT {
            cases.extend(sources.iter().chain(&glue).map(|source| (build, *flags, target, source)));
        }
    }
    let objects = on_all_processors(&cases, |&(build, flags, target, source)| {
        let name = source.file_name().expect("a file").to_string_lossy();
        let object = folder.path().join(format!("{name}.{build}.{}.o", target.triple));
        let bytes = compile(target, source, &object, flags)?;
        match platform(&bytes)? {
            (Platform::DriverKit, MINIMUM) => symbols(&bytes),
            other => Err(format!("{name}, {}: the object is for {other:?}", target.triple)),
        }
    });
    let objects = all(objects);
    for (build, _) in BUILDS.iter().enumerate() {
        for target in DRIVERKIT {
            let of = |sources: &[PathBuf]| -> Vec<&Symbols> {
                let cases = cases.iter().zip(&objects);
                let own = cases
                    .filter(|((b, _, t, source), _)| (*b, *t) == (build, target) && sources.contains(source));
                own.map(|(_, symbols)| symbols).collect()
            };
            let (objects, glue) = (of(&sources), of(&glue));
            let missing = [missing(&objects, &glue), undefined(&objects, &glue)].concat();
            assert!(missing.is_empty(), "{}, build {build}:\n{}", target.triple, missing.join("\n"));
        }
    }
    println!("{} objects", objects.len());
}

/// What the objects need together and a dext has not. IIG's glue is there too, and what it defines.
fn missing(objects: &[&Symbols], glue: &[&Symbols]) -> Vec<String> {
    let driverkit = driverkit();
    let is_defined = |name: &String| objects.iter().chain(glue).any(|other| other.defined.contains(name));
    let mut missing: Vec<String> = objects
        .iter()
        .flat_map(|object| &object.undefined)
        .filter(|name| !is_defined(name) && is_there(name, &driverkit).is_none())
        .map(|name| {
            format!(
                "`{name}` is in no library of a dext: do without it, or say in src/portable.rs where it is"
            )
        })
        .collect();
    missing.sort();
    missing.dedup();
    missing
}

/// Methods of our own classes that the glue calls and no source defines.
fn undefined(objects: &[&Symbols], glue: &[&Symbols]) -> Vec<String> {
    let driverkit = driverkit();
    let is_defined = |name: &String| objects.iter().chain(glue).any(|other| other.defined.contains(name));
    let is_ours = |name: &&String| {
        method_of(name)
            .is_some_and(|(class, _)| driverkit.class(&class).is_none() && !RUNTIME.contains(&class.as_str()))
    };
    let called = glue.iter().flat_map(|object| &object.undefined).filter(is_ours);
    let undefined = called.filter(|name| !is_defined(name));
    undefined
        .map(|name| format!("`{name}` is declared and called, and no source of the dext defines it"))
        .collect()
}

/// What the glue is made of.
const RUNTIME: [&str; 1] = ["OSMetaClass"];

/// The glue of a class whose source is missing calls what nobody defines.
#[test]
fn a_method_without_a_body_is_found() {
    let folder = tempfile::tempdir().expect("a folder for objects");
    let glue = sources("dext-bindings/shim/iig", ".iig.cpp");
    let objects: Vec<Symbols> = glue
        .iter()
        .map(|source| {
            let bytes = compile(DRIVERKIT[0], source, &folder.path().join("glue.o"), &[]);
            symbols(&bytes.unwrap_or_else(|error| panic!("{error}")))
                .unwrap_or_else(|error| panic!("{error}"))
        })
        .collect();
    let found = undefined(&[], &objects.iter().collect::<Vec<_>>()).join("\n");
    for method in ["15TestimonyDriver10Start_Impl", "15TestimonyClient9Stop_Impl", "15TestimonyDriver4initEv"]
    {
        assert!(found.contains(method), "{method}: {found}");
    }
}

/// Sources that need what a dext has not, and the name that gives them away.
const NEEDY: &[(&str, &str)] = &[
    ("int *f(int n) { return new int[n]; }", "_Znam"),
    ("void f(int *at) { delete at; }", "_ZdlPvm"),
    ("void f(void (^g)(void)); void g(int n) { f(^{ (void)n; }); }", "_NSConcreteStackBlock"),
    ("extern \"C\" void *malloc(unsigned long); void *f() { return malloc(8); }", "malloc"),
    ("struct A { A(); int n; }; int f() { static A a; return a.n; }", "__cxa_guard_acquire"),
    ("struct A { virtual void f() = 0; A(); }; A::A() { }", "__cxa_pure_virtual"),
    ("extern \"C\" int printf(const char *, ...); void f() { printf(\"x\"); }", "printf"),
    (
        "class IOService { public: int Restart(); }; int f(IOService *s) { return s->Restart(); }",
        "_ZN9IOService7RestartEv",
    ),
];

#[test]
fn an_object_that_needs_more_is_found() {
    let folder = tempfile::tempdir().expect("a folder for objects");
    let (source, object) = (folder.path().join("needy.cpp"), folder.path().join("needy.o"));
    for (text, name) in NEEDY {
        fs::write(&source, text).expect("the folder can be written");
        for target in DRIVERKIT {
            let bytes = compile(target, &source, &object, &[]).unwrap_or_else(|error| panic!("{error}"));
            let symbols = symbols(&bytes).unwrap_or_else(|error| panic!("{error}"));
            let missing = missing(&[&symbols], &[]);
            let said = format!("`{name}` is in no library");
            assert!(missing.iter().any(|line| line.starts_with(&said)), "{text}: {missing:?}");
        }
    }
}

/// What is not for DriverKit does not count as such.
#[test]
fn an_object_for_another_system_is_found() {
    let folder = tempfile::tempdir().expect("a folder for objects");
    let (source, object) = (folder.path().join("empty.cpp"), folder.path().join("empty.o"));
    fs::write(&source, "int f() { return 0; }").expect("the folder can be written");
    for target in MACOS {
        let bytes = compile(target, &source, &object, &[]).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(platform(&bytes), Ok((Platform::MacOs, 13)));
    }
    let bytes = compile(LINUX[0], &source, &object, &[]).unwrap_or_else(|error| panic!("{error}"));
    let error = platform(&bytes).expect_err("an ELF object");
    assert!(error.starts_with("not a Mach-O object"), "{error}");
}

/// Sources that do not compile as the dext's must: the flags are not blind.
#[test]
fn what_a_dext_may_not_hold_does_not_compile() {
    let folder = tempfile::tempdir().expect("a folder for objects");
    let (source, object) = (folder.path().join("bad.cpp"), folder.path().join("bad.o"));
    for (text, said) in [
        ("#include <string.h>", "'string.h' file not found"),
        ("#include <atomic>", "'atomic' file not found"),
        ("void f() { throw 1; }", "exceptions disabled"),
        ("thread_local int n; int f() { return ++n; }", "thread-local storage is not supported"),
        (
            "struct A { virtual void f(); }; A *f(A *a) { return dynamic_cast<A *>(a); } struct B : A {}; B *g(A *a) { return dynamic_cast<B *>(a); }",
            "-fno-rtti",
        ),
        ("int f(int unused) { return 0; }", "unused parameter"),
    ] {
        fs::write(&source, text).expect("the folder can be written");
        for target in DRIVERKIT {
            let error = compile(target, &source, &object, &[]).expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
    }
    // The flags and the shim take these; Xcode and the SDK do not.
    for text in [
        "#include <os/log.h>\nvoid f(const char *text) { os_log(OS_LOG_DEFAULT, text); }",
        "#include <DriverKit/IOLib.h>\nvoid f(OSObject *a, int b) { if (b) OSSafeReleaseNULL(a); else b = 1; }",
        "int f(unsigned long a) { return a; }",
    ] {
        fs::write(&source, text).expect("the folder can be written");
        let error = compile(DRIVERKIT[0], &source, &object, XCODE).expect_err(text);
        assert!(error.contains("error:"), "{text}: {error}");
    }
}

#[test]
fn the_sources_know_no_host() {
    let folder = root().join("dext-bindings/dext");
    let mut seen = 0;
    for ending in [".cpp", ".h", ".iig"] {
        for path in sources("dext-bindings/dext", ending) {
            let text = fs::read_to_string(&path).expect("a text");
            let found = host_dependence(&text);
            assert!(found.is_empty(), "{}:{}", path.display(), found.join("\n"));
            seen += 1;
        }
    }
    assert!(seen > 4, "{} holds {seen} sources", folder.display());
}

//! One layout on every target that can be had here, by programs that run there, and none where the bytes
//! would be in the other order (REC-1, REC-6, REG-5).
//!
//! DriverKit and macOS are not run here: `dwarf.rs` looks at their objects.

#[allow(unreachable_pub, reason = "declared as a crate would")]
#[path = "../../compat-tests/tests/headers/torture.rs"]
mod torture;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use abi_codegen::{Catalog, c_header};
use dext_tests::image::program;
use dext_tests::layout::{Layouts, of_catalog};
use dext_tests::target::{BIG_ENDIAN, LINUX, Target, generated_folders, on_all_processors, root, sources};
use tempfile::TempDir;

/// One way to build and run a program.
#[derive(Clone, Copy, Debug)]
struct Machine {
    compiler: &'static str,
    language: &'static [&'static str],
    runner: &'static [&'static str],
}

const C: &[&str] = &["-x", "c", "-std=c11"];
const CPP: &[&str] = &["-x", "c++", "-std=c++17"];
const I686: &[&str] = &["/usr/i686-linux-gnu/lib/ld-linux.so.2", "--library-path", "/usr/i686-linux-gnu/lib"];
const AARCH64: &[&str] = &["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"];

const MACHINES: &[Machine] = &[
    Machine { compiler: "gcc", language: C, runner: &[] },
    Machine { compiler: "g++", language: CPP, runner: &[] },
    Machine { compiler: "i686-linux-gnu-gcc", language: C, runner: I686 },
    Machine { compiler: "i686-linux-gnu-g++", language: CPP, runner: I686 },
    Machine { compiler: "aarch64-linux-gnu-gcc", language: C, runner: AARCH64 },
    Machine { compiler: "aarch64-linux-gnu-g++", language: CPP, runner: AARCH64 },
];

const HEADERS: [&str; 4] = ["dext.h", "testimony/boundary_abi.h", "testimony/region_abi.h", "torture.h"];

/// Every struct of the boundary, and a catalog with every type that there is.
fn layouts() -> Layouts {
    let own = [&abi_runtime::layout::REGION, &dext_bindings::boundary::BOUNDARY, &dext_records::DEXT];
    own.into_iter().chain([&torture::TORTURE]).flat_map(of_catalog).collect()
}

/// A folder with the headers that are not generated into the repository, and the program.
fn workshop(text: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the program");
    let catalog = Catalog::from_schema(&torture::TORTURE).expect("a catalog of rustc's");
    fs::write(folder.path().join("torture.h"), c_header(&catalog).expect("no names clash"))
        .expect("it is writable");
    fs::write(folder.path().join("program.c"), text).expect("it is writable");
    folder
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("NOT CHECKED: {command:?}: {error}"))
}

/// Builds the program and returns what it shows.
fn shown(machine: &Machine, number: usize, folder: &Path, include: &[PathBuf]) -> Result<String, String> {
    let binary = folder.join(format!("program{number}"));
    let mut compiler = Command::new(machine.compiler);
    compiler.args(machine.language).args(["-O1", "-Wall", "-Wextra", "-Werror", "-I"]).arg(folder);
    for folder in include {
        compiler.arg("-I").arg(folder);
    }
    let built = run(compiler.arg(folder.join("program.c")).arg("-o").arg(&binary));
    if !built.status.success() {
        return Err(String::from_utf8_lossy(&built.stderr).into_owned());
    }
    let mut command = match machine.runner {
        [runner, args @ ..] => {
            let mut command = Command::new(runner);
            command.args(args).arg(&binary);
            command
        }
        [] => Command::new(&binary),
    };
    let output = run(&mut command);
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn every_machine_shows_the_same_bytes() {
    let layouts = layouts();
    let (text, expected) = program(&HEADERS, &layouts);
    let folder = workshop(&text);
    let numbered: Vec<(usize, &Machine)> = MACHINES.iter().enumerate().collect();
    let shown = on_all_processors(&numbered, |&(number, machine)| {
        shown(machine, number, folder.path(), &generated_folders())
    });
    for (machine, shown) in MACHINES.iter().zip(shown) {
        let shown = shown.unwrap_or_else(|error| panic!("{machine:?}: {error}"));
        for (shown, expected) in shown.lines().zip(expected.lines()) {
            assert_eq!(shown, expected, "{machine:?}");
        }
        assert_eq!(shown.lines().count(), expected.lines().count(), "{machine:?}");
    }
    println!("{} structs on {} machines", layouts.len(), MACHINES.len());
}

/// A struct that lies otherwise on one machine alone is found there: i686 aligns a word to 4 bytes.
#[test]
fn a_machine_of_another_mind_is_found() {
    let layouts = layouts();
    let (text, expected) = program(&HEADERS, &layouts);
    let folder = workshop(&text);
    let generated = root().join("dext-bindings/dext/generated/dext.h");
    let header = fs::read_to_string(generated).expect("it is generated");
    // 4 bytes and then a word, with a gap that the other targets fill by themselves.
    let (from, to) = ("    uint64_t waited;\n", "    uint32_t waited;\n");
    assert_eq!(header.matches(from).count(), 1, "dext_dispatch_sample begins with a word");
    fs::write(folder.path().join("dext.h"), header.replace(from, to)).expect("it is writable");
    let mut machines = [MACHINES[0], MACHINES[2]];
    for machine in &mut machines {
        machine.language = UNASSERTED;
    }
    let [native, i686] = [0, 1].map(|at| {
        shown(&machines[at], at, folder.path(), &generated_folders())
            .unwrap_or_else(|error| panic!("{error}"))
    });
    let line = |text: &str| -> Vec<String> {
        let own =
            text.lines().find(|line| line.starts_with("dext_dispatch_sample_v1 ")).expect("it is shown");
        own.split(' ').map(str::to_owned).collect()
    };
    assert_eq!([&line(&expected)[1], &line(&native)[1], &line(&i686)[1]], ["16", "16", "12"]);
    assert_ne!(line(&native)[2], line(&expected)[2], "the same size, and other bytes");
}

const UNASSERTED: &[&str] = &[
    "-x",
    "c",
    "-std=c11",
    "-Wno-overflow",
    "-DTSM_STATIC_ASSERT(condition, message)=struct unasserted",
    "-DTSM_ALIGNOF(type)=1",
];

/// What a compiler for `target` says of a unit that includes one header alone.
fn refusal(target: Target, language: &[&str], header: &Path) -> Option<String> {
    let flags = [language, &["-fsyntax-only", "-include"]].concat();
    let mut command = target.command(&flags, &[]).unwrap_or_else(|error| panic!("{error}"));
    command.arg(header);
    for folder in generated_folders() {
        command.arg("-I").arg(folder);
    }
    let output = run(command.arg("/dev/null"));
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn no_header_compiles_where_bytes_are_in_the_other_order() {
    let mut headers = sources("dext-bindings/include/testimony", ".h");
    headers.extend(sources("dext-bindings/dext/generated", ".h"));
    assert!(headers.len() > 15, "the headers are there");
    on_all_processors(&headers, |header| {
        for language in [C, CPP] {
            for target in BIG_ENDIAN {
                let refused = refusal(target, language, header);
                let Some(said) = refused else {
                    panic!("{}: {} compiles for {}", header.display(), language[2], target.triple);
                };
                let first = said.lines().find(|line| line.contains("error:")).unwrap_or(&said);
                let is_ours = first.contains("little-endian (RE") && first.contains("this target is not");
                assert!(is_ours, "{}, {}: the first words are {first}", header.display(), target.triple);
            }
            // It is the order that is refused, and nothing else.
            let accepted = refusal(LINUX[0], language, header);
            assert_eq!(accepted, None, "{}", header.display());
        }
    });
}

//! A third witness of every layout: what the target's own compiler tells a debugger.
//!
//! rustc has laid the structs out and the generated headers assert it. Here the DWARF of objects is compared
//! with the schema, member by member: name, offset, size, length, sign (REC-6, HDR-2). For DriverKit, macOS
//! and Linux, C and C++, and in the objects of the dext itself.

#[allow(unreachable_pub, reason = "declared as a crate would")]
#[path = "../../compat-tests/tests/headers/torture.rs"]
mod torture;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use abi_codegen::{Catalog, c_header};
use dext_tests::debug_info::structs;
use dext_tests::layout::{Layout, Layouts, Member, MemberType, compare, of_catalog};
use dext_tests::target::{
    DEXT_FLAGS, DRIVERKIT, LINUX, MACOS, Target, all, generated_folders, include_folders, on_all_processors,
    root, sources,
};

const C: &[&str] = &["-x", "c", "-std=c17", "-Wall", "-Wextra", "-Werror", "-g"];
const CPP: &[&str] =
    &["-x", "c++", "-std=c++20", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror", "-g"];

/// Every struct that the generated headers declare.
fn schema() -> Layouts {
    let catalogs = [&abi_runtime::layout::REGION, &dext_bindings::boundary::BOUNDARY, &dext_records::DEXT];
    let mut layouts = Layouts::new();
    for catalog in catalogs {
        layouts.extend(of_catalog(catalog));
    }
    assert!(layouts.len() > 30, "three catalogs declare {} structs", layouts.len());
    layouts
}

/// A translation unit with one variable of every struct.
fn witness(layouts: &Layouts) -> String {
    let mut text = String::from(
        "#include \"dext.h\"\n#include \"testimony/boundary_abi.h\"\n#include \"testimony/region_abi.h\"\n\n",
    );
    for name in layouts.keys() {
        writeln!(text, "{name} witness_of_{name};").expect("a string takes everything");
    }
    text
}

fn structs_of(
    target: Target,
    source: &Path,
    object: &Path,
    flags: &[&str],
    include: &[PathBuf],
) -> Result<Layouts, String> {
    target.compile(source, object, flags, include)?;
    let bytes = fs::read(object).map_err(|error| format!("{}: {error}", object.display()))?;
    structs(&bytes).map_err(|error| format!("{}, {}: {error}", target.triple, source.display()))
}

#[test]
fn every_target_lays_every_struct_out_as_the_schema_says() {
    // The boundary knows no sign and no fraction: a catalog with every type stands beside its own.
    let mut schema = schema();
    schema.extend(of_catalog(&torture::TORTURE));
    let torture = Catalog::from_schema(&torture::TORTURE).expect("a catalog of rustc's");
    let folder = tempfile::tempdir().expect("a folder for objects");
    let source = folder.path().join("witness.c");
    let include = [vec![folder.path().to_path_buf()], generated_folders()].concat();
    fs::write(folder.path().join("torture.h"), c_header(&torture).expect("no names clash"))
        .expect("it is writable");
    let text = format!("#include \"torture.h\"\n{}", witness(&schema));
    fs::write(&source, text).expect("the folder can be written");
    let mut cases: Vec<(Target, &str, &[&str])> = Vec::new();
    for target in [&DRIVERKIT[..], &MACOS, &LINUX].concat() {
        cases.extend([(target, "c", C), (target, "cpp", CPP)]);
    }
    let differences = on_all_processors(&cases, |&(target, language, flags)| {
        let object = folder.path().join(format!("{}.{language}.o", target.triple));
        let found = structs_of(target, &source, &object, flags, &include)?;
        let named = |difference| format!("{}, {language}: {difference}\n", target.triple);
        Ok(compare(&schema, &found).into_iter().map(named).collect::<String>())
    });
    let differences = all(differences).concat();
    assert!(differences.is_empty(), "the compiler and the schema differ:\n{differences}");
    let members: usize = schema.values().map(|layout| layout.members.len()).sum();
    println!("{} structs, {members} members, {} ways", schema.len(), cases.len());
}

/// A mistake in a copy of `dext.h`.
struct Mistake {
    /// Lines, and what stands in their place.
    lines: &'static [(&'static str, &'static str)],
    /// What the comparison says of it.
    said: &'static str,
    /// Whether the header's own assertions see it too.
    is_asserted: bool,
}

const MISTAKES: &[Mistake] = &[
    // Two fields of one size have changed places: every size and every offset is as before.
    Mistake {
        lines: &[
            ("    dext_selector selector;\n", "    uint32_t result;\n"),
            ("    uint32_t result;\n    /* Time", "    dext_selector selector;\n    /* Time"),
        ],
        said: "dext_client_call_v1: member 1 is `result: u32` at 8, and `selector: u32` at 8 in the schema",
        is_asserted: true,
    },
    Mistake {
        lines: &[("    uint32_t clients;\n", "    int32_t clients;\n")],
        said: "dext_client_event_v1: member 4 is `clients: i32` at 16, and `clients: u32` at 16 in the schema",
        is_asserted: false,
    },
    Mistake {
        lines: &[("    uint64_t skipped;\n", "    uint32_t skipped[2];\n")],
        said: "dext_timer_sample_v1: member 2 is `skipped: u32[2]` at 16",
        is_asserted: false,
    },
    Mistake {
        lines: &[("    uint8_t _reserved_20[4];\n", "    uint16_t _reserved_20[2];\n")],
        said: "dext_client_event_v1: member 5 is `_reserved_20: u16[2]` at 20",
        is_asserted: false,
    },
    Mistake {
        lines: &[("    uint64_t late;\n", "    uint64_t late;\n    uint64_t more;\n")],
        said: "dext_timer_sample_v1: 4 members, and 3 in the schema",
        is_asserted: true,
    },
    Mistake {
        lines: &[("    uint16_t abi_minor;\n", "    uint32_t abi_minor;\n")],
        said: "dext_client_event_v1: member 3 is `abi_minor: u32` at 16, and `abi_minor: u16` at 14 in the schema",
        is_asserted: true,
    },
    Mistake {
        lines: &[("dext_dispatch_sample", "dext_dispatch_sampled")],
        said: "dext_dispatch_sample_v1: not found",
        is_asserted: false,
    },
];

/// Headers with one mistake each, and without what they assert of themselves: the comparison finds every one.
#[test]
fn a_planted_mistake_is_found() {
    let schema = schema();
    let folder = tempfile::tempdir().expect("a folder for headers");
    let generated = root().join("dext-bindings/dext/generated/dext.h");
    let header = fs::read_to_string(generated).expect("it is generated");
    let include = [vec![folder.path().to_path_buf()], generated_folders()].concat();
    let (source, object) = (folder.path().join("witness.c"), folder.path().join("witness.o"));
    let unasserted = ["-DTSM_STATIC_ASSERT(condition, message)=struct unasserted", "-DTSM_ALIGNOF(type)=1"];
    let flags = [C, &unasserted].concat();
    for mistake in MISTAKES {
        let (mut text, mut program) = (header.clone(), witness(&schema));
        for (from, to) in mistake.lines {
            assert!(text.contains(from), "{from:?} stands in dext.h");
            text = text.replace(from, to);
            program = program.replace(from, to);
        }
        fs::write(folder.path().join("dext.h"), text).expect("the folder can be written");
        fs::write(&source, program).expect("the folder can be written");
        for target in [DRIVERKIT[0], LINUX[1]] {
            let found = structs_of(target, &source, &object, &flags, &include);
            let found = found.unwrap_or_else(|error| panic!("{error}"));
            let differences = compare(&schema, &found).join("\n");
            assert!(differences.contains(mistake.said), "not `{}`, but: {differences}", mistake.said);
        }
        let accepted = DRIVERKIT[0].compile(&source, &object, C, &include);
        assert_eq!(accepted.is_err(), mistake.is_asserted, "{}: {accepted:?}", mistake.said);
    }
}

/// The objects of the dext itself: what they say of the structs that they use, ours and DriverKit's.
#[test]
fn the_objects_of_the_dext_agree() {
    let mut expected = schema();
    expected.extend(driverkit_structs());
    let folder = tempfile::tempdir().expect("a folder for objects");
    let flags = [DEXT_FLAGS, &["-DTESTIMONY_EMIT=1"]].concat();
    let sources = sources("dext-bindings/dext", ".cpp");
    assert!(!sources.is_empty(), "dext-bindings/dext holds sources");
    let differences = on_all_processors(&DRIVERKIT, |&target| {
        let mut seen = BTreeSet::new();
        let mut differences = String::new();
        for source in &sources {
            let name = source.file_name().expect("a file").to_string_lossy();
            let object = folder.path().join(format!("{name}.{}.o", target.triple));
            let found = structs_of(target, source, &object, &flags, &include_folders())?;
            // A source describes what it uses and no more.
            let used: Layouts =
                expected.iter().filter(|(name, _)| found.contains_key(*name)).map(owned).collect();
            for difference in compare(&used, &found) {
                writeln!(differences, "{}, {name}: {difference}", target.triple)
                    .expect("it takes everything");
            }
            seen.extend(used.into_keys());
        }
        // The dext writes every record of its catalog, answers with the structs of the boundary and formats
        // the region: one that nobody describes would be compared with nothing.
        for name in USED_BY_THE_DEXT.iter().filter(|name| !seen.contains(**name)) {
            writeln!(differences, "{}: no object of the dext describes `{name}`", target.triple)
                .expect("it takes everything");
        }
        Ok(differences)
    });
    let differences = all(differences).concat();
    assert!(differences.is_empty(), "{differences}");
}

fn owned((name, layout): (&String, &Layout)) -> (String, Layout) {
    (name.clone(), layout.clone())
}

const USED_BY_THE_DEXT: &[&str] = &[
    "dext_client_event_v1",
    "dext_client_call_v1",
    "dext_dispatch_sample_v1",
    "dext_timer_sample_v1",
    "dext_emitted_v1",
    "tsm_stat",
    "tsm_lane_stat",
    "tsm_hello_in",
    "tsm_hello_out",
    "tsm_region_header",
    "IOUserClientMethodArguments",
    "IOUserClientMethodDispatch",
];

/// Structs that the dext shares with DriverKit, as the SDK's IOUserClient.h declares them, on 64 bits.
fn driverkit_structs() -> Layouts {
    let layout = |size, members: &[(&str, u64, MemberType)]| {
        let member = |(name, offset, ty): &(&str, u64, MemberType)| Member {
            name: (*name).to_owned(),
            offset: *offset,
            ty: ty.clone(),
        };
        Layout { size, members: members.iter().map(member).collect() }
    };
    let (word, half, pointer) = (MemberType::Unsigned(8), MemberType::Unsigned(4), MemberType::Pointer);
    let arguments = layout(
        336,
        &[
            ("version", 0, word.clone()),
            ("selector", 8, word.clone()),
            ("completion", 16, pointer.clone()),
            ("scalarInput", 24, pointer.clone()),
            ("scalarInputCount", 32, half.clone()),
            ("structureInput", 40, pointer.clone()),
            ("structureInputDescriptor", 48, pointer.clone()),
            ("scalarOutput", 56, pointer.clone()),
            ("scalarOutputCount", 64, half.clone()),
            ("structureOutput", 72, pointer.clone()),
            ("structureOutputDescriptor", 80, pointer.clone()),
            ("structureOutputMaximumSize", 88, word.clone()),
            ("__reserved", 96, MemberType::Array(Box::new(word), 30)),
        ],
    );
    let dispatch = layout(
        32,
        &[
            ("function", 0, pointer),
            ("checkCompletionExists", 8, half.clone()),
            ("checkScalarInputCount", 12, half.clone()),
            ("checkStructureInputSize", 16, half.clone()),
            ("checkScalarOutputCount", 20, half.clone()),
            ("checkStructureOutputSize", 24, half),
        ],
    );
    Layouts::from([
        ("IOUserClientMethodArguments".to_owned(), arguments),
        ("IOUserClientMethodDispatch".to_owned(), dispatch),
    ])
}

//! A source in C that was written for one version of a record, compiled with the headers of later ones (HDR-13).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use abi_codegen::{Catalog, c_header};
use compat_tests::compilers::STRICT;

/// The fields of `Cache` in each version of the catalog: what each release adds to bytes that were reserved, or
/// appends. Version 3 takes a run of reserved bytes apart, and version 4 adds nothing but a deprecation.
const VERSIONS: [&str; 4] = [
    r#"{"name":"size","type":"u32","offset":0,"size":4},
       {"name":"_r0","type":{"array":"u8","len":4},"offset":4,"size":4,"reserved":true},
       {"name":"hits","type":"u64","offset":8,"size":8}"#,
    r#"{"name":"size","type":"u32","offset":0,"size":4},
       {"name":"_r0","type":{"array":"u8","len":4},"offset":4,"size":4,"reserved":true},
       {"name":"hits","type":"u64","offset":8,"size":8},
       {"name":"misses","type":"u32","offset":16,"size":4,"since":2},
       {"name":"_r1","type":"u32","offset":20,"size":4,"since":2,"reserved":true}"#,
    r#"{"name":"size","type":"u32","offset":0,"size":4},
       {"name":"ways","type":"u8","offset":4,"size":1,"since":3,"bytes_since":1},
       {"name":"_r0","type":"u8","offset":5,"size":1,"reserved":true},
       {"name":"lines","type":"u16","offset":6,"size":2,"since":3,"bytes_since":1},
       {"name":"hits","type":"u64","offset":8,"size":8},
       {"name":"misses","type":"u32","offset":16,"size":4,"since":2},
       {"name":"_r1","type":"u32","offset":20,"size":4,"since":2,"reserved":true}"#,
    r#"{"name":"size","type":"u32","offset":0,"size":4,"deprecated":4},
       {"name":"ways","type":"u8","offset":4,"size":1,"since":3,"bytes_since":1},
       {"name":"_r0","type":"u8","offset":5,"size":1,"reserved":true},
       {"name":"lines","type":"u16","offset":6,"size":2,"since":3,"bytes_since":1},
       {"name":"hits","type":"u64","offset":8,"size":8},
       {"name":"misses","type":"u32","offset":16,"size":4,"since":2},
       {"name":"_r1","type":"u32","offset":20,"size":4,"since":2,"reserved":true}"#,
];

/// Returns the header of the catalog when `Cache` had `version`.
fn header(version: usize) -> String {
    let size = if version == 1 { 16 } else { 24 };
    let text = format!(
        r#"{{"testimony":1,"catalog":"m","prefix":"m","records":[{{"name":"Cache","id":256,"version":{version},"size":{size},
        "fields":[{}]}}],"structs":[],"retired":[]}}"#,
        VERSIONS[version - 1]
    );
    let catalog = Catalog::from_document(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    c_header(&catalog).unwrap_or_else(|error| panic!("{error}"))
}

/// A source of version 1 and one of version 2. They leave what they do not know as it lay in memory.
const SOURCES: [&str; 2] = [
    "static tsm_result write(tsm_writer *writer)
{
    const m_cache_v1 named = {1, {9, 9, 9, 9}, 5};
    m_cache_v1 cache;
    memset(&cache, 0xa5, sizeof cache);
    cache.size = named.size;
    cache.hits = named.hits;
    return m_cache_emit_v1(writer, &cache);
}
",
    "static tsm_result write(tsm_writer *writer)
{
    m_cache_v2 cache;
    memset(&cache, 0xa5, sizeof cache);
    cache.size = 1;
    cache.hits = 5;
    cache.misses = 7;
    return m_cache_emit_v2(writer, &cache);
}
",
];

/// Makes a region, writes one record, and shows its header and its payload.
const MAIN: &str = "int main(void)
{
    tsm_region_config config;
    memset(&config, 0, sizeof config);
    config.shape.lanes = 1;
    config.shape.block_size = 4096;
    config.shape.blocks_per_lane = 2;
    config.clock_kind = TSM_TICKS_KIND;
    config.tick_numerator = 1;
    config.tick_denominator = 1;
    config.instrument.bytes = config.catalog.bytes = tsm_region_catalog;
    config.instrument.size = config.catalog.size = TSM_REGION_CATALOG_SIZE;
    size_t size;
    tsm_region region;
    tsm_writer writer;
    const tsm_lane_config lane = tsm_lane_config_of(\"lane\", TSM_POLICY_FILL);
    void *memory = tsm_region_size(&config, &size) == TSM_OK ? calloc(1, size) : NULL;
    if (memory == NULL || tsm_region_format(memory, size, &config, &region) != TSM_OK ||
        tsm_lane_open(&region, 0, &lane, &writer) != TSM_OK || write(&writer) != TSM_OK) {
        return 1;
    }
    const tsm_word *record = tsm_region_word(&region, region.geometry.blocks_offset + sizeof(tsm_block_header));
    const size_t words = (uint16_t)tsm_load(record) / sizeof *record;
    for (size_t at = 0; at < words; ++at) {
        printf(\"%016llx\\n\", (unsigned long long)tsm_load(&record[at]));
    }
    free(memory);
    return 0;
}
";

const HEAD: &str = "#define TSM_TICKS() UINT64_C(7)
#define TSM_TICKS_KIND TSM_CLOCK_KIND_OTHER
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <testimony/writer.h>
#include <testimony/region_catalog.h>
#include \"m.h\"
";

/// Compiles a source with the header of a version; returns the program, or what the compiler says.
fn build(folder: &Path, source: &str, version: usize, compiler: &[&str]) -> Result<PathBuf, String> {
    fs::write(folder.join("m.h"), header(version)).expect("the folder can be written");
    fs::write(folder.join("source.c"), source).expect("the folder can be written");
    let program = folder.join("program");
    let output = Command::new(compiler[0])
        .env("LC_ALL", "C")
        .args(&compiler[1..])
        .args(STRICT)
        .arg("-I")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../dext-bindings/include"))
        .arg("-I")
        .arg(folder)
        .arg(folder.join("source.c"))
        .arg("-o")
        .arg(&program)
        .output()
        .unwrap_or_else(|error| panic!("NOT CHECKED: {}: {error}", compiler[0]));
    if output.status.success() {
        Ok(program)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

const COMPILERS: [&[&str]; 2] = [&["gcc", "-xc", "-std=c11"], &["g++", "-xc++", "-std=c++17"]];

#[test]
fn a_source_of_one_version_writes_that_version_with_the_header_of_every_later_one() {
    let folder = tempfile::tempdir().expect("a folder for programs");
    // Size, id 0x0100 and version; ticks; and no byte of what later versions made of reserved ones.
    let payloads = [
        "0000000101000020\n0000000000000007\n0000000000000001\n0000000000000005\n",
        "0000000201000028\n0000000000000007\n0000000000000001\n0000000000000005\n0000000000000007\n",
    ];
    for (at, (write, expected)) in SOURCES.iter().zip(payloads).enumerate() {
        let own = at + 1;
        let source = format!("{HEAD}TSM_RECORD(m_cache, M_CACHE, {own});\n{write}{MAIN}");
        for version in own..=VERSIONS.len() {
            for compiler in COMPILERS {
                let program = build(folder.path(), &source, version, compiler)
                    .unwrap_or_else(|error| panic!("a source of version {own}, header {version}: {error}"));
                let output = Command::new(&program).output().expect("the program starts");
                assert!(output.status.success(), "{compiler:?}: {:?}", output.status);
                let shown = String::from_utf8_lossy(&output.stdout);
                assert_eq!(shown, expected, "{compiler:?}, header of version {version}");
            }
        }
    }
}

/// Every struct of a version is declared in the same words in the header of every later version.
#[test]
fn the_struct_of_a_version_never_changes() {
    let declared = |header: &str, version: usize| -> Vec<String> {
        let begins = format!("typedef struct m_cache_v{version} {{");
        let lines =
            header.lines().skip_while(|line| *line != begins).take_while(|line| !line.starts_with('}'));
        lines.filter(|line| line.ends_with(';') || line.ends_with('{')).map(str::to_owned).collect()
    };
    for version in 1..=VERSIONS.len() {
        let own = declared(&header(version), version);
        assert!(own.len() >= 3, "{own:?}");
        for later in version..=VERSIONS.len() {
            assert_eq!(declared(&header(later), version), own, "version {version} in the header of {later}");
        }
    }
}

/// Nothing names the newest version without saying which: such a source would state new fields as zeros.
#[test]
fn a_source_that_states_no_version_does_not_compile() {
    let folder = tempfile::tempdir().expect("a folder for programs");
    let functions = format!("{HEAD}TSM_RECORD(m_cache, M_CACHE, 1);\n");
    for (what, source, said) in [
        (
            "a record without a version",
            format!("{HEAD}TSM_RECORD(m_cache, M_CACHE);\n"),
            "requires 3 arguments",
        ),
        ("a version that is not there", format!("{HEAD}TSM_RECORD(m_cache, M_CACHE, 3);\n"), "m_cache_v3"),
        ("a struct without a version", format!("{functions}extern const m_cache one;\n"), "'m_cache'"),
        ("the newest version", format!("{functions}extern char of[M_CACHE_VERSION];\n"), "'M_CACHE_VERSION'"),
        (
            "a field of version 2 in version 1",
            format!("{functions}extern char of[offsetof(m_cache_v1, misses)];\n"),
            "'misses'",
        ),
    ] {
        for compiler in COMPILERS {
            let error = build(folder.path(), &source, 2, compiler).unwrap_err();
            assert!(error.contains(said), "{what}, {compiler:?}: {error}");
        }
    }
}

//! The names that a catalog brings into C: one table, checked once (HDR-4, HDR-5, HDR-12).

use std::fs;
use std::path::Path;
use std::process::Command;

use abi_codegen::{Catalog, c_header};
use compat_tests::compilers::STRICT;

/// A document of records, composites and codes that are given as JSON.
fn document(name: &str, prefix: &str, records: &str, structs: &str) -> String {
    format!(
        r#"{{"testimony":1,"catalog":"{name}","prefix":"{prefix}","records":[{records}],"structs":[{structs}],"retired":[]}}"#
    )
}

/// The catalog of a document that keeps the rules.
fn catalog(name: &str, prefix: &str, records: &str, structs: &str) -> Catalog {
    let text = document(name, prefix, records, structs);
    Catalog::from_document(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A record of one word.
fn record(name: &str, id: u32) -> String {
    fields(name, id, &["value"])
}

/// A record of 64-bit fields.
fn fields(name: &str, id: u32, names: &[&str]) -> String {
    let fields: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(at, name)| format!(r#"{{"name":"{name}","type":"u64","offset":{},"size":8}}"#, at * 8))
        .collect();
    let size = names.len() * 8;
    format!(r#"{{"name":"{name}","id":{id},"version":1,"size":{size},"fields":[{}]}}"#, fields.join(","))
}

/// A record of one field of another type.
fn holding(name: &str, id: u32, field: &str, ty: &str) -> String {
    format!(
        r#"{{"name":"{name}","id":{id},"version":1,"size":8,"fields":[{{"name":"{field}","type":{ty},"offset":0,"size":8}}]}}"#
    )
}

fn code(name: &str, value: &str) -> String {
    format!(r#"{{"code":"{name}","repr":"u64","values":[["{value}",1]]}}"#)
}

fn composite(name: &str) -> String {
    format!(r#"{{"struct":"{name}","size":8,"fields":[{{"name":"x","type":"u64","offset":0,"size":8}}]}}"#)
}

/// What is defined for every record of a header, in C and in C++: everything that `record.h` defines.
fn compiles(headers: &[(&str, &str)], text: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder for the headers");
    for (name, header) in headers {
        fs::write(folder.path().join(name), header).expect("the folder can be written");
    }
    fs::write(folder.path().join("unit.c"), text).expect("the folder can be written");
    let bindings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dext-bindings/include");
    for compiler in [
        ["gcc", "-xc", "-std=c11"],
        ["clang-19", "-xc", "-std=c2x"],
        ["g++", "-xc++", "-std=c++17"],
        ["clang++-19", "-xc++", "-std=c++2b"],
    ] {
        let output = Command::new(compiler[0])
            .args(&compiler[1..])
            .args(STRICT)
            .args(["-fsyntax-only", "-I"])
            .arg(&bindings)
            .arg("-I")
            .arg(folder.path())
            .arg(folder.path().join("unit.c"))
            .output()
            .unwrap_or_else(|error| panic!("NOT CHECKED: {}: {error}", compiler[0]));
        if !output.status.success() {
            return Err(format!("{compiler:?}: {}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    Ok(())
}

fn header(catalog: &Catalog) -> String {
    c_header(catalog).unwrap_or_else(|error| panic!("{error}"))
}

/// Returns how a document is refused: as a catalog, or by the emitter.
fn refusal(document: &str) -> String {
    match Catalog::from_document(document.as_bytes()).map(|catalog| c_header(&catalog)) {
        Err(error) => error.to_string(),
        Ok(Err(error)) => error.to_string(),
        Ok(Ok(header)) => panic!("it has a header:\n{header}"),
    }
}

const SYSTEM_HEADERS: &str = "#define _GNU_SOURCE 1
#include <dirent.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <utmpx.h>
";

#[test]
fn fields_with_names_of_system_macros_compile_behind_their_headers() {
    let names = [
        "si_pid",
        "st_mtime",
        "s_addr",
        "sa_handler",
        "h_addr",
        "d_fileno",
        "ut_time",
        "ifr_flags",
        "st_mtime_",
        "icmp_id",
    ];
    let header = header(&catalog("m", "m", &fields("R", 256, &names), ""));
    let unit = format!(
        "{SYSTEM_HEADERS}#include <testimony/record.h>\n#include \"m.h\"\nTSM_RECORD(m_r, M_R, 1);\nuint64_t of(const m_r_v1 *r);\nuint64_t of(const m_r_v1 *r) {{ return r->si_pid_ + r->st_mtime_ + r->st_mtime__ + r->s_addr_; }}\n"
    );
    compiles(&[("m.h", &header)], &unit).unwrap();
}

/// g++ takes a member that has the name of a type for a change of that name's meaning.
#[test]
fn fields_with_names_of_types_compile_in_cpp() {
    let speed = holding("Port", 256, "usb_speed", &code("Speed", "Full"));
    let pair = holding("Place", 257, "usb_pair", &composite("Pair"));
    let flags = holding("Line", 258, "usb_bits", r#"{"flags":"Bits","repr":"u64","masks":[["Up",1]]}"#);
    let words = fields(
        "Words",
        259,
        &[
            "uint32_t",
            "uint64_t",
            "size_t",
            "usb_port_v1",
            "usb_words_v1",
            "usb_speed_",
            "USB_PORT_ID",
            "uint8_t",
            "int64_t",
        ],
    );
    let records = [speed, pair, flags, words].join(",");
    let header = header(&catalog("usb", "usb", &records, ""));
    let unit = "#include <testimony/record.h>\n#include \"usb.h\"\nTSM_RECORD(usb_port, USB_PORT, 1);\nTSM_RECORD(usb_place, USB_PLACE, 1);\nTSM_RECORD(usb_line, USB_LINE, 1);\nTSM_RECORD(usb_words, USB_WORDS, 1);\n";
    compiles(&[("usb.h", &header)], unit).unwrap();
}

/// A type of a catalog is called like a macro or a type of a system: it is escaped as a field is.
#[test]
fn types_with_names_of_system_macros_compile_behind_their_headers() {
    let macros = holding("R", 256, "value", &code("Pid", "One"));
    let header_of_macro = header(&catalog("m", "si", &macros, ""));
    let unit = format!(
        "{SYSTEM_HEADERS}#include \"m.h\"\nsi_pid_ value(void);\nsi_pid_ value(void) {{ return SI_PID_ONE; }}\n"
    );
    compiles(&[("m.h", &header_of_macro)], &unit).unwrap();
    let integer = holding("R", 256, "value", &code("T", "One"));
    let header_of_type = header(&catalog("m", "uint8", &integer, ""));
    compiles(&[("m.h", &header_of_type)], "#include \"m.h\"\nuint8_t_ value(uint8_t);\n").unwrap();
    let operator = holding("R", 256, "value", &composite("Eq"));
    let header_of_operator = header(&catalog("m", "and", &operator, ""));
    compiles(&[("m.h", &header_of_operator)], "#include \"m.h\"\nint f(const and_eq_ *);\n").unwrap();
}

#[test]
fn two_things_with_one_name_are_refused_and_both_are_named() {
    let two = |one: &str, other: &str| format!("{},{}", record(one, 256), record(other, 257));
    for (records, structs, things) in [
        (two("Buffer", "BufferClearReserved"), String::new(), ["`Buffer`", "`BufferClearReserved`"]),
        (two("Cache", "CacheFill"), String::new(), ["`Cache`", "`CacheFill`"]),
        (two("Cache", "CacheEmit"), String::new(), ["`Cache`", "`CacheEmit`"]),
        (two("Cache", "CacheEmitAt"), String::new(), ["`Cache`", "`CacheEmitAt`"]),
        (two("Cache", "CacheReserve"), String::new(), ["`Cache`", "`CacheReserve`"]),
        (two("CacheEmitAt", "Cache"), String::new(), ["`Cache`", "`CacheEmitAt`"]),
        (record("Cache", 256), composite("CacheV1"), ["`Cache`", "`CacheV1`"]),
        // Version 2 may come.
        (record("Cache", 256), composite("CacheV2"), ["`Cache`", "`CacheV2`"]),
        (record("Cache", 256), composite("CacheEmitAtV3"), ["`Cache`", "`CacheEmitAtV3`"]),
        (record("Cache", 256), composite("CacheFillV1"), ["`Cache`", "`CacheFillV1`"]),
        (
            String::new(),
            format!("{},{}", composite("Pair"), composite("PairClearReserved")),
            ["`Pair`", "`PairClearReserved`"],
        ),
        (String::new(), composite("MCatalog"), ["`MCatalog`", "embedded form"]),
        (
            format!(
                "{},{}",
                holding("A", 256, "a", &code("Mode", "OffNow")),
                holding("B", 257, "b", &code("ModeOff", "Now"))
            ),
            String::new(),
            ["`OffNow` of `Mode`", "`Now` of `ModeOff`"],
        ),
        (
            format!("{},{}", record("Cache", 256), holding("B", 257, "b", &code("CacheSize", "V1"))),
            String::new(),
            ["record `Cache`", "`V1` of `CacheSize`"],
        ),
    ] {
        let refusal = refusal(&document("m", "m", &records, &structs));
        assert!(things.iter().all(|thing| refusal.contains(thing)), "{things:?}: {refusal}");
        assert!(refusal.contains("REC-15"), "{refusal}");
    }
}

/// What no clash is has a header that compiles, with everything that `record.h` defines.
#[test]
fn names_that_only_resemble_each_other_are_accepted() {
    let records = ["Cache", "CacheV2", "CacheFilled", "CacheEmits", "Emit"];
    let records: Vec<String> = records.iter().zip(256..).map(|(name, id)| record(name, id)).collect();
    let header = header(&catalog("m", "m", &records.join(","), &composite("CacheFill")));
    let unit = "#include <testimony/reopen.h>\n#include \"m.h\"\n\
        TSM_RECORD(m_cache, M_CACHE, 1);\nTSM_RECORD(m_cache_v2, M_CACHE_V2, 1);\n\
        TSM_RECORD(m_cache_filled, M_CACHE_FILLED, 1);\nTSM_RECORD(m_cache_emits, M_CACHE_EMITS, 1);\n\
        TSM_RECORD(m_emit, M_EMIT, 1);\n";
    compiles(&[("m.h", &header)], unit).unwrap();
}

#[test]
fn two_versions_of_a_catalog_in_one_unit_do_not_compile() {
    let one = header(&catalog("m", "m", &record("A", 256), ""));
    let two = header(&catalog("m", "m", &[record("A", 256), record("B", 257)].join(","), ""));
    let other = header(&catalog("other", "other", &record("A", 256), ""));
    let headers = [("one.h", &*one), ("two.h", &*two), ("other.h", &*other)];
    compiles(&headers, "#include \"one.h\"\n#include \"one.h\"\n#include \"other.h\"\nint of(m_a_v1 *);\n")
        .unwrap();
    for unit in ["#include \"one.h\"\n#include \"two.h\"\n", "#include \"two.h\"\n#include \"one.h\"\n"] {
        let error = compiles(&headers, unit).unwrap_err();
        assert!(error.contains("two versions of catalog `m` in one unit (HDR-3)"), "{error}");
    }
}

//! The SDK of DriverKit is not here. What the dext takes from it, and what the shim says that it has, is
//! compared with what is known of it: names, and the header that each is declared in.

use std::collections::BTreeMap;
use std::fs;

use dext_tests::iig::driverkit;
use dext_tests::sdk::{misplaced, unknown_names};
use dext_tests::target::sources;

/// The shim's headers, by their paths as they are included.
fn shim() -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    for folder in ["DriverKit", "os"] {
        for path in sources(&format!("dext-bindings/shim/include/{folder}"), ".h") {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            headers.insert(format!("{folder}/{name}"), fs::read_to_string(&path).expect("a text"));
        }
    }
    assert!(headers.len() > 15, "the shim has headers");
    headers
}

#[test]
fn the_dext_uses_what_the_sdk_declares() {
    let driverkit = driverkit();
    let mut found = Vec::new();
    for ending in [".cpp", ".h", ".iig"] {
        for path in sources("dext-bindings/dext", ending) {
            let text = fs::read_to_string(&path).expect("a text");
            for unknown in unknown_names(&text, &driverkit) {
                found.push(format!("{}:{unknown}", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_shim_declares_it_where_the_sdk_does() {
    let found = misplaced(&shim());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_name_that_a_dext_has_not_is_found() {
    let driverkit = driverkit();
    for (text, said) in [
        ("void f() { os_log_error(OS_LOG_DEFAULT, \"x\"); }", "1: `os_log_error`"),
        ("\nvoid f() { IOMallocAligned(8, 8); }", "2: `IOMallocAligned`"),
        ("IOWorkLoop *loop;", "1: `IOWorkLoop`"),
        ("int f() { return kIOReturnGood; }", "1: `kIOReturnGood`"),
        ("uint64_t f() { return mach_approximate_time(); }", "1: `mach_approximate_time`"),
        (
            "void f(OSObject *a) { OSDynamicCast(OSData, g(a)); }",
            "1: `OSDynamicCast` names its argument twice",
        ),
    ] {
        let found = unknown_names(text, &driverkit);
        assert!(found.iter().any(|unknown| unknown.starts_with(said)), "{text}: {found:?}");
    }
    let clean =
        "void f(OSObject *a) { OSData *d = OSDynamicCast(OSData, a); os_log(OS_LOG_DEFAULT, \"IOThing\"); }";
    assert_eq!(unknown_names(clean, &driverkit), Vec::<String>::new());
}

/// The shim, with one thing moved to where the SDK does not have it.
#[test]
fn what_is_moved_is_found() {
    for (header, from, to) in [
        ("DriverKit/IOService.h", "DriverKit/OSObject.h", "DriverKit/IODispatchQueue.h"),
        ("DriverKit/IOUserClient.h", "DriverKit/OSAction.h", "DriverKit/OSData.h"),
    ] {
        let mut headers = shim();
        let text = headers.get_mut(header).expect("the shim has it");
        assert!(text.contains(from), "{header} includes {from}");
        *text = text.replacen(from, to, 1);
        let said = format!("{header}: brings {to} along, and the SDK's header does not");
        assert_eq!(misplaced(&headers), [said]);
    }
    let mut headers = shim();
    let library = headers.get_mut("DriverKit/IOLib.h").expect("the shim has it");
    *library =
        library.replace("OSSafeReleaseNULL", "OSReleaseNULL").replace("mach_continuous_time", "mach_time");
    let object = headers.get_mut("DriverKit/OSObject.h").expect("the shim has it");
    object.push_str(
        "#define OSSafeReleaseNULL(object) object\nextern \"C\" uint64_t mach_continuous_time(void);\n",
    );
    headers.insert("mach/mach_time.h".to_owned(), String::new());
    let found = misplaced(&headers).join("\n");
    for said in [
        "DriverKit/OSObject.h: declares `OSSafeReleaseNULL`, which the SDK declares in DriverKit/IOLib.h",
        "DriverKit/OSObject.h: declares `mach_continuous_time`, which the SDK declares in DriverKit/IOLib.h",
        "mach/mach_time.h: the SDK is not known to have this header",
    ] {
        assert!(found.contains(said), "{said}: {found}");
    }
}

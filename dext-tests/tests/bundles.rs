//! What the bundles say of themselves to a system that is not here: property lists, entitlements, project.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use plist::{Dictionary, Value};

/// Build settings that Xcode gives a value; all others the project must.
const XCODE_GIVES: &[&str] =
    &["EXECUTABLE_NAME", "MACOSX_DEPLOYMENT_TARGET", "PRODUCT_BUNDLE_IDENTIFIER", "PRODUCT_NAME"];

const LISTS: &[&str] = &[
    "Info.plist",
    "Testimony.entitlements",
    "TestimonyInstaller.entitlements",
    "TestimonyReader.entitlements",
    "app/Info.plist",
    "reader/Info.plist",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("dext-bindings").join("dext")
}

fn text(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn list(name: &str) -> Dictionary {
    let value = Value::from_file(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    value.into_dictionary().unwrap_or_else(|| panic!("{name} is not a dictionary"))
}

fn keys(dictionary: &Dictionary) -> BTreeSet<&str> {
    dictionary.keys().map(String::as_str).collect()
}

fn string<'a>(dictionary: &'a Dictionary, key: &str) -> &'a str {
    dictionary.get(key).and_then(Value::as_string).unwrap_or_else(|| panic!("no string `{key}`"))
}

fn inner<'a>(dictionary: &'a Dictionary, key: &str) -> &'a Dictionary {
    dictionary.get(key).and_then(Value::as_dictionary).unwrap_or_else(|| panic!("no dictionary `{key}`"))
}

/// Names in `$(NAME)`.
fn settings_used(text: &str) -> BTreeSet<&str> {
    text.split("$(").skip(1).map(|rest| rest.split(')').next().expect("a closing bracket")).collect()
}

/// `KEY: value` lines of the project, without quotes.
fn project_lines(project: &str) -> impl Iterator<Item = (&str, &str)> {
    project
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("- ").split_once(": "))
        .map(|(key, value)| (key, value.trim_matches('"')))
}

#[test]
fn the_dext_says_of_itself_what_the_system_asks_for() {
    let info = list("Info.plist");
    let bundle = [
        "CFBundleDevelopmentRegion",
        "CFBundleExecutable",
        "CFBundleIdentifier",
        "CFBundleInfoDictionaryVersion",
        "CFBundleName",
        "CFBundlePackageType",
        "CFBundleShortVersionString",
        "CFBundleVersion",
        "IOKitPersonalities",
        "OSBundleUsageDescription",
    ];
    assert_eq!(keys(&info), BTreeSet::from(bundle));
    assert_eq!(string(&info, "CFBundlePackageType"), "DEXT");
    let personalities = inner(&info, "IOKitPersonalities");
    assert_eq!(keys(personalities), BTreeSet::from(["TestimonyDriver"]));
    let personality = inner(personalities, "TestimonyDriver");
    let own = "$(PRODUCT_BUNDLE_IDENTIFIER)";
    let expected = [
        ("CFBundleIdentifier", own),
        ("CFBundleIdentifierKernel", "com.apple.kpi.iokit"),
        ("IOClass", "IOUserService"),
        ("IOMatchCategory", own),
        ("IOProviderClass", "IOUserResources"),
        ("IOResourceMatch", "IOKit"),
        ("IOUserClass", "TestimonyDriver"),
        ("IOUserServerName", own),
    ];
    for (key, value) in expected {
        assert_eq!(string(personality, key), value, "{key}");
    }
    let strings = BTreeSet::from(expected.map(|(key, _)| key));
    assert_eq!(keys(personality), &strings | &BTreeSet::from(["UserClientProperties"]));
    let client = inner(personality, "UserClientProperties");
    assert_eq!(string(client, "IOClass"), "IOUserUserClient");
    assert_eq!(string(client, "IOUserClass"), "TestimonyClient");
    assert_eq!(client.len(), 2);
}

/// A class or a key that is spelled otherwise is only noticed on a Mac, as a service that never comes.
#[test]
fn what_the_personality_names_is_there_under_that_name() {
    let info = list("Info.plist");
    let personality = inner(inner(&info, "IOKitPersonalities"), "TestimonyDriver");
    let classes = [(personality, "IOService"), (inner(personality, "UserClientProperties"), "IOUserClient")];
    for (dictionary, base) in classes {
        let class = string(dictionary, "IOUserClass");
        let interface = text(&format!("{class}.iig"));
        assert!(interface.contains(&format!("class {class} : public {base}")), "{class}");
    }
    let source = text("TestimonyDriver.cpp");
    let keys: Vec<&str> = source
        .split("Create(this, \"")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("a closing quote"))
        .collect();
    assert_eq!(keys, ["UserClientProperties"], "the only key that the sources ask for");
}

#[test]
fn each_bundle_is_entitled_to_what_it_does_and_to_nothing_else() {
    let flags = |name: &str| {
        let list = list(name);
        assert!(list.values().all(|value| value.as_boolean() == Some(true)), "{name}");
        list.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(
        flags("Testimony.entitlements"),
        ["com.apple.developer.driverkit", "com.apple.security.app-sandbox"]
    );
    assert_eq!(flags("TestimonyInstaller.entitlements"), ["com.apple.developer.system-extension.install"]);
    let reader = list("TestimonyReader.entitlements");
    assert_eq!(keys(&reader), BTreeSet::from(["com.apple.developer.driverkit.userclient-access"]));
    let drivers = reader["com.apple.developer.driverkit.userclient-access"].as_array().expect("an array");
    assert_eq!(drivers, &[Value::from("$(TESTIMONY_DEXT_ID)")], "the one driver that it reads");
}

#[test]
fn the_apps_are_programs_without_a_window() {
    for name in ["app/Info.plist", "reader/Info.plist"] {
        let info = list(name);
        assert_eq!(string(&info, "CFBundlePackageType"), "APPL", "{name}");
        assert_eq!(info["LSUIElement"].as_boolean(), Some(true), "{name}");
    }
    let source = text("app/main.swift");
    assert_eq!(string(&list("app/Info.plist"), "TestimonyExtension"), "$(TESTIMONY_DEXT_ID)");
    assert!(source.contains("forInfoDictionaryKey: \"TestimonyExtension\""), "what it installs");
}

#[test]
fn every_setting_that_a_list_uses_has_a_value() {
    let project = text("project.yml");
    let defined: BTreeSet<&str> =
        project_lines(&project).map(|(key, _)| key).chain(XCODE_GIVES.iter().copied()).collect();
    for name in LISTS {
        let list = text(name);
        let missing: Vec<&str> = settings_used(&list).difference(&defined).copied().collect();
        assert!(missing.is_empty(), "{name}: {missing:?}");
    }
}

#[test]
fn the_project_names_files_that_are_there_and_leaves_none_out() {
    let project = text("project.yml");
    let files = ["path", "INFOPLIST_FILE", "CODE_SIGN_ENTITLEMENTS"];
    let mut named = BTreeSet::new();
    for (key, value) in project_lines(&project).filter(|(key, _)| files.contains(key)) {
        assert!(folder().join(value).exists(), "{key}: {value}");
        named.insert(value);
    }
    for name in LISTS {
        assert!(named.contains(name), "nobody uses {name}");
    }
    for part in ["\"*.iig\"", "\"*.cpp\""] {
        assert!(project.contains(part), "the extension is made of {part}");
    }
}

/// What the sources rely on: the target that they are compiled for, and what they do without.
#[test]
fn the_project_builds_the_extension_as_it_is_compiled_here() {
    let project = text("project.yml");
    let settings: Vec<(&str, &str)> = project_lines(&project).collect();
    for setting in [
        ("type", "driver-extension"),
        ("SDKROOT", "driverkit"),
        ("DRIVERKIT_DEPLOYMENT_TARGET", "21.0"),
        ("ARCHS", "arm64e arm64 x86_64"),
        ("PRODUCT_NAME", "$(PRODUCT_BUNDLE_IDENTIFIER)"),
        ("CLANG_CXX_LANGUAGE_STANDARD", "c++20"),
        ("GCC_ENABLE_CPP_EXCEPTIONS", "NO"),
        ("GCC_ENABLE_CPP_RTTI", "NO"),
        ("GCC_TREAT_WARNINGS_AS_ERRORS", "YES"),
    ] {
        assert!(settings.contains(&setting), "{setting:?}");
    }
    let switch = project.find("TESTIMONY_EMIT=1").expect("the build that is made for tests");
    assert!(project[..switch].rfind("Debug:") > project[..switch].rfind("base:"), "in Debug only");
    assert_eq!(project.matches("TESTIMONY_EMIT").count(), 1);
}

//! What cases write in short.

use abi_lock::{Lock, first_line, sealed};

/// Returns the text of a lock whose releases hold these entries, each sealed.
pub(crate) fn lock(releases: &[&str]) -> String {
    let mut text = first_line("demo");
    for (at, entries) in releases.iter().enumerate() {
        let zeros = "0".repeat(32);
        let block = format!(
            "{text}\nrelease {} 2026-01-01\nfingerprint {zeros}\nprefix demo\n{entries}seal {zeros}\n",
            at + 1
        );
        // Its seal is none; what it states is written anew, with one.
        let read = Lock::parse(&block).unwrap_or_else(|error| panic!("{error}:\n{block}"));
        text = sealed(&text, read.releases.last().expect("one release"));
    }
    text
}

/// Returns the Rust that a case's section stands for, with the catalog reading `lock`.
pub(crate) fn rust(section: &str, lock: &str) -> String {
    section
        .replace("@record(", "#[derive(TraceRecord, IntoBytes, Immutable)]\n#[repr(C)]\n#[trace(")
        .replace("@composite", "#[derive(WireStruct, IntoBytes, Immutable)]\n#[repr(C)]")
        .replace("@code(", "#[derive(TraceCode)]\n#[repr(")
        .replace("@flags(", "#[derive(TraceFlags)]\n#[repr(")
        .replace(
            "@catalog {",
            &format!("abi_runtime::catalog! {{ pub static DEMO = \"demo\" {{ lock: \"{lock}\","),
        )
        .replace("@}", "} }")
}

//! Targets that only the compiler reaches from here: what it makes of our sources can be looked at.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

/// A target, as clang is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// What clang calls it.
    pub triple: &'static str,
}

/// The targets of a DriverKit extension.
pub const DRIVERKIT: [Target; 3] = [
    Target { triple: "arm64-apple-driverkit23.0" },
    Target { triple: "arm64e-apple-driverkit23.0" },
    Target { triple: "x86_64-apple-driverkit23.0" },
];

/// The targets of a reader beside it.
pub const MACOS: [Target; 2] =
    [Target { triple: "arm64-apple-macos13.0" }, Target { triple: "x86_64-apple-macos13.0" }];

/// The targets on which drivers and readers run without DriverKit.
pub const LINUX: [Target; 3] = [
    Target { triple: "x86_64-linux-gnu" },
    Target { triple: "i686-linux-gnu" },
    Target { triple: "aarch64-linux-gnu" },
];

/// Targets whose bytes are in the other order.
pub const BIG_ENDIAN: [Target; 2] =
    [Target { triple: "s390x-linux-gnu" }, Target { triple: "powerpc-linux-gnu" }];

/// Nothing but what the compiler itself brings: no SDK is here, and none may be needed.
const HERMETIC: &[&str] = &["-nostdlibinc", "-nostdinc++", "-ffreestanding"];

/// What a dext is compiled with, and what it must be clean under.
pub const DEXT_FLAGS: &[&str] =
    &["-std=c++20", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror", "-g"];

const CLANG: [&str; 2] = ["clang-22", "clang-19"];

/// Returns the root of the repository.
///
/// # Panics
///
/// This crate lies outside of it.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace")
}

/// Returns the folders in which the dext's sources find what is not beside them: those that the project names,
/// and in the place of the SDK and of IIG the shim's.
#[must_use]
pub fn include_folders() -> Vec<PathBuf> {
    folders(&["include", "shim/include", "shim/iig"])
}

/// Returns the folders of the generated headers.
#[must_use]
pub fn generated_folders() -> Vec<PathBuf> {
    folders(&["include", "dext/generated"])
}

fn folders(names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(|name| root().join("dext-bindings").join(name)).collect()
}

/// Returns the newest clang that is there.
///
/// # Errors
///
/// `NOT CHECKED`, and how to get one.
pub fn clang() -> Result<&'static str, String> {
    let answers = |program: &&&str| {
        let mut probe = Command::new(program);
        let status = probe.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let found = CLANG.iter().find(answers).copied();
    found.ok_or_else(|| {
        format!("NOT CHECKED: {} is not installed: apt-get install clang-19", CLANG.join(" or "))
    })
}

impl Target {
    /// Returns the command that compiles something for this target, and needs no more than its sources.
    ///
    /// # Errors
    ///
    /// As [`clang`].
    pub fn command(&self, flags: &[&str], include: &[PathBuf]) -> Result<Command, String> {
        let mut command = Command::new(clang()?);
        command.args(["-target", self.triple]).args(HERMETIC).args(flags);
        for folder in include {
            command.arg("-I").arg(folder);
        }
        Ok(command)
    }

    /// Compiles `source` to the object `object`.
    ///
    /// # Errors
    ///
    /// As [`clang`], or what the compiler says.
    pub fn compile(
        &self,
        source: &Path,
        object: &Path,
        flags: &[&str],
        include: &[PathBuf],
    ) -> Result<(), String> {
        let mut command = self.command(flags, include)?;
        command.arg("-c").arg(source).arg("-o").arg(object);
        let output = command.output().map_err(|error| format!("NOT CHECKED: {command:?}: {error}"))?;
        if output.status.success() && output.stderr.is_empty() {
            return Ok(());
        }
        Err(format!("{}: {command:?}\n{}", self.triple, String::from_utf8_lossy(&output.stderr)))
    }
}

/// Returns the files of a folder of the repository with this ending, in the order of their names.
///
/// # Panics
///
/// The folder is not there.
#[must_use]
pub fn sources(folder: &str, ending: &str) -> Vec<PathBuf> {
    let path = root().join(folder);
    let entries = path.read_dir().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut found: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    let ends_so =
        |path: &PathBuf| path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.ends_with(ending));
    found.retain(ends_so);
    found.sort();
    found
}

/// Runs `work` for every item, on as many threads as there are processors; returns the results in order.
///
/// # Panics
///
/// As `work`.
pub fn on_all_processors<I: Sync, R: Send>(items: &[I], work: impl Fn(&I) -> R + Sync) -> Vec<R> {
    let next = Mutex::new(0..items.len());
    let results = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let Some(at) = next.lock().expect("nobody panics with it").next() else { return };
                    let result = work(&items[at]);
                    results.lock().expect("nobody panics with it").push((at, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("nobody panics with it");
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Returns what succeeded, if everything did.
///
/// # Panics
///
/// With everything that failed, each thing once.
pub fn all<T>(results: Vec<Result<T, String>>) -> Vec<T> {
    let mut errors = Vec::new();
    let mut values = Vec::new();
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(error) => errors.push(error),
        }
    }
    errors.dedup();
    assert!(errors.is_empty(), "{} failed:\n{}", errors.len(), errors.join("\n"));
    values
}

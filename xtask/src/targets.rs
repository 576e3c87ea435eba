//! Targets that a machine may lack: Rust for macOS, and for a processor of the other byte order.

use std::path::Path;
use std::process::Command;

use crate::root::{cargo, root, typed};
use crate::steps::Checked;

const DARWIN: &str = "aarch64-apple-darwin";
const BIG_ENDIAN: &str = "s390x-unknown-linux-gnu";

/// Linux on processors that are not this one.
const PROCESSORS: [&str; 2] = ["i686-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

/// What a reader on macOS is made of.
const READER: [&str; 3] = ["abi-runtime", "dext-bindings", "testimony"];

/// What rustc says of the runtime on a target of the other byte order (REC-1).
const REFUSAL: &str = "a trace record is little-endian (REC-1): this target is big-endian";

/// What rustc says of a reader for a target of 32 bits, which has nothing to map a region with (REG-56).
const NARROW_REFUSAL: &str = "target_pointer_width = \"64\"";

/// Checks the reader for macOS, its tests too. They cannot be linked here: that takes the SDK.
///
/// # Errors
///
/// It does not compile there, or clippy finds something.
pub(crate) fn darwin() -> Result<Checked, String> {
    if let Some(missing) = missing(DARWIN)? {
        return Ok(Checked::Nothing(missing));
    }
    // Clippy is a check, and then some.
    let mut command = cargo(["clippy", "--quiet", "--all-targets", "--target", DARWIN]);
    for package in READER {
        command.args(["--package", package]);
    }
    succeed(command.args(["--", "--deny", "warnings"]))?;
    Ok(Checked::All)
}

/// Checks that rustc lays the structs of every catalog of the boundary out on other processors as their locks
/// say: each crate holds its own structs against its lock when it is checked. And that a region is mapped
/// nowhere on a target of 32 bits (REG-56).
///
/// # Errors
///
/// A struct lies otherwise there, or a region can be mapped.
pub(crate) fn processors() -> Result<Checked, String> {
    for target in PROCESSORS {
        if let Some(missing) = missing(target)? {
            return Ok(Checked::Nothing(missing));
        }
    }
    for target in PROCESSORS {
        let mut command = cargo(["check", "--quiet", "--package", "dext-records", "--target", target]);
        succeed(&mut command)?;
    }
    let [narrow, _] = PROCESSORS;
    is_refused("testimony", narrow, NARROW_REFUSAL, "a reader there may store to read-only memory")
}

/// Checks that the runtime is refused on a big-endian target, in our words and in no others.
///
/// # Errors
///
/// It compiles, or does not for another reason.
pub(crate) fn big_endian() -> Result<Checked, String> {
    if let Some(missing) = missing(BIG_ENDIAN)? {
        return Ok(Checked::Nothing(missing));
    }
    is_refused("abi-runtime", BIG_ENDIAN, REFUSAL, "every reader and writer would swap bytes")
}

/// Checks that a crate does not compile for a target, with this message. `otherwise` is what would happen there.
fn is_refused(package: &str, target: &str, refusal: &str, otherwise: &str) -> Result<Checked, String> {
    let mut command = cargo(["check", "--quiet", "--package", package, "--target", target]);
    let output = command.output().map_err(|error| not_started(&command, &error))?;
    if output.status.success() {
        return Err(format!("`{}` succeeds: {otherwise}", typed(&command)));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains(refusal) { Ok(Checked::All) } else { Err(format!("not `{refusal}`, but:\n{said}")) }
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", typed(command))) }
}

/// Returns what is to be said if the standard library of `target` is not here.
fn missing(target: &str) -> Result<Option<String>, String> {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args(["--print", "target-libdir", "--target", target]).current_dir(root());
    let output = command.output().map_err(|error| not_started(&command, &error))?;
    if !output.status.success() {
        return Ok(Some(format!("rustc knows no target {target}")));
    }
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let is_core = |name: &str| name.starts_with("libcore-");
    let holds_core = Path::new(&folder)
        .read_dir()
        .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name().to_str().is_some_and(is_core)));
    Ok((!holds_core).then(|| format!("{target} is not installed: rustup target add {target}")))
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("NOT CHECKED: `{}` cannot be started: {error}", typed(command))
}

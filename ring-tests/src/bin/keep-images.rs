//! Writes small regions of this version of the region ABI into `spec/abi/regions/MAJOR.MINOR/`, each with
//! what a reader says of it. Run when a version is released.
//!
//!     cargo run -p ring-tests --bin keep-images
//!
//! A version whose catalog stands in `spec/abi/region.lock` and that has images already keeps those: they
//! are what was released.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use abi_runtime::layout::REGION;
use ring_tests::images::IMAGES;
use ring_tests::truth::TRUTH;
use ring_tests::{kept, lines};

fn main() -> ExitCode {
    match keep() {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn keep() -> Result<String, String> {
    let mut images = vec![("by-c".to_owned(), by_c()?)];
    for image in IMAGES {
        images.push((image.name.to_owned(), image.bytes()?));
    }
    let version = kept::stated_version(&images[0].1);
    let folder = kept::folder().join(&version);
    let released = kept::released()?;
    if kept::all()?.iter().any(|image| image.version == version && released.contains(&image.fingerprint())) {
        return Err(format!("region ABI {version} has been released, and its images are kept"));
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (name, bytes) in &images {
        if kept::stated_version(bytes) != version {
            return Err(format!("{name} is not of region ABI {version}"));
        }
        let said = lines::tell(bytes).map_err(|error| format!("{name}: {error}"))?;
        write(&folder.join(format!("{name}.region")), bytes)?;
        write(&folder.join(format!("{name}.expect")), said.as_bytes())?;
    }
    Ok(format!("{} regions of ABI {version} are kept in spec/abi/regions/{version}", images.len()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

/// The region that `c/image.c` writes.
fn by_c() -> Result<Vec<u8>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().map_err(|error| format!("no folder for the program: {error}"))?;
    let [program, instrument, catalog] =
        ["image", "instrument", "catalog"].map(|name| folder.path().join(name));
    write(&instrument, REGION.embedded())?;
    write(&catalog, TRUTH.embedded())?;
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-I"]);
    compiler.arg(root.join("../dext-bindings/include")).arg(root.join("c/image.c")).arg("-o").arg(&program);
    run(&mut compiler)?;
    run(Command::new(&program).args([&instrument, &catalog]))
}

fn run(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.output().map_err(|error| format!("NOT CHECKED: {command:?}: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(format!("{command:?}, {}: {}", output.status, String::from_utf8_lossy(&output.stderr)))
}

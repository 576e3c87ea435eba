//! What the derive costs whoever compiles it, beside serde's two.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::row::{Goal, Row};

/// Records of the crate that is compiled, and fields of each.
const RECORDS: usize = 500;
const FIELDS: &[&str] =
    &["u32", "u32", "u64", "u16", "u16", "u8", "u8", "u16", "u64", "i64", "[u8; 8]", "u64"];
/// Checks of each crate.
const ROUNDS: usize = 3;

/// Who derives what.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deriver {
    Testimony,
    Serde,
}

/// Checks two crates with the same structs, clean and warm, in turns.
pub fn against_serde(root: &Path) -> Vec<Row> {
    let folder = root.join("target/measures-compile");
    let mut samples = [[Vec::new(), Vec::new()], [Vec::new(), Vec::new()]];
    let derivers = [Deriver::Serde, Deriver::Testimony];
    let crates: Option<Vec<PathBuf>> =
        derivers.iter().map(|&deriver| make_crate(&folder, root, deriver)).collect();
    let Some(crates) = crates else {
        return vec![Row::not_measured("compile time", "target/measures-compile cannot be written")];
    };
    for own in &crates {
        // The dependencies are built before anything is timed.
        if check(own).is_none() {
            return vec![Row::not_measured("compile time", "`cargo check` failed")];
        }
    }
    for _ in 0..ROUNDS {
        for (own, samples) in crates.iter().zip(&mut samples) {
            let cleaned = Command::new("cargo")
                .args(["clean", "--quiet", "--package", "derived"])
                .env_remove("CARGO_TARGET_DIR")
                .current_dir(own)
                .status();
            let touched = |own: &Path| {
                std::fs::File::open(own.join("src/lib.rs"))?.set_modified(std::time::SystemTime::now())
            };
            if cleaned.is_ok_and(|status| status.success()) {
                samples[0].extend(check(own));
            }
            if touched(own).is_ok() {
                samples[1].extend(check(own));
            }
        }
    }
    let [serde, testimony] = &samples;
    let mut rows = Vec::new();
    for (at, when) in ["clean", "warm"].iter().enumerate() {
        let floor = Row::new(
            format!("check 500 records, {when}: serde's two derives"),
            &serde[at],
            "s",
            None,
            Goal::None,
        );
        let claim = format!("check 500 records, {when}: derive and catalog!");
        rows.push(Row::new(claim, &testimony[at], "s", Some(floor.median), Goal::RatioAtMost(1.0)));
        rows.insert(rows.len() - 1, floor);
    }
    rows
}

fn check(own: &Path) -> Option<f64> {
    let begin = Instant::now();
    let status = Command::new("cargo")
        .args(["check", "--quiet"])
        .current_dir(own)
        .env_remove("CARGO_TARGET_DIR")
        .status();
    status.is_ok_and(|status| status.success()).then(|| begin.elapsed().as_secs_f64())
}

fn make_crate(folder: &Path, root: &Path, deriver: Deriver) -> Option<PathBuf> {
    let (name, dependencies) = match deriver {
        Deriver::Testimony => {
            let runtime = root.join("abi-runtime");
            let zerocopy = "zerocopy = { version = \"0.8\", features = [\"derive\"] }";
            ("testimony", format!("abi-runtime = {{ path = \"{}\" }}\n{zerocopy}", runtime.display()))
        }
        Deriver::Serde => ("serde", "serde = { version = \"1\", features = [\"derive\"] }".to_owned()),
    };
    let own = folder.join(name);
    std::fs::create_dir_all(own.join("src")).ok()?;
    let manifest = format!(
        "[workspace]\n[package]\nname = \"derived\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{dependencies}\n[profile.dev.build-override]\nopt-level = 1\n"
    );
    std::fs::write(own.join("Cargo.toml"), manifest).ok()?;
    std::fs::write(own.join("src/lib.rs"), source(deriver)).ok()?;
    Some(own)
}

fn source(deriver: Deriver) -> String {
    let mut text = String::from("//! Made to be compiled.\n");
    let mut names = String::new();
    text += match deriver {
        Deriver::Testimony => "use abi_runtime::prelude::*;\n",
        Deriver::Serde => "use serde::{Deserialize, Serialize};\n",
    };
    for record in 0..RECORDS {
        let attributes = match deriver {
            Deriver::Testimony => {
                format!(
                    "#[derive(TraceRecord, IntoBytes, Immutable)]\n#[repr(C)]\n#[trace(id = {})]",
                    0x100 + record
                )
            }
            Deriver::Serde => "#[derive(Serialize, Deserialize)]\n#[repr(C)]".to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "/// Record {record}.\n{attributes}\npub struct Record{record} {{");
        for (at, ty) in FIELDS.iter().enumerate() {
            let _ = writeln!(text, "    /// Field {at}.\n    pub field{at}: {ty},");
        }
        text += "}\n";
        let _ = write!(names, "Record{record}, ");
    }
    if deriver == Deriver::Testimony {
        let _ = writeln!(
            text,
            "abi_runtime::catalog! {{\n    /// All.\n    pub static ALL = \"all\" {{ records: [{names}] }}\n}}"
        );
    }
    text
}

//! What the derive costs whoever compiles it, beside serde's two; and what a lock adds to that.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::row::{Goal, Row};

/// Records of the crate that is compiled, and fields of each.
const RECORDS: u16 = 500;
const FIELDS: &[&str] =
    &["u32", "u32", "u64", "u16", "u16", "u8", "u8", "u16", "u64", "i64", "[u8; 8]", "u64"];
/// Checks of each crate: enough to tell a twentieth from noise.
const ROUNDS: usize = 9;

/// Who derives what.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deriver {
    Serde,
    Testimony,
    /// The same, and the catalog reads a lock that holds every record.
    Locked,
}

const DERIVERS: [Deriver; 3] = [Deriver::Serde, Deriver::Testimony, Deriver::Locked];

/// Checks crates with the same structs, clean and warm, in turns.
pub fn in_turns(root: &Path) -> Vec<Row> {
    let folder = root.join("target/measures-compile");
    let mut samples = [const { [Vec::new(), Vec::new()] }; DERIVERS.len()];
    let crates: Option<Vec<PathBuf>> =
        DERIVERS.iter().map(|&deriver| make_crate(&folder, root, deriver)).collect();
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
    let [serde, testimony, locked] = &samples;
    let mut rows = Vec::new();
    for (at, when) in ["clean", "warm"].iter().enumerate() {
        let row = |what: &str, samples: &[Vec<f64>; 2], floor, goal| {
            Row::new(format!("check 500 records, {when}: {what}"), &samples[at], "s", floor, goal)
        };
        let floor = row("serde's two derives", serde, None, Goal::None);
        let own = row("derive and catalog!", testimony, Some(floor.median), Goal::RatioAtMost(1.0));
        let with = row("the same with its lock", locked, Some(own.median), Goal::RatioAtMost(1.05));
        rows.extend([floor, own, with]);
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
    let runtime = || {
        let runtime = root.join("abi-runtime");
        let zerocopy = "zerocopy = { version = \"0.8\", features = [\"derive\"] }";
        format!("abi-runtime = {{ path = \"{}\" }}\n{zerocopy}", runtime.display())
    };
    let (name, dependencies) = match deriver {
        Deriver::Testimony => ("testimony", runtime()),
        Deriver::Locked => ("locked", runtime()),
        Deriver::Serde => ("serde", "serde = { version = \"1\", features = [\"derive\"] }".to_owned()),
    };
    let own = folder.join(name);
    std::fs::create_dir_all(own.join("src")).ok()?;
    let manifest = format!(
        "[workspace]\n[package]\nname = \"derived\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{dependencies}\n[profile.dev.build-override]\nopt-level = 1\n"
    );
    std::fs::write(own.join("Cargo.toml"), manifest).ok()?;
    std::fs::write(own.join("src/lib.rs"), source(deriver)).ok()?;
    if deriver == Deriver::Locked {
        std::fs::write(own.join("all.lock"), lock()).ok()?;
    }
    Some(own)
}

/// The lock of the records of [`source`].
fn lock() -> String {
    let mut fields = Vec::new();
    let mut end = 0_u32;
    for (at, word) in FIELDS.iter().enumerate() {
        // The lock writes an array without a space.
        let ty = abi_lock::Type::parse(&word.replace("; ", ";"));
        let size = match &ty {
            Some(abi_lock::Type::Scalar(scalar)) => scalar.size(),
            _ => 8,
        };
        let offset = if ty.is_some() { end.next_multiple_of(size) } else { end };
        fields.extend(ty.map(|ty| abi_lock::Field {
            offset,
            size,
            ty,
            name: format!("field{at}"),
            since: 1,
            bytes_since: 1,
            deprecated: None,
            reserved: false,
            meaning: abi_lock::Meaning::default(),
        }));
        end = offset + size;
    }
    let record = |number: u16| abi_lock::Record {
        line: 0,
        id: 0x100 + number,
        name: format!("Record{number}"),
        version: 1,
        size: end,
        class: None,
        fields: fields.clone(),
    };
    let release = abi_lock::Release {
        line: 0,
        number: 1,
        date: "2026-01-01".to_owned(),
        fingerprint: "0".repeat(32),
        prefix: "all".to_owned(),
        enumerations: Vec::new(),
        structs: Vec::new(),
        records: (0..RECORDS).map(record).collect(),
        retired: Vec::new(),
        lists: Vec::new(),
        acknowledged: Vec::new(),
    };
    abi_lock::sealed(&abi_lock::first_line("all"), &release)
}

fn source(deriver: Deriver) -> String {
    let mut text = String::from("//! Made to be compiled.\n");
    let mut names = String::new();
    text += match deriver {
        Deriver::Testimony | Deriver::Locked => "use abi_runtime::prelude::*;\n",
        Deriver::Serde => "use serde::{Deserialize, Serialize};\n",
    };
    for record in 0..RECORDS {
        let attributes = match deriver {
            Deriver::Testimony | Deriver::Locked => {
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
    let lock = match deriver {
        Deriver::Serde => return text,
        Deriver::Testimony => "",
        Deriver::Locked => "lock: \"all.lock\", ",
    };
    let _ = writeln!(
        text,
        "abi_runtime::catalog! {{\n    /// All.\n    pub static ALL = \"all\" {{ {lock}records: [{names}] }}\n}}"
    );
    text
}

//! Compiles the C thread with the system's C compiler.
//!
//! Only the driver has it: whoever links this crate for its catalog alone, as the header generator
//! does, leaves the feature `driver` away and needs neither a C compiler nor the header.

use std::env;
use std::path::Path;

/// The header that is generated from the catalog, and the folder of the C writer.
const GENERATED: &str = "generated/proc.h";
const INCLUDE: &str = "../../dext-bindings/include";

fn main() {
    for path in ["build.rs", "c", GENERATED, INCLUDE] {
        println!("cargo::rerun-if-changed={path}");
    }
    let is_linux = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux");
    if env::var_os("CARGO_FEATURE_DRIVER").is_none() || !is_linux {
        return;
    }
    if !Path::new(GENERATED).exists() {
        println!("cargo::error={GENERATED} is missing: `cargo xtask gen-headers` writes it");
        return;
    }
    let compiled = cc::Build::new()
        .file("c/sampler.c")
        .includes(["c", "generated", INCLUDE])
        .std("c11")
        .extra_warnings(true)
        .warnings_into_errors(true)
        .try_compile("sampler");
    if let Err(error) = compiled {
        println!(
            "cargo::error=the C thread cannot be compiled: {error}; if there is no C compiler, install one (`apt-get install gcc`) or name it in CC"
        );
    }
}

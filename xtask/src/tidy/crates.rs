//! Who may know whom.

use serde_json::Value;

use super::Finding;
use crate::root::{cargo, root};

/// A crate, and all that it may depend on, at any distance.
const ONLY: &[(&str, &[&str])] = &[("abi-schema", &[]), ("abi-lock", &["abi-schema"])];

/// A crate, and what it may never depend on, at any distance.
const NEVER: &[(&str, &[&str])] = &[
    ("trace-derive", &["abi-runtime", "abi-codegen", "serde"]),
    ("abi-runtime", &["abi-codegen", "serde", "serde_json"]),
    ("abi-codegen", &["trace-derive", "abi-runtime"]),
];

/// Crates that nobody depends on.
const LEAVES: &[&str] = &["xtask", "measures", "compat-tests", "ring-tests"];

pub(super) fn check() -> Result<Vec<Finding>, String> {
    let mut command = cargo(["metadata", "--format-version", "1", "--locked"]);
    let output = command.output().map_err(|error| format!("NOT CHECKED: cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!("NOT CHECKED: cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("NOT CHECKED: cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let members = metadata["workspace_members"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut findings = Vec::new();
    for package in packages.iter().filter(|package| members.contains(&package["id"])) {
        let name = text(&package["name"]);
        let place = text(&package["manifest_path"]);
        let place = place.strip_prefix(&format!("{}/", root().display())).unwrap_or(place);
        for reached in reachable(packages, package) {
            let reaches = |list: &[&str]| list.contains(&reached.as_str());
            let forbidden = NEVER.iter().any(|(from, never)| *from == name && reaches(never))
                || ONLY.iter().any(|(from, only)| *from == name && !reaches(only));
            if forbidden || LEAVES.contains(&reached.as_str()) {
                findings.push(Finding::new(
                    place,
                    format!("`{name}` depends on `{reached}`"),
                    "ARCHITECTURE.md, \"Who may know whom\": move what is shared to a crate that both may know",
                ));
            }
        }
        let manifest = std::fs::read_to_string(root().join(place)).unwrap_or_default();
        if !manifest.contains("[lints]\nworkspace = true") {
            findings.push(Finding::new(
                place,
                "the workspace's lints are not taken over",
                "add `[lints]` with `workspace = true`",
            ));
        }
        let folder = place.trim_end_matches("Cargo.toml");
        if !root().join(folder).join("README.md").exists() {
            findings.push(Finding::new(
                folder,
                "the folder has no README.md",
                "say in a few lines what it is and where to start reading",
            ));
        }
    }
    Ok(findings)
}

/// Names of everything that `package` depends on to be built, at any distance.
fn reachable(packages: &[Value], package: &Value) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut waiting = vec![package];
    while let Some(package) = waiting.pop() {
        let dependencies = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
        // A dependency's `kind` is null when it is an ordinary one.
        let ordinary = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
        for dependency in ordinary.filter(|dependency| dependency["optional"] == false) {
            let name = text(&dependency["name"]).to_owned();
            if found.contains(&name) {
                continue;
            }
            waiting.extend(packages.iter().filter(|other| other["name"] == *name));
            found.push(name);
        }
    }
    found
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

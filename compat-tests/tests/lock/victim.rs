//! A crate of somebody else's, outside of this workspace, that depends on ours.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A crate in a folder of its own.
pub(crate) struct Victim {
    folder: tempfile::TempDir,
    /// Where cargo builds: kept from run to run, for the crates that it depends on.
    target: PathBuf,
}

impl Victim {
    pub(crate) fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = root();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nabi-runtime = {{ path \
             = \"{}\" }}\nzerocopy = {{ version = \"0.8\", features = [\"derive\"] }}\n\n[workspace]\n",
            root.join("abi-runtime").display()
        );
        let target = root.join("target/victims").join(name);
        let victim = Self { folder, target };
        victim.write("Cargo.toml", &manifest);
        // The versions that this repository is tested with, which are here already.
        std::fs::copy(root.join("Cargo.lock"), victim.path("Cargo.lock")).expect("the lock file of cargo");
        victim
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Checks the crate, and returns the errors: the file in which each lies, and what it says.
    pub(crate) fn check(&self, switch: Option<&str>) -> BTreeMap<String, Vec<String>> {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(["check", "--quiet", "--offline", "--message-format=json"])
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", &self.target)
            .env_remove("TESTIMONY_LOCK");
        if let Some(switch) = switch {
            command.env("TESTIMONY_LOCK", switch);
        }
        let output = command.output().expect("cargo starts");
        let mut errors: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { continue };
            let message = &message["message"];
            if message["level"] != "error" {
                continue;
            }
            let spans = message["spans"].as_array().cloned().unwrap_or_default();
            let primary = spans.iter().find(|span| span["is_primary"] == true);
            let file = primary.and_then(|span| span["file_name"].as_str()).unwrap_or_default().to_owned();
            let said = message["message"].as_str().unwrap_or_default().to_owned();
            if !said.starts_with("aborting") && !file.is_empty() {
                errors.entry(file).or_default().push(said);
            }
        }
        assert!(
            output.status.success() || !errors.is_empty(),
            "the crate cannot be checked: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        errors
    }
}

fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

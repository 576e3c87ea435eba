//! A workspace of its own, as another team has it, in which `catalog!` reads its lock.

#![allow(dead_code, reason = "each test that includes it uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A crate in a folder of its own, that is checked by cargo and not by this workspace.
pub(crate) struct Project {
    folder: PathBuf,
    target: PathBuf,
    modules: Vec<String>,
    /// What `TESTIMONY_LOCK` is when cargo runs.
    pub(crate) switch: Option<&'static str>,
}

/// An error of the compiler.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// The module in whose file it is shown, or `lib`.
    pub(crate) module: String,
    /// What is underlined.
    pub(crate) at: String,
    /// The whole message.
    pub(crate) message: String,
}

/// What a check came to.
#[derive(Debug)]
pub(crate) struct Checked {
    /// The errors, by module.
    pub(crate) refusals: Vec<Refusal>,
    /// Whether the compiler ran over the crate; it does not when nothing changed.
    pub(crate) fresh: bool,
}

impl Project {
    /// Makes the crate anew; what it depends on stays built.
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("frozen").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("src")).expect("the target directory can be written");
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let runtime = own.join("../abi-runtime");
        let manifest = format!(
            "[workspace]\n[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n\
             abi-runtime = {{ path = \"{}\" }}\nzerocopy = {{ version = \"0.8\", features = [\"derive\"] }}\n",
            runtime.display()
        );
        fs::write(folder.join("Cargo.toml"), manifest).expect("written");
        fs::copy(own.join("../Cargo.lock"), folder.join("Cargo.lock")).expect("the versions are known");
        // One directory for all of them: what they depend on is built once.
        let target = folder.join("../target");
        Self { folder, target, modules: Vec::new(), switch: None }
    }

    /// Builds what it depends on by itself: a switch that is tracked builds the runtime anew, under the hands
    /// of others.
    pub(crate) fn apart(self) -> Self {
        Self { target: self.folder.join("../apart"), ..self }
    }

    /// Writes a file beside `Cargo.toml`.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("written");
        fs::write(path, text).expect("written");
    }

    /// Returns where a file of the crate is.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Writes a module, and names it in the crate's root.
    pub(crate) fn module(&mut self, name: &str, source: &str) {
        self.write(&format!("src/{name}.rs"), &format!("use abi_runtime::prelude::*;\n{source}"));
        if !self.modules.iter().any(|known| known == name) {
            self.modules.push(name.to_owned());
            let modules: Vec<String> = self.modules.iter().map(|module| format!("mod {module};")).collect();
            self.write("src/lib.rs", &format!("#![allow(dead_code)]\n{}\n", modules.join("\n")));
        }
    }

    /// Checks the crate as its people would: `cargo check`, and nothing else.
    pub(crate) fn check(&self) -> Checked {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["check", "--offline", "--message-format=json"]).current_dir(&self.folder);
        cargo.env("CARGO_TARGET_DIR", &self.target);
        match self.switch {
            Some(value) => cargo.env("TESTIMONY_LOCK", value),
            None => cargo.env_remove("TESTIMONY_LOCK"),
        };
        let output = cargo.output().expect("cargo runs");
        let text = String::from_utf8(output.stdout).expect("messages are text");
        let messages: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("a message")).collect();
        let (mut refusals, mut fresh) = (Vec::new(), false);
        for message in messages.iter().filter(|message| self.is_own(message)) {
            if message["reason"] == "compiler-artifact" {
                fresh |= message["fresh"] == false;
            } else if message["message"]["level"] == "error" {
                refusals.extend(refusal(&message["message"]));
            }
        }
        let failed = !output.status.success();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(failed, !refusals.is_empty(), "cargo failed for another reason: {told}");
        Checked { refusals, fresh }
    }

    fn is_own(&self, message: &Value) -> bool {
        let manifest = self.folder.join("Cargo.toml");
        message["manifest_path"].as_str().is_some_and(|path| Path::new(path) == manifest)
    }
}

/// Reads an error; those that only count the others have no place.
fn refusal(message: &Value) -> Option<Refusal> {
    let spans = message["spans"].as_array()?;
    let span = spans.iter().find(|span| span["is_primary"] == true)?;
    let line = span["text"][0]["text"].as_str()?;
    let column = |key: &str| usize::try_from(span["text"][0][key].as_u64()?.checked_sub(1)?).ok();
    // The compiler counts characters, not bytes.
    let (start, end) = (column("highlight_start")?, column("highlight_end")?);
    let at: String = line.chars().skip(start).take(end.saturating_sub(start)).collect();
    let module = Path::new(span["file_name"].as_str()?).file_stem()?.to_str()?;
    Some(Refusal { module: module.to_owned(), at, message: message["message"].as_str()?.to_owned() })
}

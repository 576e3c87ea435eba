//! A workspace with a lock, golden bytes and a history, and the verbs in it.

#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test program uses a part of it")]

use std::path::Path;

use abi_codegen::abi::{Args, Governed, Outcome, execute};
use abi_codegen::law::Style;
use clap::Parser;
use process_watch::catalog::PROC;

pub const GOVERNED: &[Governed] = &[Governed { catalog: &PROC, lock: "spec/abi/proc.lock" }];

/// A workspace with the lock of `proc`, its golden bytes, and a history.
pub struct Workspace(tempfile::TempDir);

impl Workspace {
    pub fn new() -> Self {
        let workspace = Self(tempfile::tempdir().expect("a folder"));
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/abi");
        for entry in std::fs::read_dir(from.join("golden/proc")).expect("golden bytes") {
            let path = entry.expect("a file").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            workspace.write(&format!("spec/abi/golden/proc/{name}"), &std::fs::read(&path).expect("a file"));
        }
        workspace.write("spec/abi/proc.lock", &std::fs::read(from.join("proc.lock")).expect("the lock"));
        workspace
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).expect("a text")
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }

    pub fn git(&self, arguments: &[&str]) {
        let run = abi_codegen::abi::git(self.path())
            .args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"])
            .args(arguments)
            .output()
            .expect("git");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }

    pub fn run(&self, words: &[&str]) -> Result<Outcome, String> {
        let words = std::iter::once("abi").chain(words.iter().copied());
        let args = Args::try_parse_from(words).expect("the words are a verb's");
        let style = Style { colour: false, width: 100 };
        execute(&args, self.path(), GOVERNED, style).map_err(|error| error.to_string())
    }

    /// Returns the status of a verb that ends in a verdict.
    pub fn status(&self, words: &[&str]) -> u8 {
        self.run(words).unwrap_or_else(|error| panic!("{words:?}: {error}")).status
    }

    /// Returns the error of a verb that does not, and holds it against `says`.
    pub fn fails(&self, words: &[&str], says: &[&str]) {
        match self.run(words) {
            Ok(outcome) => panic!("{words:?}: a verdict, {}", outcome.text),
            Err(error) => {
                for say in says {
                    assert!(error.contains(say), "{words:?}: {error:?} does not say {say:?}");
                }
            }
        }
    }

    /// Edits the lock, and makes every seal and fingerprint fit again, as a forger would.
    pub fn forge(&self, old: &str, new: &str) {
        let text = self.read("spec/abi/proc.lock").replace(old, new);
        let mut stated = abi_lock::Lock::parse(&text).expect("still a lock");
        let loaded = abi_codegen::lock::Lock::load(&text).expect("still a lock");
        for (release, read) in stated.releases.iter_mut().zip(&loaded.lock.releases) {
            release.fingerprint = read.catalog.fingerprint().to_string();
        }
        self.write("spec/abi/proc.lock", stated.to_string().as_bytes());
    }
}

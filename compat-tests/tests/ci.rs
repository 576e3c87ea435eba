//! `examples/ci/`: what any project can copy, run as far as a machine without the service can.
//!
//! The steps of the action run as they stand, in a checkout of another workspace outside of this one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use yaml_rust2::{Yaml, YamlLoader};

fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

fn yaml(path: &str) -> Yaml {
    let text = fs::read_to_string(root().join(path)).expect("the file is there");
    YamlLoader::load_from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}")).remove(0)
}

/// One step that runs something.
struct Step {
    name: String,
    script: String,
    env: BTreeMap<String, String>,
}

fn steps(yaml: &Yaml) -> Vec<Step> {
    let steps = yaml.as_vec().expect("steps");
    let run = steps.iter().filter(|step| !step["run"].is_badvalue());
    let step = |step: &Yaml| Step {
        name: step["name"].as_str().expect("a step has a name").to_owned(),
        script: step["run"].as_str().expect("a script").to_owned(),
        env: step["env"]
            .as_hash()
            .into_iter()
            .flatten()
            .map(|(key, value)| (word(key), word(value)))
            .collect(),
    };
    run.map(step).collect()
}

fn word(yaml: &Yaml) -> String {
    yaml.as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_action_names_its_inputs_and_its_scripts_are_shell() {
    let action = yaml("examples/ci/action/action.yml");
    let inputs: Vec<String> = action["inputs"].as_hash().expect("inputs").keys().map(word).collect();
    for step in steps(&action["runs"]["steps"]) {
        for value in step.env.values().filter_map(|value| value.strip_prefix("${{ inputs.")) {
            let input = value.trim_end_matches(" }}");
            assert!(inputs.iter().any(|known| known == input), "{}: there is no input {input}", step.name);
        }
        assert!(
            !step.script.contains("${{"),
            "{}: what a person types never becomes part of a script",
            step.name
        );
        let checked = Command::new("bash").args(["-n", "-c", &step.script]).status().expect("bash");
        assert!(checked.success(), "{}", step.name);
        let reports = step.script.contains("abi check");
        let switch = step.env.get("TESTIMONY_LOCK").map(String::as_str);
        assert_eq!(switch, reports.then_some("report"), "{}: the switch is for reports alone", step.name);
    }
}

#[test]
fn the_workflow_uses_the_action_with_inputs_that_it_has() {
    let (workflow, action) = (yaml("examples/ci/workflow.yml"), yaml("examples/ci/action/action.yml"));
    let steps = workflow["jobs"]["abi"]["steps"].as_vec().expect("steps");
    let uses: Vec<&str> = steps.iter().filter_map(|step| step["uses"].as_str()).collect();
    assert!(
        uses.iter().all(|uses| uses.starts_with("./") || uses.contains("@v")),
        "{uses:?}: each is pinned"
    );
    let own = steps
        .iter()
        .find(|step| step["uses"].as_str() == Some("./.github/actions/testimony"))
        .expect("the action");
    for input in own["with"].as_hash().expect("inputs").keys() {
        assert!(!action["inputs"][word(input).as_str()].is_badvalue(), "{input:?}");
    }
}

/// A checkout of the other workspace, outside of this one.
struct Checkout {
    folder: tempfile::TempDir,
    /// Checkouts share what has been built, so there is one at a time.
    _alone: MutexGuard<'static, ()>,
}

static ALONE: Mutex<()> = Mutex::new(());

impl Checkout {
    fn new() -> Self {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let checkout = Self { folder: tempfile::tempdir().expect("a folder"), _alone: alone };
        let from = root().join("examples/other-workspace");
        copy(&from, checkout.path());
        for manifest in ["wire/Cargo.toml", "xtask/Cargo.toml", "driver/Cargo.toml"] {
            let path = checkout.path().join(manifest);
            let text = fs::read_to_string(&path).expect("a manifest");
            fs::write(&path, text.replace("../../../", &format!("{}/", root().display()))).expect("written");
        }
        checkout.git(&["init", "-q", "-b", "main"]);
        checkout.git(&["add", "."]);
        checkout.git(&["commit", "-q", "-m", "before"]);
        checkout
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn git(&self, arguments: &[&str]) {
        let git = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@b"])
            .args(arguments)
            .current_dir(self.path())
            .status();
        assert!(git.expect("git").success(), "{arguments:?}");
    }

    fn edit(&self, path: &str, old: &str, new: &str) {
        let path = self.path().join(path);
        let text = fs::read_to_string(&path).expect("a text");
        assert!(text.contains(old), "{} has no {old:?}", path.display());
        fs::write(&path, text.replacen(old, new, 1)).expect("written");
    }

    /// Runs the action's steps until one fails, as the service does; returns its status and everything said.
    fn run(&self) -> (i32, String) {
        let mut said = String::new();
        let inputs =
            BTreeMap::from([("command", "cargo xtask"), ("against", "HEAD"), ("sarif", "abi.sarif")]);
        for step in steps(&yaml("examples/ci/action/action.yml")["runs"]["steps"]) {
            let mut bash = Command::new("bash");
            bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step.script]);
            bash.current_dir(self.path()).env_remove("TESTIMONY_LOCK").env("CARGO_NET_OFFLINE", "true");
            bash.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("ci"));
            for (key, value) in &step.env {
                let input = value.strip_prefix("${{ inputs.").map(|input| input.trim_end_matches(" }}"));
                bash.env(key, input.map_or(value.as_str(), |input| inputs[input]));
            }
            let output = bash.output().expect("bash");
            said.push_str(&String::from_utf8_lossy(&output.stdout));
            said.push_str(&String::from_utf8_lossy(&output.stderr));
            if !output.status.success() {
                return (output.status.code().unwrap_or(-1), said);
            }
        }
        (0, said)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("a file");
        let target = to.join(entry.file_name());
        if entry.file_name() == "target" {
            continue;
        }
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[test]
fn the_action_passes_what_is_compatible_and_fails_what_is_not() {
    let checkout = Checkout::new();
    let (status, said) = checkout.run();
    assert_eq!(status, 0, "as it was frozen: {said}");
    let sarif = fs::read_to_string(checkout.path().join("abi.sarif")).expect("the report");
    assert!(sarif.contains("\"version\": \"2.1.0\""), "{sarif}");

    // Compatible: a field is appended in a new version, and the header is generated anew.
    checkout.edit("wire/src/lib.rs", "version = 2)]", "version = 3)]");
    checkout.edit(
        "wire/src/lib.rs",
        "    pub took: u64,\n",
        "    pub took: u64,\n    /// Tries that it took.\n    #[trace(since = 3, unit = \"1\")]\n    pub tries: u64,\n",
    );
    let (status, said) = checkout.run();
    assert_eq!(status, 1, "the header is stale: {said}");
    let generated = Command::new("cargo")
        .arg("xtask")
        .current_dir(checkout.path())
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("ci"))
        .status();
    assert!(generated.expect("cargo").success());
    let (status, said) = checkout.run();
    assert_eq!(status, 0, "appended: {said}");

    // Incompatible: a field that was released has moved. Without the switch it would not even compile.
    checkout.edit(
        "wire/src/lib.rs",
        "    /// Which transfer.\n    #[trace(kind = \"identity\")]\n    pub transfer: u64,\n",
        "",
    );
    checkout.edit("wire/src/lib.rs", "    pub tries: u64,\n", "    pub tries: u64,\n    /// Which transfer.\n    #[trace(kind = \"identity\", since = 3)]\n    pub transfer: u64,\n");
    let (status, said) = checkout.run();
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("::error ") && said.contains("TransferDone"), "{said}");
    let sarif = fs::read_to_string(checkout.path().join("abi.sarif")).expect("the report");
    assert!(sarif.contains("\"level\": \"error\""), "the report is there all the same");
    let plain = Command::new("cargo")
        .args(["check", "--quiet", "--offline", "--package", "wire"])
        .current_dir(checkout.path())
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("ci"))
        .output()
        .expect("cargo");
    assert!(!plain.status.success(), "what breaks its lock does not compile");
}

#[test]
fn the_action_has_no_verdict_without_a_lock() {
    let checkout = Checkout::new();
    fs::remove_file(checkout.path().join("spec/abi/usbx.lock")).expect("it is there");
    checkout.edit("wire/src/lib.rs", "        lock: \"../spec/abi/usbx.lock\",\n", "");
    let (status, said) = checkout.run();
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("TA8008"), "{said}");
}

#[test]
fn the_action_fails_when_the_code_does_not_compile() {
    let checkout = Checkout::new();
    fs::write(checkout.path().join("abi.sarif"), "of an earlier run").expect("written");
    checkout.edit("wire/src/lib.rs", "pub struct TransferDone {", "pub struct TransferDone { ???");
    let (status, said) = checkout.run();
    assert_eq!(status, 101, "{said}");
    assert!(said.contains("::error::") && said.contains("status 101"), "{said}");
    assert!(!checkout.path().join("abi.sarif").exists(), "there is no report, and no stale one");
    assert!(!checkout.path().join("abi.sarif.draft").exists());
}

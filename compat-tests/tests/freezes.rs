//! What is half done, edited, or named like something else: each is found, and the next run ends it (LOCK-8, LOCK-13,
//! LAW-15).

mod workspace;

use std::path::Path;
use std::process::Command;

use workspace::Workspace;

#[test]
fn an_edited_lock_is_found_on_every_path() {
    let workspace = Workspace::new();
    let lock = workspace.read("spec/abi/proc.lock").replacen("12 4 u32 number", "12 4 i32 number", 1);
    workspace.write("spec/abi/proc.lock", lock.as_bytes());
    let path = workspace.path().join("spec/abi/proc.lock").display().to_string();
    let twin = abi_codegen::lock::Lock::load(&lock).unwrap().lock.to_json();
    workspace.write("twin.json", twin.as_bytes());
    let twin = workspace.path().join("twin.json").display().to_string();
    for words in [
        ["check", "--against", &path].as_slice(),
        &["check", "--against", &twin],
        &["diff", &path, "proc"],
        &["diff", &twin, "proc"],
        &["diff", "proc@1", "proc"],
        &["matrix"],
        &["witness", "proc"],
    ] {
        let outcome = workspace.run(words).unwrap();
        assert!(outcome.status == 1 && outcome.text.contains("TA8001"), "{words:?}: {}", outcome.text);
    }
}

#[test]
fn a_freeze_without_its_golden_bytes_freezes_nothing_and_the_next_one_ends_it() {
    let workspace = Workspace::new();
    let released = workspace.read("spec/abi/proc.lock");
    let five = released.split("\nrelease 6 ").next().unwrap();
    workspace.write("spec/abi/proc.lock", five.as_bytes());
    std::fs::remove_dir_all(workspace.path().join("spec/abi/golden")).unwrap();
    workspace.write("spec/abi/golden", b"in the way");
    workspace.fails(&["freeze", "proc", "--date", "2026-11-01"], &["cannot write", "golden", "nothing was"]);
    assert_eq!(workspace.read("spec/abi/proc.lock"), five, "the lock waits for its golden bytes");
    std::fs::remove_file(workspace.path().join("spec/abi/golden")).unwrap();
    assert_eq!(workspace.status(&["freeze", "proc", "--date", "2026-11-01"]), 0);
    assert_eq!(workspace.read("spec/abi/proc.lock"), released);
    assert_eq!(workspace.status(&["check", "--strict"]), 0);

    // As a freeze left it that wrote the lock first.
    std::fs::remove_dir_all(workspace.path().join("spec/abi/golden")).unwrap();
    let outcome = workspace.run(&["check"]).unwrap();
    assert!(outcome.status == 1 && outcome.text.contains("abi freeze"), "{}", outcome.text);
    assert_eq!(workspace.status(&["freeze", "proc"]), 0);
    assert_eq!(workspace.status(&["check", "--strict"]), 0);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/abi/golden/proc");
    for entry in std::fs::read_dir(own).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let kept = std::fs::read_to_string(&path).unwrap();
        assert_eq!(workspace.read(&format!("spec/abi/golden/proc/{name}")), kept, "{name}: byte for byte");
    }
}

#[test]
fn a_freeze_writes_through_a_symbolic_link_and_keeps_the_mode() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let workspace = Workspace::new();
    let released = workspace.read("spec/abi/proc.lock");
    let five = released.split("\nrelease 6 ").next().unwrap();
    let (link, real) = (workspace.path().join("spec/abi/proc.lock"), workspace.path().join("real.lock"));
    std::fs::remove_file(&link).unwrap();
    std::fs::write(&real, five).unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o660)).unwrap();
    symlink("../../real.lock", &link).unwrap();
    std::fs::rename(workspace.path().join("spec/abi/golden"), workspace.path().join("golden")).unwrap();
    // A draft of a run that was killed is none of anybody's.
    std::fs::write(workspace.path().join(".real.lock.draft"), "half").unwrap();
    assert_eq!(workspace.status(&["freeze", "proc", "--date", "2026-11-01"]), 0);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink(), "the link stays");
    assert_eq!(std::fs::read_to_string(&real).unwrap(), released);
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o660);
    assert!(!workspace.path().join(".real.lock.draft").exists());
    assert_eq!(workspace.status(&["check", "--strict"]), 0);
}

#[test]
fn files_and_revisions_of_one_name_are_told_apart() {
    let workspace = Workspace::new();
    workspace.git(&["init", "-q"]);
    workspace.git(&["add", "."]);
    workspace.git(&["commit", "-q", "-m", "before"]);
    // Names that lie in this package's folder, where the test runs: a folder and a file.
    workspace.git(&["branch", "src"]);
    workspace.git(&["branch", "Cargo.toml"]);
    assert_eq!(workspace.status(&["check", "--against", "src"]), 0, "a folder is no file");
    workspace
        .fails(&["check", "--against", "Cargo.toml"], &["./Cargo.toml", "revision:Cargo.toml", "LAW-15"]);
    assert_eq!(workspace.status(&["check", "--against", "revision:Cargo.toml"]), 0);
    workspace.fails(&["check", "--against", "./Cargo.toml"], &["neither a lock nor a document"]);
}

#[test]
fn git_is_asked_about_this_repository_whatever_a_hook_says() {
    let folder = tempfile::tempdir().unwrap();
    let listed = Command::new("git").args(["rev-parse", "--local-env-vars"]).output().expect("git");
    for name in String::from_utf8(listed.stdout).unwrap().lines() {
        assert!(abi_codegen::abi::LOCAL_VARIABLES.contains(&name), "{name} is git's own");
    }
    let git = abi_codegen::abi::git(folder.path());
    for name in abi_codegen::abi::LOCAL_VARIABLES {
        assert!(git.get_envs().any(|(key, value)| key == name && value.is_none()), "{name} is cleared");
    }
}

#[test]
fn a_lock_that_an_editor_changed_is_named_as_such() {
    let workspace = Workspace::new();
    let lock = workspace.read("spec/abi/proc.lock");
    workspace.write("spec/abi/proc.lock", format!("\u{feff}{lock}").as_bytes());
    workspace.fails(&["check"], &["byte-order mark", "LOCK-2", "proc.lock"]);
    workspace.write("spec/abi/proc.lock", lock.trim_end().as_bytes());
    workspace.fails(&["check"], &["last line has no end", "LOCK-2"]);
    workspace.write("spec/abi/proc.lock", lock.as_bytes());
    workspace.write("spec/abi/proc.acks", "\u{feff}# why\n".as_bytes());
    workspace.fails(&["check"], &["byte-order mark", "proc.acks"]);
    let one = workspace.run(&["explain", "TA1004"]).unwrap();
    assert_eq!(workspace.run(&["explain", "ta1004"]).unwrap(), one);
}

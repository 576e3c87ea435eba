//! Two crates with the same thousand structs, and the programs that make a header of each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::source::{Whose, names, same_in_c, source};

/// The version of cbindgen that is measured, as library and as command; the same as in `Cargo.toml`.
pub const CBINDGEN: &str = "0.29.4";

/// Where everything lies.
#[derive(Clone, Debug)]
pub struct Workshop {
    folder: PathBuf,
    root: PathBuf,
}

/// How a program of ours was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// As `cargo run` does it.
    Dev,
    /// As `cargo install` does it, and cbindgen is.
    Release,
}

impl Workshop {
    /// Makes both crates, builds what is not to be timed, and has a C compiler confirm that both headers
    /// mean the same bytes.
    ///
    /// # Errors
    ///
    /// Says what failed.
    pub fn open(root: &Path) -> Result<Self, String> {
        let shop = Self { folder: root.join("target/measures-headers"), root: root.to_owned() };
        shop.write_crates()
            .map_err(|error| format!("{} cannot be written: {error}", shop.folder.display()))?;
        shop.edit(0)?;
        done(shop.cargo().args(["build", "--package", "xtask"]))?;
        done(shop.cargo().args(["build", "--package", "xtask", "--release"]))?;
        done(&mut shop.compile_theirs())?;
        shop.install_cbindgen()?;
        done(&mut shop.our_command(Profile::Release))?;
        done(&mut shop.their_command())?;
        shop.compare_in_c()?;
        Ok(shop)
    }

    fn write_crates(&self) -> std::io::Result<()> {
        let (root, ours, theirs) =
            (self.root.display(), self.folder.join("ours"), self.folder.join("theirs"));
        for crate_folder in [ours.join("wire"), ours.join("xtask"), theirs.clone()] {
            fs::create_dir_all(crate_folder.join("src"))?;
        }
        let package = |name: &str| {
            format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n"
            )
        };
        let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"wire\", \"xtask\"]\n\n[profile.dev.build-override]\nopt-level = 1\n";
        fs::write(ours.join("Cargo.toml"), workspace)?;
        let wire = format!(
            "{}abi-runtime = {{ path = \"{root}/abi-runtime\" }}\nzerocopy = {{ version = \"0.8\", features = [\"derive\"] }}\n",
            package("wire")
        );
        fs::write(ours.join("wire/Cargo.toml"), wire)?;
        let xtask = format!(
            "{}abi-codegen = {{ path = \"{root}/abi-codegen\" }}\nwire = {{ path = \"../wire\" }}\n",
            package("xtask")
        );
        fs::write(ours.join("xtask/Cargo.toml"), xtask)?;
        fs::write(ours.join("xtask/src/main.rs"), include_str!("../templates/xtask.rs"))?;
        fs::write(theirs.join("Cargo.toml"), format!("[workspace]\n\n{}", package("wire")))?;
        let list = names().join("\", \"");
        let config = format!(
            "language = \"C\"\ninclude_guard = \"BIG_H\"\n\n[enum]\nprefix_with_name = true\n\n[export]\ninclude = [\"{list}\"]\n"
        );
        fs::write(theirs.join("cbindgen.toml"), config)
    }

    /// Writes both sources anew, with a sentence in which only `round` is different.
    ///
    /// # Errors
    ///
    /// Says which file cannot be written.
    pub fn edit(&self, round: usize) -> Result<(), String> {
        for (whose, path) in [(Whose::Ours, self.our_source()), (Whose::Cbindgens, self.their_source())] {
            let text = source(whose, round);
            fs::write(&path, text)
                .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
        }
        Ok(())
    }

    fn our_source(&self) -> PathBuf {
        self.folder.join("ours/wire/src/lib.rs")
    }

    /// Our header.
    pub fn our_header(&self) -> PathBuf {
        self.folder.join("ours/big.h")
    }

    /// The source that cbindgen reads.
    pub fn their_source(&self) -> PathBuf {
        self.folder.join("theirs/src/lib.rs")
    }

    /// What cbindgen is told.
    pub fn their_config(&self) -> PathBuf {
        self.folder.join("theirs/cbindgen.toml")
    }

    /// cbindgen's header.
    pub fn their_header(&self) -> PathBuf {
        self.folder.join("theirs/cbindgen.h")
    }

    fn cargo(&self) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(self.folder.join("ours")).env_remove("CARGO_TARGET_DIR").arg("--quiet");
        cargo
    }

    /// The program that has the catalog linked in: it writes the header, or with `time` says what that took.
    pub fn our_command(&self, profile: Profile) -> Command {
        let folder = if profile == Profile::Dev { "debug" } else { "release" };
        Command::new(self.folder.join("ours/target").join(folder).join("xtask"))
    }

    /// What a person types: compiles what has changed, and writes the header.
    pub fn our_command_after_a_change(&self) -> Command {
        let mut run = self.cargo();
        run.args(["run", "--package", "xtask"]);
        run
    }

    /// cbindgen, given the one file that it must read.
    pub fn their_command(&self) -> Command {
        let mut command = Command::new(self.cbindgen());
        command.arg("--quiet").arg("--config").arg(self.their_config());
        command.arg("--output").arg(self.their_header()).arg(self.their_source());
        command
    }

    /// Compiles the crate that cbindgen reads; cbindgen does not need that, whoever uses the structs does.
    pub fn compile_theirs(&self) -> Command {
        let mut build = self.cargo();
        build.current_dir(self.folder.join("theirs")).arg("build");
        build
    }

    fn cbindgen(&self) -> PathBuf {
        self.folder.join("tool/bin/cbindgen")
    }

    fn install_cbindgen(&self) -> Result<(), String> {
        let found = Command::new(self.cbindgen()).arg("--version").output();
        if found.is_ok_and(|found| found.stdout.trim_ascii() == format!("cbindgen {CBINDGEN}").as_bytes()) {
            return Ok(());
        }
        let mut install = self.cargo();
        install.args(["install", "--locked", "--force", "--version", CBINDGEN, "--root"]);
        done(install.arg(self.folder.join("tool")).arg("cbindgen")).map(drop)
    }

    fn compare_in_c(&self) -> Result<(), String> {
        let file = self.folder.join("same.c");
        let include = |header: PathBuf| format!("#include \"{}\"\n", header.display());
        let text = [include(self.our_header()), include(self.their_header()), same_in_c()].concat();
        fs::write(&file, text).map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
        done(Command::new("cc").args(["-std=c11", "-fsyntax-only"]).arg(file)).map(drop)
    }
}

/// Runs a program to its end and returns what it said.
///
/// # Errors
///
/// It could not be started, or failed; then with what it said of that.
pub fn done(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().display().to_string();
    let output = command.output().map_err(|error| format!("{program} cannot be started: {error}"))?;
    if output.status.success() {
        return String::from_utf8(output.stdout).map_err(|error| format!("{program}: {error}"));
    }
    let why = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed: {}: {}", output.status, why.trim()))
}

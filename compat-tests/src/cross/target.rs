//! The compilers and machines with which the programs of `tests/cross` are built and run.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use abi_codegen::Catalog;

use super::interpreter::catalogs;
use super::records::CROSS;
use crate::compilers::{Compiler, Language, STRICT};

/// One way to build and run a program.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Compilers that will do; the first that is there is taken.
    pub compilers: &'static [&'static str],
    /// The language of the program, which is C and C++ at once.
    pub language: Language,
    /// Its standard, and whatever else the compiler is told.
    pub flags: &'static [&'static str],
    /// What runs the program, if not the machine itself.
    pub runner: &'static [&'static str],
}

/// Where the program and what it reads lie.
#[derive(Debug)]
pub struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    /// Makes a folder with the generated header of the scripts' records and the embedded forms of the two
    /// catalogs.
    ///
    /// # Panics
    ///
    /// The folder cannot be made.
    #[must_use]
    pub fn of_scripts() -> Self {
        let catalog = Catalog::from_schema(&CROSS).expect("the records keep the rules");
        let header = abi_codegen::c_header(&catalog).expect("no two names clash");
        let [instrument, catalog] = catalogs();
        let folder = tempfile::tempdir().expect("a folder for the program");
        let workshop = Self { folder };
        for (name, bytes) in
            [("cross.h", header.as_bytes()), ("instrument", instrument), ("catalog", catalog)]
        {
            fs::write(workshop.path(name), bytes).expect("the folder can be written");
        }
        workshop
    }

    /// Returns the path of what is called `name` here.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Target {
    /// Builds `source` of `tests/cross`, strictly.
    ///
    /// # Errors
    ///
    /// `NOT CHECKED: ...` without a compiler, else what the compiler says.
    pub fn build(&self, source: &str, workshop: &Workshop) -> Result<PathBuf, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let program = workshop.path(source.trim_end_matches(".c"));
        let mut command = Command::new(self.compiler().program()?);
        command.args(["-x", if self.language == Language::C { "c" } else { "c++" }]);
        command.args(["-O2", "-g"]).args(STRICT).args(self.flags);
        command.arg("-I").arg(root.join("../dext-bindings/include")).arg("-I").arg(workshop.folder.path());
        command.arg(root.join("tests/cross").join(source)).arg("-o").arg(&program);
        run(&mut command)?;
        Ok(program)
    }

    fn compiler(&self) -> Compiler {
        let Self { compilers, language, .. } = *self;
        Compiler { programs: compilers, target: &[], language, standards: &[], hosted: true }
    }

    /// Returns the command that runs `program` on this target.
    #[must_use]
    pub fn command(&self, program: &Path) -> Command {
        match self.runner {
            [runner, args @ ..] => {
                let mut command = Command::new(runner);
                command.args(args).arg(program);
                command
            }
            [] => Command::new(program),
        }
    }

    /// Builds `source` and runs it with the catalogs and `input`; returns what it wrote.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build), or how the program failed.
    pub fn output(&self, source: &str, workshop: &Workshop, input: &str) -> Result<Vec<u8>, String> {
        let program = self.build(source, workshop)?;
        let path = workshop.path("input");
        fs::write(&path, input).map_err(|error| format!("the input cannot be written: {error}"))?;
        let input = fs::File::open(&path).map_err(|error| format!("the input cannot be read: {error}"))?;
        let mut command = self.command(&program);
        command.arg(workshop.path("instrument")).arg(workshop.path("catalog")).stdin(Stdio::from(input));
        run(&mut command).map(|output| output.stdout)
    }
}

/// Runs `command` to its end.
///
/// # Errors
///
/// `NOT CHECKED: ...` if its program is missing, else why it could not be started, or its status and
/// what it wrote to standard error.
pub fn run(command: &mut Command) -> Result<Output, String> {
    let output = command.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("NOT CHECKED: {} is not installed", command.get_program().display()),
        _ => format!("{command:?} could not be started: {error}"),
    })?;
    if output.status.success() {
        return Ok(output);
    }
    Err(format!("{command:?} failed, {}:\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

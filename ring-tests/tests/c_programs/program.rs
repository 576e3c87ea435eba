//! Programs in C that proofs build and run.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The compiler of the GNU project.
pub(crate) const GCC: &[&str] = &["gcc"];

/// How a program of `ring-tests/c` is built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Program<'p> {
    /// Its source, in `ring-tests/c`.
    pub(crate) source: &'p str,
    /// Compilers that will do; the first that is there is taken.
    pub(crate) compilers: &'p [&'p str],
    /// What the compiler is told besides.
    pub(crate) flags: &'p [&'p str],
    /// The folder that holds `testimony/*.h`.
    pub(crate) headers: &'p Path,
}

/// Returns the folder that holds the headers as they are.
pub(crate) fn headers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../dext-bindings/include")
}

impl Program<'_> {
    /// Builds the program as `folder/name`.
    ///
    /// # Errors
    ///
    /// `NOT CHECKED` without a compiler, else what the compiler says.
    pub(crate) fn build(&self, folder: &Path, name: &str) -> Result<PathBuf, String> {
        let answers = |program: &&&str| {
            Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
        };
        let found = self.compilers.iter().find(answers);
        let compiler =
            found.ok_or_else(|| format!("NOT CHECKED: {} is not installed", self.compilers.join(" or ")))?;
        let program = folder.join(name);
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("c").join(self.source);
        let mut command = Command::new(compiler);
        command.args(["-std=c11", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]).args(self.flags);
        command.arg("-I").arg(self.headers).arg(source).arg("-o").arg(&program);
        let output = run(&mut command)?;
        if output.status.success() {
            return Ok(program);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        // What the linker says of a library that is not there: a sanitizer's, which comes apart from clang.
        let missing = if said.contains("ld: cannot find") { "NOT CHECKED: " } else { "" };
        Err(format!("{missing}{command:?} failed:\n{said}"))
    }
}

/// Runs `command` to its end, however that is.
///
/// # Errors
///
/// `NOT CHECKED` if its program is missing, else why it could not be started.
pub(crate) fn run(command: &mut Command) -> Result<Output, String> {
    command.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("NOT CHECKED: {} is not installed", command.get_program().display()),
        _ => format!("{command:?} could not be started: {error}"),
    })
}

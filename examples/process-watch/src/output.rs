//! Standard output and standard error of the programs: a line that cannot be written is an error, not a panic.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Writes a line to standard output.
///
/// # Errors
///
/// Standard output takes no more, other than because its reader has closed it: that reader has seen enough.
pub fn line(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes a line to standard error. There is no place to report a failure to.
pub fn error_line(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// Reports why a program failed, and returns the status that says so.
pub fn failed(program: &str, error: &(impl Display + ?Sized)) -> ExitCode {
    error_line(&format!("error: {program}: {error}"));
    ExitCode::from(2)
}

//! Standard output and standard error of a program that ends in a status.
//!
//! `println!` panics where standard output is a closed pipe or a full disk. The functions of this module do not:
//! a closed pipe ends the output and nothing else, and what another failure left unsaid becomes status 2 in
//! [`end`] (LAW-14).

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Parser;

/// The exit status of a program that could not do its work.
pub const FAILED: u8 = 2;

/// The first failure of standard output; nothing is written after it.
static FAILURE: Mutex<Option<io::Error>> = Mutex::new(None);

/// Writes `text` to standard output. [`end`] reports whether all of it was written.
pub fn text(text: impl Display) {
    let mut failure = FAILURE.lock().unwrap_or_else(PoisonError::into_inner);
    if failure.is_none() {
        *failure = write(&text.to_string()).err();
    }
}

/// Writes a line to standard output.
pub fn line(line: impl Display) {
    text(format_args!("{line}\n"));
}

/// Writes a line to standard error. There is no place to report a failure to: the status stays.
pub fn error_line(line: impl Display) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// Returns `status`, or [`FAILED`] with a message if standard output took less than was written to it. A
/// closed pipe is no failure: its reader has seen enough.
pub fn end(status: ExitCode) -> ExitCode {
    let failure = FAILURE.lock().unwrap_or_else(PoisonError::into_inner).take();
    match failure {
        Some(error) if error.kind() != ErrorKind::BrokenPipe => {
            error_line(format_args!(
                "error: cannot write to standard output: {error}; the output is incomplete: make room, or send it \
                 elsewhere, then run the command again"
            ));
            ExitCode::from(FAILED)
        }
        _ => status,
    }
}

/// Returns the arguments in `words`, whose first names the program.
///
/// # Errors
///
/// The program is to end with this status: help was asked for and is printed, or the words are none of its
/// arguments.
pub fn parse<A: Parser>(words: impl IntoIterator<Item = OsString>) -> Result<A, ExitCode> {
    A::try_parse_from(words).map_err(|error| {
        if error.use_stderr() {
            let _ = error.print();
            return ExitCode::from(FAILED);
        }
        text(error.render());
        end(ExitCode::SUCCESS)
    })
}

fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    room(&out, text.len() as u64)?;
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Checks that standard output, if it is a file, may grow by `len` bytes.
#[cfg(unix)]
fn room(out: &io::StdoutLock<'_>, len: u64) -> io::Result<()> {
    let Ok(stat) = rustix::fs::fstat(out) else { return Ok(()) };
    if !rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file() {
        return Ok(());
    }
    let appends = rustix::fs::fcntl_getfl(out).is_ok_and(|flags| flags.contains(rustix::fs::OFlags::APPEND));
    let at = if appends { stat.st_size.unsigned_abs() } else { rustix::fs::tell(out)? };
    crate::file::room(at.saturating_add(len))
}

#[cfg(not(unix))]
fn room(_: &io::StdoutLock<'_>, _: u64) -> io::Result<()> {
    Ok(())
}

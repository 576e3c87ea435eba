//! `gen-headers`, for any workspace's xtask: writes headers, or says which are stale.

use std::collections::HashSet;
use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use abi_schema::CatalogSchema;
use similar::TextDiff;

use crate::emit::Units;
use crate::file::{self, FileError};
use crate::{Catalog, EmitError, ModelError, output};

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Where it goes.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
}

/// Generating failed. Nothing has been written by halves.
#[derive(Debug)]
#[non_exhaustive]
pub enum GenError {
    /// There is nothing to generate: that is never a success.
    NoCatalogs,
    /// Two catalogs would go to one file.
    SamePath(PathBuf),
    /// A catalog breaks a rule.
    Model(ModelError),
    /// A header cannot be.
    Emit(EmitError),
    /// A file cannot be read or written.
    File(FileError),
}

impl fmt::Display for GenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCatalogs => f.write_str("there is no catalog to generate from: list at least one"),
            Self::SamePath(path) => {
                write!(f, "two catalogs would be written to {}: give each its own", path.display())
            }
            Self::Model(error) => error.fmt(f),
            Self::Emit(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for GenError {}

impl From<FileError> for GenError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// Returns the headers of `catalogs`, each with its path.
///
/// # Errors
///
/// There is no catalog, one breaks a rule, or two have one path or a name in C.
pub fn generate(catalogs: &[(&CatalogSchema, &str)]) -> Result<Vec<Generated>, GenError> {
    if catalogs.is_empty() {
        return Err(GenError::NoCatalogs);
    }
    let mut files: Vec<Generated> = Vec::new();
    let mut units = Units::default();
    for (schema, path) in catalogs {
        let catalog = Catalog::from_schema(schema).map_err(GenError::Model)?;
        let file = Generated { path: path.into(), text: units.header(&catalog).map_err(GenError::Emit)? };
        if files.iter().any(|other| other.path == file.path) {
            return Err(GenError::SamePath(file.path));
        }
        files.push(file);
    }
    Ok(files)
}

/// Writes what has changed; returns the paths that were written.
///
/// # Errors
///
/// A file or its folder cannot be written. Each file is replaced as a whole or not at all.
pub fn write(files: &[Generated]) -> Result<Vec<PathBuf>, GenError> {
    let mut written = Vec::new();
    for file in files {
        if file::write(&file.path, &file.text)? {
            written.push(file.path.clone());
        }
    }
    Ok(written)
}

/// Returns, for each file that is not as it should be, what would change.
///
/// # Errors
///
/// A file cannot be read.
pub fn stale(files: &[Generated]) -> Result<Vec<String>, GenError> {
    let mut diffs = Vec::new();
    for file in files {
        let found = file::read(&file.path)?.unwrap_or_default();
        if found != file.text {
            let path = file.path.display().to_string();
            let diff = TextDiff::from_lines(&found, &file.text);
            diffs.push(diff.unified_diff().header(&path, &format!("{path} (generated anew)")).to_string());
        }
    }
    Ok(diffs)
}

/// Runs `gen-headers` with the program's own arguments: none, or `--check`.
///
/// Exit status: 0 written or up to date, 1 stale, 2 failed.
pub fn main(catalogs: &[(&CatalogSchema, &str)]) -> ExitCode {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "gen-headers").collect();
    match arguments.as_slice() {
        [] => run(generate(catalogs), false, "gen-headers"),
        [check] if check == "--check" => run(generate(catalogs), true, "gen-headers"),
        _ => {
            output::error_line(format_args!(
                "error: unexpected arguments {arguments:?}; usage: gen-headers [--check]"
            ));
            ExitCode::from(output::FAILED)
        }
    }
}

/// Writes `files`, or with `check` reports which are stale and that `command` mends it.
///
/// Each file that was written is reported at once: a later one that cannot be written hides none.
pub fn run(files: Result<Vec<Generated>, GenError>, check: bool, command: &str) -> ExitCode {
    let outcome = files.and_then(|files| {
        distinct(&files)?;
        if check { hold(&files, command) } else { renew(&files) }
    });
    let status = match outcome {
        Ok(status) => status,
        Err(error) => {
            output::error_line(format_args!("error: {error}"));
            output::FAILED
        }
    };
    output::end(ExitCode::from(status))
}

/// Checks that no two files are one on the disk, through links or by another spelling.
fn distinct(files: &[Generated]) -> Result<(), GenError> {
    let mut known = HashSet::new();
    match files.iter().find(|file| !known.insert(file::identity(&file.path))) {
        Some(file) => Err(GenError::SamePath(file.path.clone())),
        None => Ok(()),
    }
}

/// Writes what is stale.
fn renew(files: &[Generated]) -> Result<u8, GenError> {
    for file in files {
        for path in write(std::slice::from_ref(file))? {
            output::line(format_args!("wrote {}", path.display()));
        }
    }
    output::line(format_args!("{} generated files are up to date", files.len()));
    Ok(0)
}

/// Reports what is stale.
fn hold(files: &[Generated], command: &str) -> Result<u8, GenError> {
    let diffs = stale(files)?;
    if diffs.is_empty() {
        output::line(format_args!("{} generated files are up to date", files.len()));
        return Ok(0);
    }
    output::error_line(format_args!(
        "{}error: {} generated files are stale\nhelp: run `{command}` and commit the result",
        diffs.concat(),
        diffs.len()
    ));
    Ok(1)
}

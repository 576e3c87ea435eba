//! `gen-headers`, for any workspace's xtask: writes headers, or says which are stale.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use abi_schema::CatalogSchema;
use similar::TextDiff;

use crate::emit::Units;
use crate::replace::replace;
use crate::{Catalog, EmitError, ModelError};

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
    Io {
        /// What was tried.
        action: &'static str,
        /// The file, or its folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
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
            Self::Io { action, path, source } => {
                write!(f, "cannot {action} {}: {source}; nothing was written there", path.display())
            }
        }
    }
}

impl std::error::Error for GenError {}

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
        if load(&file.path)?.as_deref() == Some(&*file.text) {
            continue;
        }
        let failed = |source| GenError::Io { action: "write", path: file.path.clone(), source };
        replace(&file.path, &file.text).map_err(failed)?;
        written.push(file.path.clone());
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
        let found = load(&file.path)?.unwrap_or_default();
        if found != file.text {
            let path = file.path.display().to_string();
            let diff = TextDiff::from_lines(&found, &file.text);
            diffs.push(diff.unified_diff().header(&path, &format!("{path} (generated anew)")).to_string());
        }
    }
    Ok(diffs)
}

fn load(path: &Path) -> Result<Option<String>, GenError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(GenError::Io { action: "read", path: path.to_owned(), source }),
    }
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
            eprintln!("error: unexpected arguments {arguments:?}; usage: gen-headers [--check]");
            ExitCode::from(2)
        }
    }
}

/// Writes `files`, or with `check` says which are stale and that `command` mends it.
pub fn run(files: Result<Vec<Generated>, GenError>, check: bool, command: &str) -> ExitCode {
    let outcome = files.and_then(|files| {
        if check {
            return stale(&files).map(|diffs| (files.len(), diffs));
        }
        for path in write(&files)? {
            println!("wrote {}", path.display());
        }
        Ok((files.len(), Vec::new()))
    });
    match outcome {
        Ok((files, diffs)) if diffs.is_empty() => {
            println!("{files} generated files are up to date");
            ExitCode::SUCCESS
        }
        Ok((_, diffs)) => {
            for diff in &diffs {
                eprint!("{diff}");
            }
            eprintln!(
                "error: {} generated files are stale\nhelp: run `{command}` and commit the result",
                diffs.len()
            );
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

//! Why a verb could not do its work.

use std::fmt;
use std::path::PathBuf;

use abi_schema::PrintableDisplay;

use crate::check::ModelError;
use crate::document::DocumentError;
use crate::file::FileError;
use crate::law::LawError;
use crate::lock::LockError;

/// A verb could not do its work: exit status 2, and never a verdict.
#[derive(Debug)]
#[non_exhaustive]
pub enum AbiError {
    /// A file cannot be read, written or removed.
    File(FileError),
    /// A catalog has no lock yet.
    NoLock {
        /// The catalog.
        catalog: String,
        /// Where the lock belongs.
        path: PathBuf,
    },
    /// A lock is not one.
    Lock {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: LockError,
    },
    /// The acknowledgements beside a lock are none.
    Acknowledgements {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: abi_lock::LockError,
    },
    /// A document is not one.
    Document {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: DocumentError,
    },
    /// A file is neither document nor lock, and holds no catalog.
    NoCatalog {
        /// The file.
        path: PathBuf,
    },
    /// A binary holds something that begins like a catalog and is damaged.
    Damaged {
        /// The file.
        path: PathBuf,
        /// First byte of what is damaged.
        at: usize,
    },
    /// A binary holds several catalogs, and nobody said which.
    Several {
        /// The file.
        path: PathBuf,
        /// Their names.
        names: Vec<String>,
    },
    /// Two catalogs of one name: nobody can say which is meant.
    Twice {
        /// The name.
        name: String,
        /// Where they are.
        place: String,
    },
    /// A catalog is asked for that nobody has.
    NoSuchCatalog {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A release is asked for that was never frozen.
    NoSuchRelease {
        /// What was asked for.
        asked: String,
        /// How many releases there are.
        releases: usize,
    },
    /// Git does not know the revision.
    NoRevision {
        /// What was asked for.
        revision: String,
        /// What git said.
        said: String,
    },
    /// A word names a file and a revision.
    FileOrRevision(String),
    /// There is no rule of that name.
    NoRule(String),
    /// A day is none of the calendar.
    NoDay(String),
    /// The catalog of the code breaks a rule.
    Model(ModelError),
    /// The law has no verdict.
    Law {
        /// The file of acknowledgements, or the catalogs.
        place: String,
        /// Why not.
        error: LawError,
    },
    /// What would be frozen is not compatible.
    Refused(String),
    /// A freeze wrote something, and could not do the rest.
    Partly {
        /// What it did, a line each.
        done: String,
        /// Why it stopped.
        error: Box<AbiError>,
    },
    /// Nothing changed since the newest release.
    NothingToFreeze {
        /// The catalog.
        catalog: String,
        /// The newest release.
        release: u32,
    },
}

impl std::error::Error for AbiError {}

impl From<FileError> for AbiError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// Writes what the error quotes (paths, names, lines, messages of git) as one printable line (SHOW-1).
impl fmt::Display for AbiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        PrintableDisplay(&Message(self)).fmt(f)
    }
}

/// The message of an error, with what it quotes as it is.
struct Message<'e>(&'e AbiError);

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f)
    }
}

impl AbiError {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => write!(f, "{error}"),
            Self::NoLock { catalog, path } => write!(
                f,
                "`{catalog}` has no lock at {}: `abi freeze {catalog}` begins one with the first release (TA8008)",
                path.display()
            ),
            Self::Lock { path, error } => write!(f, "{}: {error} (TA8011)", path.display()),
            Self::Acknowledgements { path, error } => write!(f, "{}: {error} (TA8005)", path.display()),
            Self::Document { path, error } => write!(f, "{}: {error}", path.display()),
            Self::NoCatalog { path } => write!(
                f,
                "{}: neither a lock nor a document, and no catalog is embedded in it (DOC-5): give a binary whose \
                 crate declares one with `catalog!`",
                path.display()
            ),
            Self::Damaged { path, at } => write!(
                f,
                "{}: what begins like a catalog at byte {at} is damaged: its fingerprint does not fit (DOC-5); \
                 build the binary again",
                path.display()
            ),
            Self::Several { path, names } => write!(
                f,
                "{}: it holds the catalogs {}: say which, as in `{}#{}`",
                path.display(),
                names.join(", "),
                path.display(),
                names.first().map_or("NAME", String::as_str)
            ),
            Self::Twice { name, place } => write!(
                f,
                "two different catalogs are called `{name}` in {place}: rename one of them (TA4005)"
            ),
            Self::NoSuchCatalog { name, known } => {
                write!(f, "no catalog and no file is called `{name}`; there are {}", known.join(", "))
            }
            Self::NoSuchRelease { asked, releases } => {
                write!(f, "{asked}: no such release; the lock has {releases}, counted from 1")
            }
            Self::NoRevision { revision, said } => write!(
                f,
                "`{revision}` is neither a file nor a revision that git knows ({said}): fetch it, or name another"
            ),
            Self::FileOrRevision(word) => write!(
                f,
                "`{word}` is a file, and git knows a revision of that name: write `./{word}` for the file, \
                 `revision:{word}` for the revision (LAW-15)"
            ),
            Self::NoRule(rule) => write!(f, "there is no rule {rule:?}: `abi explain` lists them"),
            Self::NoDay(day) => {
                write!(f, "there is no day {day:?}: write one of the calendar, as YYYY-MM-DD")
            }
            Self::Model(error) => write!(f, "the catalog of the code breaks a rule: {error}"),
            Self::Law { place, error } => write!(f, "{place}: {error}"),
            Self::Refused(catalog) => write!(
                f,
                "`{catalog}` is not frozen: `abi check {catalog}` finds what breaks; mend it, or acknowledge it line \
                 by line beside the lock"
            ),
            Self::Partly { done, error } => {
                write!(f, "{error}; before that: {}", done.trim_end().replace('\n', "; "))
            }
            Self::NothingToFreeze { catalog, release } => {
                write!(f, "`{catalog}` is as it was frozen in release {release}: there is nothing to add")
            }
        }
    }
}

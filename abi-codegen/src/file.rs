//! Files that are replaced whole or not at all.
//!
//! Every file that a verb or `gen-headers` writes goes through this module (HDR-8, LOCK-13). The new content
//! goes into a draft, `.NAME.draft` in the folder of the file; a rename then puts it into place. A draft that a
//! killed run has left is removed by the next run: the system lets go of its lock when the run ends.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The longest chain of symbolic links that is followed; Linux follows as many.
const MAX_LINKS: usize = 40;
/// How long another run may take to write the same file.
const PATIENCE: Duration = Duration::from_secs(10);

/// A file cannot be read, written or removed.
#[derive(Debug)]
pub struct FileError {
    /// What was tried.
    pub action: Action,
    /// The file, or its folder.
    pub path: PathBuf,
    /// The system's reason.
    pub source: io::Error,
}

/// What is done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is read.
    Read,
    /// It is replaced, or made with its folders.
    Write,
    /// It is removed.
    Remove,
    /// The folder in which it was replaced is written to the disk.
    Sync,
}

impl Action {
    /// Returns the error of this action on `path`.
    pub(crate) fn failed(self, path: &Path) -> impl FnOnce(io::Error) -> FileError {
        let path = path.to_owned();
        move |source| FileError { action: self, path, source }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Remove => "remove",
            Self::Sync => "write to the disk",
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, path, source } = self;
        write!(f, "cannot {} {}: {source}; ", action.verb(), path.display())?;
        match action {
            Action::Read => f.write_str(next_step(source, "give a file that can be read")),
            Action::Write => {
                let again = "mend that, then run the command again";
                write!(f, "nothing was written there: {}", next_step(source, again))
            }
            Action::Remove => write!(f, "it is as it was: {}", next_step(source, "remove it by hand")),
            Action::Sync => f.write_str(
                "the file is as it should be, and may be lost if the machine stops now: run the command again",
            ),
        }
    }
}

/// Returns what to do about `source`; `other` if its kind says nothing.
fn next_step<'s>(source: &io::Error, other: &'s str) -> &'s str {
    match source.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "change the permissions of the file or of its folder, or run the command as their owner"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "make room on the disk, then run the command again"
        }
        ErrorKind::FileTooLarge => "raise the limit (`ulimit -f`), then run the command again",
        ErrorKind::InvalidData => "it must be text in UTF-8",
        ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::AlreadyExists => {
            "move away what is in the way, or name another path"
        }
        ErrorKind::NotFound => "name a file that is there",
        _ => other,
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Returns the text of a file; `None` if there is no such file.
///
/// # Errors
///
/// The file cannot be read, or is not text.
pub(crate) fn read(path: &Path) -> Result<Option<String>, FileError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Action::Read.failed(path)(error)),
    }
}

/// Makes `text` the content of the file at `path`, and returns whether it was another before.
///
/// The file is made if it is missing, with its folders. If `path` is a symbolic link, the file that it leads to
/// is replaced, and the link stays. Mode and owner are kept. Another hard link keeps the old content.
///
/// # Errors
///
/// The file is as it was, unless the action is [`Action::Sync`].
pub(crate) fn write(path: &Path, text: &str) -> Result<bool, FileError> {
    let target = target(path).map_err(Action::Write.failed(path))?;
    let changed = replace(&target, text).map_err(Action::Write.failed(path))?;
    if changed {
        sync(folder(&target)).map_err(Action::Sync.failed(path))?;
    }
    Ok(changed)
}

/// Removes the file at `path`; a symbolic link stays, and the file that it leads to is removed.
///
/// # Errors
///
/// The file is still there.
pub(crate) fn remove(path: &Path) -> Result<(), FileError> {
    target(path).and_then(fs::remove_file).map_err(Action::Remove.failed(path))
}

/// Returns the path that `path` leads to: itself, unless it is a symbolic link. What a link names need not be
/// there.
///
/// # Errors
///
/// A link cannot be read, or links lead in a circle.
pub(crate) fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() => path = folder(&path).join(fs::read_link(&path)?),
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(path),
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("its symbolic links lead in a circle"))
}

/// Returns one path for one file, however it is written and through whatever links it is reached.
pub(crate) fn identity(path: &Path) -> PathBuf {
    let target = target(path).unwrap_or_else(|_| path.to_owned());
    match (folder(&target).canonicalize(), target.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => std::path::absolute(&target).unwrap_or(target),
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// Replaces a file that is no link; returns whether its content was another.
fn replace(target: &Path, text: &str) -> io::Result<bool> {
    let before = match fs::metadata(target) {
        Ok(metadata) if !metadata.is_file() => {
            return Err(io::Error::new(ErrorKind::AlreadyExists, "it is there, and is no regular file"));
        }
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let draft = draft(target);
    if before.is_some() && fs::read(target)? == text.as_bytes() {
        remove_abandoned(&draft)?;
        return Ok(false);
    }
    room(text.len() as u64)?;
    fs::create_dir_all(folder(target))?;
    let draft = Draft::begin(draft)?;
    (&draft.file).write_all(text.as_bytes())?;
    if let Some(before) = before {
        take_over(&draft.file, &before)?;
    }
    draft.file.sync_all()?;
    draft.put(target)?;
    Ok(true)
}

fn draft(target: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(".draft");
    target.with_file_name(name)
}

/// The new content of a file, before it is in place. It is removed if it does not get there.
struct Draft {
    file: File,
    path: PathBuf,
    is_put: bool,
}

impl Draft {
    /// Makes the file at `path` and locks it. Another run that writes the same file is waited for.
    fn begin(path: PathBuf) -> io::Result<Self> {
        let begin = Instant::now();
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                // Between the two calls another run may have taken it for abandoned.
                Ok(file) => {
                    if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) && is_at(&file, &path) {
                        return Ok(Self { file, path, is_put: false });
                    }
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => remove_abandoned(&path)?,
                Err(error) => return Err(error),
            }
            if begin.elapsed() > PATIENCE {
                let busy = format!("another run is writing {}: wait until it ends", path.display());
                return Err(io::Error::new(ErrorKind::ResourceBusy, busy));
            }
            sleep(Duration::from_millis(5));
        }
    }

    fn put(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.is_put = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_put {
            // The error that led here is reported; the next run removes what stays.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes a draft that no run holds. Leaves one that a run still writes.
fn remove_abandoned(draft: &Path) -> io::Result<()> {
    match fs::symlink_metadata(draft) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => {
            let in_the_way = format!("{} is in the way, and is no draft of ours", draft.display());
            return Err(io::Error::new(ErrorKind::AlreadyExists, in_the_way));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    let file = match File::open(draft) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    // Where files have no locks, nobody is known to write it.
    if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) || !is_at(&file, draft) {
        return Ok(());
    }
    match fs::remove_file(draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Returns whether `path` names the open file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(named)) => place(open) == place(named),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// Gives a draft the owner and the mode of the file that it replaces.
#[cfg(unix)]
fn take_over(draft: &File, before: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = draft.metadata()?;
    if (own.uid(), own.gid()) != (before.uid(), before.gid()) {
        // Only root may give a file away; somebody else who may write the folder becomes the owner.
        let _ = fchown(draft, Some(before.uid()), Some(before.gid()));
    }
    if own.mode() == before.mode() {
        return Ok(());
    }
    draft.set_permissions(before.permissions())
}

#[cfg(not(unix))]
fn take_over(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Writes a folder to the disk: a rename in it then outlives the machine.
fn sync(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder)?.sync_all() {
        // Some file systems have no such call for folders.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

/// Checks that a file may become `len` bytes long: a write beyond the limit would end the process by SIGXFSZ
/// before it could report anything.
///
/// # Errors
///
/// The limit is lower.
#[cfg(unix)]
pub(crate) fn room(len: u64) -> io::Result<()> {
    match rustix::process::getrlimit(rustix::process::Resource::Fsize).current {
        Some(limit) if len > limit => {
            let what = format!("it would be {len} bytes long, and the limit of a file's size is {limit}");
            Err(io::Error::new(ErrorKind::FileTooLarge, what))
        }
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub(crate) fn room(_: u64) -> io::Result<()> {
    Ok(())
}

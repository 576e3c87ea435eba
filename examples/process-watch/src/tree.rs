//! A directory tree through inotify, as a source.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::fs::read_dir;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use abi_runtime::{Flags, Name};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::io::{Errno, read};

use crate::file::{DirectoryWatched, EntryKind, FileChange, FileEvent};
use crate::notice::{NoticeKind, notices};
use crate::observation::Observation;
use crate::origin::{LossSign, SourceKind, SourceLoss};

/// Bytes of one read: some two hundred notices at least.
const BUFFER: usize = 64 << 10;

/// How many reads are made before the caller has its turn.
const TURN: usize = 8;

/// A watched directory tree. Directories that are made in it are watched from then on.
#[derive(Debug)]
pub struct Tree {
    inotify: OwnedFd,
    root: PathBuf,
    directories: BTreeMap<i32, PathBuf>,
    buffer: Vec<u8>,
    /// What was found while no one was there to hand it to.
    found: Vec<Observation>,
}

/// A directory tree cannot be watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeError {
    /// The directory at which it failed.
    pub directory: PathBuf,
    /// What the kernel said.
    pub errno: Errno,
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { directory, errno } = self;
        write!(f, "cannot watch {}: {errno}", directory.display())?;
        match *errno {
            Errno::NOSPC => {
                f.write_str("; the limit is fs.inotify.max_user_watches: raise it or watch a smaller tree")
            }
            Errno::MFILE => {
                f.write_str("; the limit is fs.inotify.max_user_instances: raise it or stop another watcher")
            }
            Errno::NOTDIR | Errno::NOENT => f.write_str("; name a directory that exists"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for TreeError {}

impl Tree {
    /// Watches `root` and all directories in it; symbolic links are not followed.
    ///
    /// # Errors
    ///
    /// `root` cannot be watched. A directory inside that cannot be is left out if it is gone
    /// already, which is common in a tree that lives.
    pub fn open(root: &Path) -> Result<Self, TreeError> {
        let inotify = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)
            .map_err(|errno| TreeError { directory: root.to_owned(), errno })?;
        let mut tree = Self {
            inotify,
            root: root.to_owned(),
            directories: BTreeMap::new(),
            buffer: vec![0; BUFFER],
            found: Vec::new(),
        };
        tree.watch(root, false)?;
        Ok(tree)
    }

    /// Returns the directory at the top.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Watches `top` and what is below it that is not watched yet. Entries that are there already
    /// are told as found if `tell_found`.
    fn watch(&mut self, top: &Path, tell_found: bool) -> Result<(), TreeError> {
        let mut pending = vec![top.to_owned()];
        while let Some(directory) = pending.pop() {
            let watch = match inotify::add_watch(&self.inotify, &directory, wanted()) {
                Ok(watch) => watch,
                Err(Errno::NOENT | Errno::NOTDIR) if directory != self.root => continue,
                Err(errno) => return Err(TreeError { directory, errno }),
            };
            let is_new = self.directories.insert(watch, directory.clone()).is_none();
            if is_new {
                self.found.push(Observation::Directory(DirectoryWatched {
                    directory: watch.cast_unsigned(),
                    watched: u32::try_from(self.directories.len()).unwrap_or(u32::MAX),
                    path_end: path_end(&directory),
                }));
            }
            // What cannot be listed was removed meanwhile, and inotify says so.
            for entry in read_dir(&directory).into_iter().flatten().flatten() {
                let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_new && tell_found {
                    let kind = if is_directory { EntryKind::Directory } else { EntryKind::File };
                    let name = entry.file_name();
                    let (number, change) = (watch.cast_unsigned(), FileChange::Found);
                    let event = FileEvent::new(number, change, kind, name.as_bytes());
                    self.found.push(Observation::File(event));
                }
                if is_directory {
                    pending.push(entry.path());
                }
            }
        }
        Ok(())
    }

    /// Hands over what inotify has, up to a bounded number of reads, and returns whether there may
    /// be more.
    ///
    /// # Errors
    ///
    /// inotify does not work any more, or a new directory cannot be watched. A full queue is no
    /// error: it is observed, and the tree is looked through for directories that were missed.
    pub fn take(&mut self, mut hand_over: impl FnMut(Observation)) -> Result<bool, TreeError> {
        self.found.drain(..).for_each(&mut hand_over);
        for _ in 0..TURN {
            let length = match read(&self.inotify, self.buffer.as_mut_slice()) {
                Ok(length) => length,
                Err(Errno::AGAIN) => return Ok(false),
                Err(Errno::INTR) => continue,
                Err(errno) => {
                    return Err(TreeError { directory: self.root.clone(), errno });
                }
            };
            for top in self.tell(length, &mut hand_over) {
                self.watch(&top, true)?;
            }
            self.found.drain(..).for_each(&mut hand_over);
        }
        Ok(true)
    }

    /// Tells of the notices of one read, and returns where directories are to be looked for.
    fn tell(&mut self, length: usize, hand_over: &mut impl FnMut(Observation)) -> Vec<PathBuf> {
        let lost = |sign| Observation::Loss(SourceLoss::unknown(SourceKind::Tree, sign));
        let mut tops = Vec::new();
        for notice in notices(self.buffer.get(..length).unwrap_or_default()) {
            let Ok(notice) = notice else {
                hand_over(lost(LossSign::Malformed));
                continue;
            };
            match notice.kind {
                NoticeKind::Change(change) => {
                    let number = notice.watch.cast_unsigned();
                    let event = FileEvent::new(number, change, notice.entry, notice.name);
                    let (cookie, bits) = (notice.cookie, Flags::from_raw(notice.mask));
                    hand_over(Observation::File(FileEvent { cookie, bits, ..event }));
                    let is_here = matches!(change, FileChange::Created | FileChange::MovedTo);
                    if let (EntryKind::Directory, true) = (notice.entry, is_here) {
                        let parent = self.directories.get(&notice.watch);
                        tops.extend(parent.map(|parent| parent.join(OsStr::from_bytes(notice.name))));
                    }
                }
                NoticeKind::Overflow => {
                    hand_over(lost(LossSign::QueueOverflow));
                    tops.push(self.root.clone());
                }
                NoticeKind::Ignored => drop(self.directories.remove(&notice.watch)),
                NoticeKind::Other(_) => hand_over(Observation::Unrecorded),
            }
        }
        tops
    }
}

impl AsFd for Tree {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inotify.as_fd()
    }
}

fn wanted() -> WatchFlags {
    WatchFlags::ATTRIB
        | WatchFlags::CREATE
        | WatchFlags::CLOSE_WRITE
        | WatchFlags::DELETE
        | WatchFlags::MOVED_FROM
        | WatchFlags::MOVED_TO
        | WatchFlags::ONLYDIR
        | WatchFlags::DONT_FOLLOW
}

/// As much of a path's end as a record has room for.
fn path_end(path: &Path) -> Name<56> {
    let bytes = path.as_os_str().as_bytes();
    Name::new(bytes.get(bytes.len().saturating_sub(56)..).unwrap_or_default())
}

//! What inotify says of a directory tree: records 0x0120 and 0x0121.

use abi_runtime::prelude::*;

/// Something happened to an entry of a watched directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0120, version = 2)]
pub struct FileEvent {
    /// Number of the directory; its [`DirectoryWatched`] has the name.
    #[trace(kind = "identity")]
    pub directory: u32,
    /// Number that the two halves of one move share; other events have none.
    #[trace(kind = "identity", absent = 0)]
    pub cookie: u32,
    /// What happened.
    pub change: Code<FileChange>,
    /// What it happened to.
    pub entry: Code<EntryKind>,
    /// What inotify said, bit by bit; none of an entry that was found.
    #[trace(since = 2, claims = 1)]
    pub bits: Flags<NoticeBits>,
    /// Name of the entry; empty where the directory itself is meant.
    #[trace(privacy = "private")]
    pub name: Name<48>,
}

impl FileEvent {
    /// States what happened to the entry `name` of `directory`, outside of a move.
    #[must_use]
    pub fn new(directory: u32, change: FileChange, entry: EntryKind, name: &[u8]) -> Self {
        Self {
            directory,
            cookie: 0,
            change: change.into(),
            entry: entry.into(),
            bits: Flags::default(),
            name: Name::new(name),
        }
    }
}

/// Bits of an inotify mask that this program asks for or is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceFlags)]
#[repr(u32)]
pub enum NoticeBits {
    /// Its mode, owner or times changed (`IN_ATTRIB`).
    Attributes = 0x0000_0004,
    /// Somebody who had it open for writing closed it (`IN_CLOSE_WRITE`).
    CloseWrite = 0x0000_0008,
    /// It was moved away (`IN_MOVED_FROM`).
    MovedFrom = 0x0000_0040,
    /// It was moved here (`IN_MOVED_TO`).
    MovedTo = 0x0000_0080,
    /// It was made (`IN_CREATE`).
    Create = 0x0000_0100,
    /// It was removed (`IN_DELETE`).
    Delete = 0x0000_0200,
    /// The watched directory itself was removed (`IN_DELETE_SELF`).
    DeleteSelf = 0x0000_0400,
    /// It is a directory (`IN_ISDIR`).
    IsDirectory = 0x4000_0000,
}

/// What happened to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u16)]
pub enum FileChange {
    /// It was made.
    Created = 1,
    /// Somebody who had it open for writing closed it.
    Written = 2,
    /// It was removed.
    Deleted = 3,
    /// It was moved away.
    MovedFrom = 4,
    /// It was moved here.
    MovedTo = 5,
    /// It was there when its directory was first watched: when it was made is not known.
    Found = 6,
    /// Its mode, owner or times changed.
    AttributesChanged = 7,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u16)]
pub enum EntryKind {
    /// A directory.
    Directory = 1,
    /// Anything else.
    File = 2,
}

/// A directory is watched from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0121)]
pub struct DirectoryWatched {
    /// Its number: used for one directory at a time.
    #[trace(kind = "identity")]
    pub directory: u32,
    /// How many directories are watched now.
    #[trace(kind = "gauge")]
    pub watched: u32,
    /// End of its path, as much as there is room for.
    #[trace(privacy = "private")]
    pub path_end: Name<56>,
}

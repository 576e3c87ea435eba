//! A file, told from every other one.

use rustix::fs::{FileType, Stat};

/// What identifies a file, whatever its name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inode {
    device: u64,
    number: u64,
}

impl Inode {
    #[allow(clippy::useless_conversion, reason = "the types differ between architectures")]
    pub(super) fn of(file: &Stat) -> Self {
        Self { device: u64::from(file.st_dev), number: u64::from(file.st_ino) }
    }
}

/// Returns whether `file` is a socket.
pub(super) fn is_socket(file: &Stat) -> bool {
    FileType::from_raw_mode(file.st_mode) == FileType::Socket
}

/// Returns whether `file` is a regular file.
pub(super) fn is_regular(file: &Stat) -> bool {
    FileType::from_raw_mode(file.st_mode) == FileType::RegularFile
}

/// Returns what names one life of a file's number: a later file that gets the same number was changed at
/// another time.
pub(super) fn identity(file: &Stat) -> String {
    let Inode { device, number } = Inode::of(file);
    format!("{device}:{number}@{}.{:09}\n", file.st_ctime, file.st_ctime_nsec)
}

//! What inotify sends, as bytes.
//!
//! The kernel gives whole notices only; these bounds hold whatever it gives.

use std::fmt;

use crate::file::{EntryKind, FileChange};

/// Bytes of `struct inotify_event` without the name.
const HEADER: usize = 16;

/// `IN_CLOSE_WRITE` and its like: the bits of a notice's mask.
mod bits {
    pub(super) const ATTRIBUTES: u32 = 0x0000_0004;
    pub(super) const CLOSE_WRITE: u32 = 0x0000_0008;
    pub(super) const MOVED_FROM: u32 = 0x0000_0040;
    pub(super) const MOVED_TO: u32 = 0x0000_0080;
    pub(super) const CREATE: u32 = 0x0000_0100;
    pub(super) const DELETE: u32 = 0x0000_0200;
    pub(super) const DELETE_SELF: u32 = 0x0000_0400;
    pub(super) const QUEUE_OVERFLOW: u32 = 0x0000_4000;
    pub(super) const IGNORED: u32 = 0x0000_8000;
    pub(super) const IS_DIRECTORY: u32 = 0x4000_0000;
}

/// One notice of inotify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice<'b> {
    /// Watch of the directory; -1 where no directory is meant.
    pub watch: i32,
    /// Shared by the two halves of a move, else 0.
    pub cookie: u32,
    /// The bits that inotify set.
    pub mask: u32,
    /// What happened.
    pub kind: NoticeKind,
    /// What it happened to.
    pub entry: EntryKind,
    /// Name of the entry, without its NULs.
    pub name: &'b [u8],
}

/// What a notice tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something happened to an entry of the directory, or to the directory itself.
    Change(FileChange),
    /// The queue was full: notices were lost, nobody knows how many.
    Overflow,
    /// The watch is gone, with its directory.
    Ignored,
    /// Something that was not asked for.
    Other(u32),
}

/// A notice ends behind the bytes that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortNotice {
    /// Offset of the notice.
    pub offset: usize,
    /// Bytes that it needs.
    pub need: usize,
    /// Bytes that there are from the offset.
    pub have: usize,
}

impl fmt::Display for ShortNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offset, need, have } = self;
        write!(f, "an inotify notice at byte {offset} needs {need} bytes and has {have}")
    }
}

impl std::error::Error for ShortNotice {}

/// Returns the notices in `bytes`. After an error there are no more.
pub fn notices(bytes: &[u8]) -> Notices<'_> {
    Notices { bytes, offset: 0 }
}

/// The notices of one read.
#[derive(Clone, Debug)]
pub struct Notices<'b> {
    bytes: &'b [u8],
    offset: usize,
}

impl<'b> Iterator for Notices<'b> {
    type Item = Result<Notice<'b>, ShortNotice>;

    fn next(&mut self) -> Option<Self::Item> {
        let (offset, rest) = (self.offset, self.bytes.get(self.offset..)?);
        if rest.is_empty() {
            return None;
        }
        let word = |at: usize| {
            let bytes = rest.get(at..).and_then(<[u8]>::first_chunk);
            bytes.map_or(0, |bytes| u32::from_ne_bytes(*bytes))
        };
        let need = if rest.len() < HEADER { HEADER } else { HEADER.saturating_add(word(12) as usize) };
        let Some(notice) = rest.get(..need) else {
            self.offset = self.bytes.len();
            return Some(Err(ShortNotice { offset, need, have: rest.len() }));
        };
        self.offset += need;
        let padded = notice.get(HEADER..).unwrap_or_default();
        let mask = word(4);
        Some(Ok(Notice {
            watch: word(0).cast_signed(),
            cookie: word(8),
            mask,
            kind: kind_of(mask),
            entry: if mask & bits::IS_DIRECTORY == 0 { EntryKind::File } else { EntryKind::Directory },
            name: padded.split(|&byte| byte == 0).next().unwrap_or_default(),
        }))
    }
}

fn kind_of(mask: u32) -> NoticeKind {
    match mask & !bits::IS_DIRECTORY {
        bits::QUEUE_OVERFLOW => NoticeKind::Overflow,
        bits::ATTRIBUTES => NoticeKind::Change(FileChange::AttributesChanged),
        bits::CREATE => NoticeKind::Change(FileChange::Created),
        bits::CLOSE_WRITE => NoticeKind::Change(FileChange::Written),
        bits::DELETE | bits::DELETE_SELF => NoticeKind::Change(FileChange::Deleted),
        bits::MOVED_FROM => NoticeKind::Change(FileChange::MovedFrom),
        bits::MOVED_TO => NoticeKind::Change(FileChange::MovedTo),
        other if other & bits::IGNORED != 0 => NoticeKind::Ignored,
        other => NoticeKind::Other(other),
    }
}

//! What a reader was granted beside the region.
//!
//! Spec: `spec/attach.md`, ATT-10 to ATT-12.

use std::os::fd::OwnedFd;

use abi_runtime::attach::CheckedHeader;
use abi_runtime::drain::{ReleasePage, release_page_size};

use super::attachment::io_error;
use super::bell::Bell;
use super::connection::Connection;
use super::drains::PAGE_SEALS;
use super::error::AttachError;
use super::mapping::{Mapping, Writable};
use super::memfd::SealedFile;
use crate::attached::Wish;
use crate::message::{Granted, Hello, Wishes};

/// One more than the largest ticket: a word of a lane's control holds it above the standing (REG-48).
const TICKETS_END: u64 = 1 << 56;

/// What was granted, and taken.
#[derive(Debug)]
pub(super) struct Granting {
    pub(super) draining: Option<Draining>,
    pub(super) doorbell: Option<Bell>,
}

/// What a reader drains with.
#[derive(Debug)]
pub struct Draining {
    page: Mapping<Writable>,
    /// Which of the region's drain readers this is.
    pub slot: usize,
    /// What tells this reader from others that have the slot in their turn.
    pub ticket: u64,
}

impl Draining {
    /// Returns the page in which the reader states what it has read.
    pub fn page(&self) -> ReleasePage<'_> {
        ReleasePage::new(self.page.memory_mut())
    }
}

impl Granting {
    /// Takes what came along with a welcome, if it is what was asked for.
    pub(super) fn take(
        wish: Wish,
        granted: Option<Granted>,
        mut files: impl Iterator<Item = OwnedFd>,
        checked: &CheckedHeader,
        connection: &Connection,
    ) -> Result<Self, AttachError> {
        let asked = Hello::wishing(wish.drain, wish.doorbell).wishes.raw();
        if granted.is_some_and(|granted| asked == 0 || granted.wishes.raw() & !asked != 0) {
            return Err(AttachError::NotAskedFor);
        }
        let header = checked.header();
        let has = |wish| granted.is_some_and(|granted| granted.wishes.contains(wish));
        let draining = match (wish.drain, granted) {
            (Some(_), Some(granted)) if has(Wishes::Drain) => {
                let Granted { slot, ticket, .. } = granted;
                if slot >= header.drain_readers || !(1..TICKETS_END).contains(&ticket) {
                    return Err(AttachError::NoSuchPlace { slot, ticket, slots: header.drain_readers });
                }
                let file = files.next().ok_or(AttachError::NoDescriptor)?;
                Some(Draining {
                    page: map_page(file, header.lane_count)?,
                    slot: granted.slot as usize,
                    ticket: granted.ticket,
                })
            }
            (Some(_), _) => return Err(AttachError::NotGranted("a release page")),
            (None, _) => None,
        };
        let doorbell = match wish.doorbell {
            true if has(Wishes::Doorbell) => {
                let file = files.next().ok_or(AttachError::NoDescriptor)?;
                let bell = Bell::take(file, connection).map_err(io_error("watch the doorbell"))?;
                Some(bell.ok_or(AttachError::NotABell)?)
            }
            true => return Err(AttachError::NotGranted("a doorbell")),
            false => None,
        };
        match files.next() {
            None => Ok(Self { draining, doorbell }),
            Some(_) => Err(AttachError::NotAskedFor),
        }
    }
}

/// ATT-10: the page is sealed and has a line for each lane.
fn map_page(file: OwnedFd, lanes: u32) -> Result<Mapping<Writable>, AttachError> {
    let file = SealedFile::check_size(file, PAGE_SEALS, release_page_size(lanes))?;
    Mapping::<Writable>::of_part(&file, file.bytes()).map_err(io_error("map the release page"))
}

//! Release pages, in the hands of the driver.
//!
//! Spec: `spec/attach.md`, ATT-10 and ATT-11; `spec/region.md`, REG-46.

use std::io;
use std::sync::Mutex;

use abi_runtime::drain::{DrainSlot, Standing, release_page_size};
use rustix::fs::SealFlags;

use super::mapping::SlotPages;
use super::memfd::SealedFile;

/// What a release page is sealed against: its size stays, and no seal is added.
pub(crate) const PAGE_SEALS: SealFlags = SealFlags::SHRINK.union(SealFlags::GROW).union(SealFlags::SEAL);

/// The slots of a region's drain readers, each over a release page.
///
/// A page is made anew for each reader, at the same address: who had it before can store to it no more,
/// and a writer that looks at it meanwhile looks at the old one or the new one.
#[derive(Debug)]
pub struct Drains {
    pages: SlotPages,
    bytes: u64,
    /// The ticket of the next reader, and which slots are taken.
    book: Mutex<(u64, Vec<bool>)>,
}

/// One reader's place.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) slot: u32,
    pub(super) ticket: u64,
    /// The descriptor of its page.
    pub(super) page: SealedFile,
}

impl Drains {
    /// Makes pages for `readers` readers (1 to 8) of a region with `lanes` lanes.
    ///
    /// # Errors
    ///
    /// The kernel's reason: no memory, too many files.
    pub fn create(readers: usize, lanes: u32) -> io::Result<Self> {
        let bytes = release_page_size(lanes);
        let files = (0..readers).map(|_| make_page(bytes)).collect::<io::Result<Vec<_>>>()?;
        Ok(Self { pages: SlotPages::of(&files)?, bytes, book: Mutex::new((1, vec![false; readers])) })
    }

    /// Returns the slots, for [`Extras`](abi_runtime::region::Extras).
    pub fn slots(&self) -> &[DrainSlot<'_>] {
        self.pages.slots()
    }

    /// Gives a reader a place, if one is free.
    pub(super) fn take(&self) -> io::Result<Option<Place>> {
        let mut book = self.book.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (next, taken) = &mut *book;
        let Some(slot) = taken.iter().position(|taken| !taken) else { return Ok(None) };
        let page = make_page(self.bytes)?;
        self.pages.replace(slot, &page)?;
        taken[slot] = true;
        let ticket = *next;
        *next += 1;
        // A region has 8 at most.
        Ok(u32::try_from(slot).ok().map(|slot| Place { slot, ticket, page }))
    }

    /// Lets the writers wait for a reader.
    pub(super) fn serve(&self, place: &Place, lag: u64) {
        self.slots()[place.slot as usize].serve(place.ticket, lag);
    }

    /// Takes a place back: its reader has left.
    pub(super) fn give_back(&self, place: &Place) {
        self.slots()[place.slot as usize].dismiss(Standing::Left);
        let mut book = self.book.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        book.1[place.slot as usize] = false;
    }
}

fn make_page(bytes: u64) -> io::Result<SealedFile> {
    let file = SealedFile::create("testimony-release", bytes)?;
    file.seal(PAGE_SEALS)?;
    Ok(file)
}

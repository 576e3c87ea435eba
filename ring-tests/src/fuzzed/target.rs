//! The ways in which bytes become a region.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::live;
use super::read::read;
#[cfg(feature = "documents")]
use super::said;
use crate::images::IMAGES;
use crate::kept::{set_checksum, word};
use crate::lines::shared;

/// A way in which bytes become a region.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What the program and the corpus are called.
    pub name: &'static str,
    /// Takes one input.
    pub take: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "attach", take: attach },
    Target { name: "header", take: header },
    Target { name: "lane", take: lane },
    Target { name: "saved", take: saved },
    #[cfg(feature = "documents")]
    Target { name: "catalog", take: said::catalog },
    #[cfg(feature = "documents")]
    Target { name: "lock", take: said::lock },
    #[cfg(feature = "documents")]
    Target { name: "views", take: said::views },
    Target { name: "live", take: live::live },
];

/// A region that was overwritten, with drops in it: what the others begin with.
static REGION: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let image = IMAGES.iter().find(|image| image.name == "overwritten").expect("it is one of them");
    image.bytes().expect("it can be made")
});

/// The bytes are all there is.
fn attach(data: &[u8]) {
    read(&shared(data));
}

/// The bytes are a region's header, whose checksum then holds: its other rules are reached.
fn header(data: &[u8]) {
    let mut bytes = REGION.clone();
    let len = data.len().min(4096);
    bytes[..len].copy_from_slice(&data[..len]);
    if set_checksum(&mut bytes) {
        read(&shared(&bytes));
    }
}

/// The bytes are changes of lane controls and blocks: a place, and a word.
fn lane(data: &[u8]) {
    let words = shared(&REGION);
    let lanes = index_at(&REGION, 96);
    for change in data.as_chunks::<10>().0 {
        let [low, high, word @ ..] = *change;
        let at = lanes + usize::from(u16::from_le_bytes([low, high]));
        if let Some(place) = words.get(at) {
            place.store(u64::from_le_bytes(word), Relaxed);
        }
    }
    read(&words);
}

/// The bytes are what a capture may hold: five words of a lane's control, then blocks.
fn saved(data: &[u8]) {
    let words = shared(&REGION);
    let (lanes, blocks) = (index_at(&REGION, 96), index_at(&REGION, 104));
    let places = [lanes + 16, lanes + 32, lanes + 48, lanes + 49, lanes + 50];
    let places = places.into_iter().chain(blocks..words.len());
    for (at, word) in places.zip(data.as_chunks::<8>().0) {
        let place: &AtomicU64 = &words[at];
        place.store(u64::from_le_bytes(*word), Relaxed);
    }
    read(&words);
}

/// Returns the index of the word at the offset that stands at byte `at` of a header.
fn index_at(bytes: &[u8], at: usize) -> usize {
    usize::try_from(word(bytes, at)).unwrap_or(usize::MAX) / 8
}

//! Regions that were written by every released version of the region ABI, read by today's reader: it says
//! of each what was said when it was kept (REG-5, REG-12 to REG-25, REG-30 to REG-40).
//!
//! The same regions, changed into what a version to come may leave, are read all the same (REG-5).

#[path = "images/newer.rs"]
mod newer;

use std::collections::BTreeSet;

use newer::{Newer, make_newer};
use ring_tests::images::IMAGES;
use ring_tests::{kept, lines};

fn kept_images() -> Vec<kept::Kept> {
    kept::all().expect("the kept regions can be read")
}

#[test]
fn every_kept_region_is_read_as_on_the_day_it_was_kept() {
    let images = kept_images();
    assert!(!images.is_empty(), "no region is kept");
    for image in images {
        assert_eq!(image.stated_version(), image.version, "{}: the folder is another version's", image.name);
        let said = lines::tell(&image.bytes).expect("a released region is not refused");
        similar(&format!("{}/{}", image.version, image.name), &said, &image.expect);
    }
}

/// A release of the region's catalog without kept regions fails here: run `keep-images`.
#[test]
fn every_release_has_kept_regions() {
    let images = kept_images();
    let versions: BTreeSet<&str> = images.iter().map(|image| image.version.as_str()).collect();
    for fingerprint in kept::released().expect("the lock can be read") {
        assert!(
            images.iter().any(|image| image.fingerprint() == fingerprint),
            "release {fingerprint} of the region ABI has no kept regions: `cargo run -p ring-tests --bin keep-images`"
        );
    }
    for version in versions {
        let minor: u16 = version.strip_prefix("1.").and_then(|minor| minor.parse().ok()).expect("1.MINOR");
        let since = IMAGES.iter().filter(|image| image.since <= minor);
        for name in since.map(|image| image.name).chain(["by-c"]) {
            let found = images.iter().any(|image| image.version == version && image.name == name);
            assert!(found, "{version} has no region called {name}");
        }
    }
}

#[test]
fn a_reader_of_today_reads_what_a_later_minor_version_writes() {
    let mut all = Newer::default();
    for image in kept_images() {
        let mut bytes = image.bytes.clone();
        let newer = make_newer(&mut bytes);
        all.reserved += newer.reserved;
        all.unknown += newer.unknown;
        let said = lines::tell(&bytes).expect("a region of a later minor version is not refused");
        // The flag is kept as it was read.
        let flagged = said.matches(" flags 32768 ").count();
        let said = said.replace(" flags 32768 ", " flags 0 ");
        all.flagged += flagged;
        similar(&format!("{}/{}, made newer", image.version, image.name), &said, &image.expect);
    }
    assert!(
        all.reserved > 0 && all.unknown > 0 && all.flagged > 0,
        "nothing of a later version was put in: {all:?}"
    );
}

/// Had the reader not looked at the longer header whole, its checksum would say nothing.
#[test]
fn a_later_header_is_checked_whole_and_a_later_major_version_refused() {
    for image in kept_images() {
        let mut bytes = image.bytes.clone();
        make_newer(&mut bytes);
        bytes[511] ^= 1;
        let refusal = lines::tell(&bytes).expect_err("byte 511 is behind the checksum");
        assert!(refusal.contains("checksum"), "{refusal}");
        bytes[511] ^= 1;
        bytes[16] += 1;
        assert!(kept::set_checksum(&mut bytes), "the header is there");
        assert!(lines::tell(&bytes).is_err(), "{}: a later major version was not refused", image.name);
    }
}

/// What writers leave today, if it is not released: kept regions follow at the release.
#[test]
fn the_regions_of_today_are_read_too() {
    for image in IMAGES {
        let bytes = image.bytes().expect("a region is made");
        assert_eq!(bytes, image.bytes().expect("a region is made"), "{} is not the same twice", image.name);
        let said = lines::tell(&bytes).expect("a region of today is not refused");
        let closes = said.matches("books close").count();
        let cannot = said.matches("books cannot close").count();
        assert!(closes > 0, "{}: no books close", image.name);
        assert_eq!(cannot > 0, image.name == "damaged", "{}:\n{said}", image.name);
    }
}

/// Compares line by line, so that a failure names the first line.
fn similar(name: &str, said: &str, expect: &str) {
    for (at, (said, expect)) in said.lines().zip(expect.lines()).enumerate() {
        assert_eq!(said, expect, "{name}, line {}", at + 1);
    }
    assert_eq!(said.lines().count(), expect.lines().count(), "{name}: the number of lines");
}

//! Reserved bytes are zero when stored, whatever the caller's struct holds (REG-26, REC-4).

mod rig;

use std::sync::atomic::Ordering::Relaxed;

use abi_runtime::layout::Policy;
use abi_runtime::prelude::*;
use rig::Rig;

#[derive(Clone, Copy, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
struct Inner {
    seen: u16,
    #[trace(reserved)]
    _inner: [u8; 2],
}

#[derive(Clone, Copy, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
struct Outer {
    first: u32,
    #[trace(reserved)]
    _between: [u8; 4],
    inner: [Inner; 2],
}

const FULL: Outer =
    Outer { first: u32::MAX, _between: [0xA5; 4], inner: [Inner { seen: u16::MAX, _inner: [0xA5; 2] }; 2] };

/// What is stored of `FULL`: the fields, and zeros.
const STORED: [u64; 2] = [0x0000_0000_ffff_ffff, 0x0000_ffff_0000_ffff];

/// The payload words of the lane's first two records.
fn payloads(rig: &Rig, blocks_offset: u64) -> [[u64; 2]; 2] {
    let first = usize::try_from(blocks_offset / 8).unwrap() + 8;
    let record = |at: usize| {
        let payload = first + at * 4 + 2;
        [rig.words[payload].load(Relaxed), rig.words[payload + 1].load(Relaxed)]
    };
    [record(0), record(1)]
}

#[test]
fn no_reserved_byte_leaves_the_driver() {
    let rig = Rig::new(1, 2);
    let region = rig.format();
    let writer = rig::open_lane(&region, 0, Policy::Fill, (0, 0));
    writer.emit(&FULL).unwrap();
    let mut reservation = writer.reserve::<Outer>().unwrap();
    reservation.fill(&FULL);
    reservation.commit();
    assert_eq!(payloads(&rig, region.geometry().blocks_offset), [STORED; 2]);
}

#[test]
fn an_unfilled_reservation_is_zero_whatever_lay_there() {
    let rig = Rig::new(1, 2);
    let region = rig.format();
    let writer = rig::open_lane(&region, 0, Policy::Overwrite, (0, 0));
    // Two laps, so that the place holds another record's bytes.
    while writer.account().published < 1000 {
        writer.emit(&FULL).unwrap();
    }
    let before = writer.account().published;
    writer.reserve::<Outer>().unwrap().commit();
    assert_eq!(writer.account().published, before + 1);
    let header = 32 | 0x0100 << 16 | 1 << 32;
    let first = usize::try_from(region.geometry().blocks_offset / 8).unwrap();
    let zeroed = (first..rig.words.len() - 4).filter(|&at| {
        let word = |offset: usize| rig.words[at + offset].load(Relaxed);
        word(0) == header && word(2) == 0 && word(3) == 0
    });
    assert_eq!(zeroed.count(), 1);
}

//! Every rule of REG-10, broken one at a time in a header whose checksum holds.

mod rig;

use std::sync::atomic::AtomicU64;

use abi_runtime::attach::{AttachError, RegionView, Section};
use abi_runtime::geometry::{Shape, ShapeError};
use abi_runtime::layout::{Policy, RegionState};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::reader::{LaneError, LaneReader, Start};
use abi_runtime::region::{LaneConfig, Region, RegionConfig, RegionError, region_size};
use rig::{Rig, TESTS};

/// The region's words after `change` has changed its header's bytes and the checksum was made to fit.
fn changed(change: impl FnOnce(&mut [u8])) -> Vec<AtomicU64> {
    let rig = Rig::new(2, 4);
    rig.format();
    let mut words = rig.snapshot();
    let mut bytes: Vec<u8> = words[..32].iter().flat_map(|word| word.to_le_bytes()).collect();
    change(&mut bytes);
    bytes[64..68].fill(0);
    let checksum = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(&bytes);
    bytes[64..68].copy_from_slice(&checksum.to_le_bytes());
    for (word, bytes) in words.iter_mut().zip(bytes.chunks(8)) {
        *word = u64::from_le_bytes(bytes.try_into().unwrap());
    }
    words.into_iter().map(AtomicU64::new).collect()
}

fn refused(change: impl FnOnce(&mut [u8])) -> AttachError {
    RegionView::attach(Memory::from_words(&changed(change))).unwrap_err()
}

fn with(at: usize, bytes: &[u8]) -> impl FnOnce(&mut [u8]) {
    move |header| header[at..at + bytes.len()].copy_from_slice(bytes)
}

#[test]
fn an_unchanged_header_is_accepted() {
    let words = changed(|_| ());
    let view = RegionView::attach(Memory::from_words(&words)).unwrap();
    assert_eq!(view.lanes(), 2);
    assert_eq!(view.state(), Ok(RegionState::Live));
    assert_eq!(view.header().fingerprint, TESTS.fingerprint().0);
    let mut catalogs = vec![0; 1 << 16];
    let len = view.copy_catalogs(&mut catalogs);
    let own = abi_runtime::layout::REGION.embedded();
    assert_eq!(&catalogs[..own.len()], own);
    assert_eq!(&catalogs[own.len()..len], TESTS.embedded());
}

#[test]
fn every_broken_rule_is_named() {
    assert!(matches!(refused(with(0, b"\x7fELF")), AttachError::Magic(_)));
    assert_eq!(refused(with(8, &[1, 2, 3, 4])), AttachError::ByteOrder(0x0403_0201));
    assert_eq!(refused(with(16, &[2, 0, 7, 0])), AttachError::AbiMajor { driver: (2, 7) });
    assert_eq!(refused(with(12, &[248, 0, 0, 0])), AttachError::HeaderSize(248));
    assert_eq!(refused(with(12, &[255, 255, 255, 255])), AttachError::HeaderSize(u32::MAX));
    assert!(matches!(refused(with(24, &[0; 8])), AttachError::TotalSize { stated: 0, .. }));
    let section = |section, offset| AttachError::Section { section, offset };
    assert_eq!(refused(with(80, &[0; 8])), section(Section::CatalogDocuments, 0));
    assert_eq!(refused(with(80, &[1, 64])), section(Section::CatalogDocuments, 16_385));
    assert_eq!(refused(with(88, &[255; 8])), section(Section::CatalogDocuments, 16_384));
    assert_eq!(refused(with(96, &[255; 8])), section(Section::LaneControls, u64::MAX));
    assert_eq!(refused(with(104, &[0; 8])), section(Section::Blocks, 0));
    assert_eq!(refused(with(112, &[0; 4])), AttachError::Shape(ShapeError::Lanes(0)));
    assert_eq!(refused(with(116, &[0; 4])), AttachError::LaneStride(0));
    assert_eq!(refused(with(120, &[1; 4])), AttachError::Shape(ShapeError::BlockSize(0x0101_0101)));
    assert_eq!(refused(with(124, &[3, 0, 0, 0])), AttachError::Shape(ShapeError::BlocksPerLane(3)));
    assert_eq!(refused(with(136, &[0; 8])), AttachError::ClockRatio);
    assert_eq!(refused(with(144, &[0; 8])), AttachError::ClockRatio);
}

/// REG-58: what a header states is bounded before anybody takes memory for it.
#[test]
fn more_catalog_documents_than_are_read_are_refused() {
    let most = abi_runtime::layout::MAX_CATALOGS;
    let shape = Shape { lanes: 1, block_size: 4096, blocks_per_lane: 2 };
    assert!(shape.geometry(most).is_ok());
    assert_eq!(shape.geometry(most + 1), Err(ShapeError::Catalogs(most + 1)));
    assert_eq!(shape.geometry(3 << 30), Err(ShapeError::Catalogs(3 << 30)));

    // A region that holds them all the same, and is otherwise as it should be.
    let size = 2 * most;
    let words: Vec<AtomicU64> = (0..(size + (1 << 20)) / 8).map(|_| AtomicU64::new(0)).collect();
    let (lanes, blocks, total) = (16_384 + size, 32_768 + size, 8 * words.len() as u64);
    let header = changed(|header| {
        for (at, value) in [(24, total), (88, size), (96, lanes), (104, blocks)] {
            header[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
    });
    for (word, changed) in words.iter().zip(&header[..32]) {
        word.store(changed.load(std::sync::atomic::Ordering::Relaxed), std::sync::atomic::Ordering::Relaxed);
    }
    let error = RegionView::attach(Memory::from_words(&words)).unwrap_err();
    assert_eq!(error, AttachError::Shape(ShapeError::Catalogs(size)));
}

/// VER-9: a larger minor number has only added what this reader may ignore.
#[test]
fn a_larger_header_of_a_later_minor_version_is_read() {
    // What a later minor appends lies behind this version's header and is covered by its checksum;
    // here those bytes are the zeros that already follow.
    let words = changed(|header| header[18] = 9);
    let view = RegionView::attach(Memory::from_words(&words)).unwrap();
    assert_eq!(view.header().abi_minor, 9);
}

#[test]
fn damage_is_found_by_the_checksum() {
    let rig = Rig::new(1, 2);
    rig.format();
    let mut words = rig.snapshot();
    words[30] ^= 1;
    let words: Vec<AtomicU64> = words.into_iter().map(AtomicU64::new).collect();
    let error = RegionView::attach(Memory::from_words(&words)).unwrap_err();
    assert!(matches!(error, AttachError::Checksum { .. }), "{error}");
}

#[test]
fn a_truncated_region_is_refused_at_every_length() {
    let rig = Rig::new(1, 2);
    rig.format();
    for words in (0..rig.words.len()).step_by(509) {
        let error = RegionView::attach(Memory::from_words(&rig.words[..words])).unwrap_err();
        let expected = matches!(error, AttachError::TooSmall { .. } | AttachError::TotalSize { .. });
        assert!(expected, "{words} words: {error}");
    }
}

#[test]
fn lanes_are_refused_with_both_numbers() {
    let rig = Rig::new(2, 2);
    let region = rig.format();
    let view = RegionView::attach(rig.memory()).unwrap();
    let open = |lane, words: usize| {
        LaneReader::open(&view, lane, Start::Oldest, vec![0; words]).map(|_| ()).unwrap_err()
    };
    assert_eq!(open(2, 512), LaneError::NoSuchLane { lane: 2, lanes: 2 });
    assert_eq!(open(0, 512), LaneError::NotOpened(0));
    let _writer = rig::open_lane(&region, 0, Policy::Overwrite, (0, 0));
    assert_eq!(open(0, 100), LaneError::BufferTooSmall { need: 491, have: 100 });
    let lanes = usize::try_from(view.geometry().lanes_offset / 8).unwrap();
    rig.words[lanes].store(7, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(open(0, 512), LaneError::UnknownPolicy(7));
    rig.words[lanes].store(1, std::sync::atomic::Ordering::Relaxed);
    rig.words[lanes + 3].store(8, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(open(0, 512), LaneError::Control(0));
}

#[test]
fn a_region_that_cannot_be_is_not_made() {
    let size = |lanes, block_size, blocks_per_lane| {
        region_size(Shape { lanes, block_size, blocks_per_lane }, &TESTS)
    };
    assert_eq!(size(0, 4096, 2), Err(ShapeError::Lanes(0)));
    assert_eq!(size(4097, 4096, 2), Err(ShapeError::Lanes(4097)));
    assert_eq!(size(1, 2048, 2), Err(ShapeError::BlockSize(2048)));
    assert_eq!(size(1, 4097, 2), Err(ShapeError::BlockSize(4097)));
    assert_eq!(size(1, 4096, 1), Err(ShapeError::BlocksPerLane(1)));
    assert_eq!(size(1, 4096, 6), Err(ShapeError::BlocksPerLane(6)));
    // 2^52 bytes: addressable, if not to be had, where addresses have 64 bits.
    let largest = size(4096, 1 << 20, 1 << 20);
    assert_eq!(largest.is_err(), cfg!(target_pointer_width = "32"));
    assert!(largest.is_ok() || largest == Err(ShapeError::TooLarge));

    let rig = Rig::new(1, 2);
    let region = rig.format();
    let open = |lane, config: &LaneConfig<'_>| region.open_lane(lane, config, || 0).map(|_| ()).unwrap_err();
    let config = LaneConfig::new("lane", Policy::Fill);
    assert_eq!(open(1, &config), RegionError::NoSuchLane { lane: 1, lanes: 1 });
    assert_eq!(open(0, &LaneConfig { policy: Policy::Drain, ..config }), RegionError::NobodyDrains);
    assert_eq!(open(0, &LaneConfig { start_position: 8, ..config }), RegionError::StartPosition(8));
    let _writer = region.open_lane(0, &config, || 0).unwrap();
    assert_eq!(open(0, &config), RegionError::LaneTaken(0));
}

#[test]
fn memory_of_another_size_and_a_clock_without_a_ratio_are_refused() {
    let rig = Rig::new(1, 2);
    let mut config = RegionConfig {
        shape: rig.shape,
        region_id: [1, 2],
        generation: 1,
        clock: abi_runtime::region::ClockInfo {
            kind: abi_runtime::layout::ClockKind::Other,
            numerator: 1,
            denominator: 1,
            anchor_ticks: 0,
            anchor_utc: 0,
        },
        catalog: &TESTS,
    };
    let need = rig.words.len() as u64 * 8;
    let short = Region::format(MemoryMut::from_words(&rig.words[1..]), &config).unwrap_err();
    assert_eq!(short, RegionError::MemorySize { need, have: need - 8 });
    config.clock.denominator = 0;
    let error = Region::format(MemoryMut::from_words(&rig.words), &config).unwrap_err();
    assert_eq!(error, RegionError::ClockRatio);
    assert!(rig.snapshot().iter().all(|&word| word == 0), "nothing was stored");
}

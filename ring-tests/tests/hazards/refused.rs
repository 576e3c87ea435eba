//! What cannot be is refused when it is made, or when a reader finds it, with both numbers and the rule
//! (REG-6, REG-11, REG-30, REG-44, REG-46, REG-47). Nothing has been stored then.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use abi_runtime::drain::{DrainSlot, release_page_size};
use abi_runtime::geometry::Shape;
use abi_runtime::layout::Policy;
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{
    ClockInfo, Extras, LaneConfig, Region, RegionConfig, RegionError, Thresholds, region_size,
};
use ring_tests::hazard::{HAZARDS, Scene, ticking};

fn shape(lanes: u32, block_size: u32, blocks_per_lane: u32) -> String {
    match region_size(Shape { lanes, block_size, blocks_per_lane }, &HAZARDS) {
        Ok(size) => panic!("{lanes}, {block_size}, {blocks_per_lane}: {size} bytes"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn shapes_that_no_region_has() {
    for lanes in [0, 4097, u32::MAX] {
        assert_eq!(shape(lanes, 4096, 2), format!("{lanes} lanes: a region has 1 to 4096 (REG-6)"));
    }
    for size in [0, 1, 2048, 4095, 4097, 12_288, 1 << 21, u32::MAX] {
        let expected = format!("block size {size}: it must be a power of two from 4096 to 1048576 (REG-6)");
        assert_eq!(shape(1, size, 2), expected);
    }
    for blocks in [0, 1, 3, 1000, 1 << 21, u32::MAX] {
        let expected =
            format!("{blocks} blocks per lane: it must be a power of two from 2 to 1048576 (REG-6)");
        assert_eq!(shape(1, 4096, blocks), expected);
    }
}

/// A region as large as the law allows needs 2^52 bytes, which no machine has: whoever has less memory is
/// told what it needs and what there is.
#[test]
fn memory_that_does_not_fit() {
    let scene = Scene::new(1, 2);
    let total = scene.words.len() * 8;
    let format = |words: &[AtomicU64], shape| {
        let config = RegionConfig { shape, ..scene.config() };
        Region::format(MemoryMut::from_words(words), &config).map(|_| ()).unwrap_err().to_string()
    };
    let same = scene.config().shape;
    for less in [1, 100, scene.words.len()] {
        let have = total - less * 8;
        assert_eq!(
            format(&scene.words[less..], same),
            format!(
                "the memory has {have} bytes and the region needs exactly {total}; ask `region_size` before mapping"
            )
        );
    }
    let huge = Shape { lanes: 4096, block_size: 1 << 20, blocks_per_lane: 1 << 20 };
    let need = region_size(huge, &HAZARDS).unwrap();
    assert!(need > 1 << 52);
    assert_eq!(
        format(&scene.words, huge),
        format!(
            "the memory has {total} bytes and the region needs exactly {need}; ask `region_size` before mapping"
        )
    );
    // Larger lanes, or more of them, in the memory of before: a region that no longer fits.
    for shape in [
        Shape { blocks_per_lane: 8, ..same },
        Shape { block_size: 16_384, ..same },
        Shape { lanes: 3, ..same },
    ] {
        let need = region_size(shape, &HAZARDS).unwrap();
        let expected = format!("has {total} bytes and the region needs exactly {need};");
        assert!(format(&scene.words, shape).contains(&expected));
    }
    let clock = ClockInfo { numerator: 0, ..scene.config().clock };
    let config = RegionConfig { clock, ..scene.config() };
    assert_eq!(
        Region::format(MemoryMut::from_words(&scene.words), &config).unwrap_err().to_string(),
        "the clock's numerator or denominator is 0: no number of ticks is a time then"
    );
    assert!(scene.words.iter().all(|word| word.load(Relaxed) == 0), "something was stored");
}

#[test]
fn lanes_that_cannot_be_opened() {
    let scene = Scene::new(2, 4);
    let region = scene.format();
    let before = scene.snapshot();
    let config = LaneConfig::new("lane", Policy::Fill);
    let open = |lane, config: &LaneConfig<'_>| region.open_lane(lane, config, || 0).map(|_| ()).unwrap_err();
    assert_eq!(open(2, &config).to_string(), "lane 2 does not exist: the region has lanes 0 to 1");
    assert_eq!(
        open(0, &LaneConfig { start_position: 4097, ..config }).to_string(),
        "start position 4097 is not a multiple of the block size (REG-11)"
    );
    assert_eq!(open(0, &LaneConfig { policy: Policy::Drain, ..config }), RegionError::NobodyDrains);
    for (policy, normal_blocks, bulk_blocks) in [
        (Policy::Fill, 5, 1),
        (Policy::Fill, 2, 3),
        (Policy::Fill, 0, 5),
        (Policy::Overwrite, 3, 2),
        (Policy::Overwrite, 0, 1),
    ] {
        let config = LaneConfig { policy, thresholds: Thresholds { normal_blocks, bulk_blocks }, ..config };
        let expected = format!(
            "thresholds normal {normal_blocks}, bulk {bulk_blocks} of 4 blocks, policy {policy:?}: bulk <= normal <= 4, and only Fill and Drain have any (REG-44)"
        );
        assert_eq!(open(0, &config).to_string(), expected);
    }
    assert_eq!(scene.snapshot(), before, "something was stored");
}

#[test]
fn release_pages_that_cannot_serve() {
    let scene = Scene::new(2, 4);
    let format = |slots: &[DrainSlot<'_>]| {
        let memory = MemoryMut::from_words(&scene.words);
        // The slots live no longer than this call.
        let extras = Extras { drain: slots, ..Extras::default() };
        Region::format_with(memory, &scene.config(), extras).map(|_| ()).unwrap_err().to_string()
    };
    let need = release_page_size(2);
    let page: Vec<AtomicU64> = (0..need / 8).map(|_| AtomicU64::new(0)).collect();
    let slots: Vec<DrainSlot<'_>> = (0..9).map(|_| DrainSlot::new(Memory::from_words(&page))).collect();
    assert_eq!(format(&slots), "9 drain readers: a region has at most 8 (REG-46)");
    let short = [DrainSlot::new(Memory::from_words(&page[1..]))];
    assert_eq!(
        format(&short),
        format!("a release page has {} bytes and needs {need}: one line for each lane (REG-47)", need - 8)
    );
    assert!(scene.words.iter().all(|word| word.load(Relaxed) == 0), "something was stored");
}

#[test]
fn lanes_that_a_reader_refuses() {
    let scene = Scene::new(2, 4);
    let region = scene.format();
    let view = scene.view();
    let open = |lane, words| {
        LaneReader::open(&view, lane, Start::Oldest, vec![0; words]).map(|_| ()).unwrap_err().to_string()
    };
    assert_eq!(open(2, 512), "lane 2 does not exist: the region has 2, counted from 0");
    assert_eq!(open(0, 512), "lane 0 has not been opened yet; look again later");
    let _writer = ticking(&region, Policy::Overwrite);
    assert_eq!(open(0, 490), "the buffer has 490 words; the largest record of this lane needs 491");
    for policy in [4, 7, u64::from(u32::MAX)] {
        scene.control(0).store(policy, Relaxed);
        let expected = format!(
            "the lane has policy {policy}, and this reader of region ABI 1.1 knows 1 to 3 (REG-30); use a newer reader"
        );
        assert_eq!(open(0, 512), expected);
    }
    scene.control(0).store(1, Relaxed);
    scene.control(3).store(8, Relaxed);
    assert_eq!(open(0, 512), "damaged region: the control of lane 0 breaks REG-11");
}

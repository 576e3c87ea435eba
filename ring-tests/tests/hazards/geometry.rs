//! Hostile geometry: a region whose header lies about where things are (REG-4, REG-10).
//!
//! The oracle below is REG-10 read once more, in numbers that cannot overflow. Reader and oracle must be
//! of one mind about every header, and every header that is refused is refused by the name of a rule.

use std::sync::atomic::AtomicU64;

use abi_runtime::attach::RegionView;
use abi_runtime::layout::Policy;
use abi_runtime::memory::Memory;
use abi_runtime::reader::{LaneReader, Start};
use ring_tests::hazard::{NOTES, Scene, read_to_end};

/// A field that places something: its byte and its size.
type Field = (usize, usize);

const HEADER_SIZE: Field = (12, 4);
const TOTAL_SIZE: Field = (24, 8);
const CATALOG_OFFSET: Field = (80, 8);
const CATALOG_SIZE: Field = (88, 8);
const LANES_OFFSET: Field = (96, 8);
const BLOCKS_OFFSET: Field = (104, 8);
const LANE_COUNT: Field = (112, 4);
const LANE_STRIDE: Field = (116, 4);
const BLOCK_SIZE: Field = (120, 4);
const BLOCKS_PER_LANE: Field = (124, 4);
const DRAIN_READERS: Field = (132, 4);
const TICK_NUMERATOR: Field = (136, 8);
const TICK_DENOMINATOR: Field = (144, 8);

const FIELDS: [Field; 13] = [
    HEADER_SIZE,
    TOTAL_SIZE,
    CATALOG_OFFSET,
    CATALOG_SIZE,
    LANES_OFFSET,
    BLOCKS_OFFSET,
    LANE_COUNT,
    LANE_STRIDE,
    BLOCK_SIZE,
    BLOCKS_PER_LANE,
    DRAIN_READERS,
    TICK_NUMERATOR,
    TICK_DENOMINATOR,
];

/// A small region with a full lane, whose header can be written anew.
struct Forged {
    words: Vec<AtomicU64>,
    header: [u8; 256],
    crc: crc::Crc<u32>,
}

impl Forged {
    fn new() -> Self {
        let scene = Scene::new(2, 2);
        scene.write(Policy::Fill, 2 * NOTES, true);
        let mut header = [0; 256];
        for (bytes, word) in header.chunks_mut(8).zip(scene.snapshot()) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self { words: scene.words, header, crc: crc::Crc::<u32>::new(&crc::CRC_32_ISCSI) }
    }

    fn get(&self, (at, size): Field) -> u128 {
        self.header[at..at + size].iter().rev().fold(0, |value, &byte| value << 8 | u128::from(byte))
    }

    fn put(&mut self, (at, size): Field, value: u64) {
        self.header[at..at + size].copy_from_slice(&value.to_le_bytes()[..size]);
    }

    /// Stores the header, with a checksum that holds; as far as the header says that it reaches.
    fn store(&mut self) {
        self.header[64..68].fill(0);
        let size = usize::try_from(self.get(HEADER_SIZE)).unwrap();
        let mut covered = self.header.to_vec();
        if size <= 4096 {
            covered.resize(size.max(256), 0);
            covered.truncate(size);
        }
        let checksum = self.crc.checksum(&covered);
        self.header[64..68].copy_from_slice(&checksum.to_le_bytes());
        for (word, bytes) in self.words.iter().zip(self.header.chunks(8)) {
            let bytes = <[u8; 8]>::try_from(bytes).unwrap();
            word.store(u64::from_le_bytes(bytes), std::sync::atomic::Ordering::Relaxed);
        }
    }

    /// REG-10.
    fn is_well_formed(&self) -> bool {
        let power_of_two_in = |field, range: std::ops::RangeInclusive<u128>| {
            let value = self.get(field);
            value.is_power_of_two() && range.contains(&value)
        };
        let header_size = self.get(HEADER_SIZE);
        let total = self.get(TOTAL_SIZE);
        let lanes = self.get(LANE_COUNT);
        let sections = [
            (self.get(CATALOG_OFFSET), self.get(CATALOG_SIZE)),
            (self.get(LANES_OFFSET), lanes * 512),
            (self.get(BLOCKS_OFFSET), lanes * self.get(BLOCK_SIZE) * self.get(BLOCKS_PER_LANE)),
        ];
        let mut end = 16_384;
        let placed = sections.into_iter().all(|(offset, size)| {
            let behind = offset >= end && offset.is_multiple_of(16_384);
            end = offset + size;
            behind && end <= total
        });
        (256..=4096).contains(&header_size)
            && header_size.is_multiple_of(8)
            && total == self.words.len() as u128 * 8
            && (1..=4096).contains(&lanes)
            && self.get(LANE_STRIDE) == 512
            && power_of_two_in(BLOCK_SIZE, 4096..=1 << 20)
            && power_of_two_in(BLOCKS_PER_LANE, 2..=1 << 20)
            && self.get(DRAIN_READERS) <= 8
            && placed
            && self.get(TICK_NUMERATOR) != 0
            && self.get(TICK_DENOMINATOR) != 0
    }

    /// Attaches, compares the verdict with the oracle's, and reads whatever was accepted to its end.
    /// Returns whether it was.
    fn judge(&mut self) -> bool {
        self.store();
        let memory = Memory::from_words(&self.words);
        let told = || -> Vec<(Field, u128)> { FIELDS.map(|field| (field, self.get(field))).to_vec() };
        match RegionView::attach(memory) {
            Ok(view) => {
                assert!(self.is_well_formed(), "accepted: {:?}", told());
                for lane in 0..view.lanes().min(4) {
                    let buffer = vec![0; usize::try_from(view.geometry().shape.max_record() / 8).unwrap()];
                    if let Ok(mut lane) = LaneReader::open(&view, lane, Start::Oldest, buffer) {
                        let _ = read_to_end(&mut lane, |_| ());
                    }
                }
                true
            }
            Err(error) => {
                assert!(!self.is_well_formed(), "refused with {error}: {:?}", told());
                assert!(error.to_string().contains("(REG-"), "no rule is named: {error}");
                false
            }
        }
    }
}

/// Numbers at which arithmetic changes its mind, and the neighbours of what was there.
fn extremes(honest: u64) -> Vec<u64> {
    let powers = (0..64).map(|bit| 1_u64 << bit);
    let mut values: Vec<u64> = powers.flat_map(|power| [power, power - 1, power.wrapping_neg()]).collect();
    values.extend([0, u64::MAX, 3 << 12, 0u64.wrapping_sub(16_384), 0u64.wrapping_sub(512)]);
    let steps = [1, 8, 512, 4096, 16_384].into_iter();
    values.extend(steps.flat_map(|step| [honest.wrapping_add(step), honest.wrapping_sub(step)]));
    values.extend([honest.wrapping_mul(2), honest / 2]);
    values
}

#[test]
fn every_field_at_its_extremes() {
    let mut forged = Forged::new();
    assert!(forged.judge(), "the honest header is accepted");
    let (mut accepted, mut refused) = (0, 0);
    for field in FIELDS {
        let honest = u64::try_from(forged.get(field)).unwrap();
        for value in extremes(honest) {
            forged.put(field, value);
            *(if forged.judge() { &mut accepted } else { &mut refused }) += 1;
        }
        forged.put(field, honest);
    }
    assert!(accepted > 100 && refused > 1000, "{accepted} accepted, {refused} refused");
}

/// Two fields at once, so that one may hide the other: offsets that cross, sizes that make up for counts,
/// sums that wrap to where they should be.
#[test]
fn every_pair_of_fields_that_place_something() {
    const PLACING: [Field; 8] = [
        TOTAL_SIZE,
        CATALOG_OFFSET,
        CATALOG_SIZE,
        LANES_OFFSET,
        BLOCKS_OFFSET,
        LANE_COUNT,
        BLOCK_SIZE,
        BLOCKS_PER_LANE,
    ];
    let mut forged = Forged::new();
    let (mut accepted, mut refused) = (0, 0);
    for (at, &one) in PLACING.iter().enumerate() {
        for &other in &PLACING[at + 1..] {
            let honest = [one, other].map(|field| u64::try_from(forged.get(field)).unwrap());
            for first in extremes(honest[0]).into_iter().step_by(5) {
                for second in extremes(honest[1]).into_iter().step_by(7) {
                    forged.put(one, first);
                    forged.put(other, second);
                    *(if forged.judge() { &mut accepted } else { &mut refused }) += 1;
                }
            }
            forged.put(one, honest[0]);
            forged.put(other, honest[1]);
        }
    }
    assert!(accepted > 0 && refused > 10_000, "{accepted} accepted, {refused} refused");
}

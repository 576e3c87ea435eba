//! Random scripts: the same for the same seed.

use crate::script::{Operation, RECORDS, Script};

/// `SplitMix64`, also what payloads are made of.
#[derive(Clone, Debug)]
pub(crate) struct Numbers(pub u64);

impl Numbers {
    /// Returns the next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// Returns a number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// Where counters start: at 0, and shortly before 2^32 and 2^64.
const STARTS: [u64; 3] = [0, (1 << 32) - 5, u64::MAX - 4];
/// Blocks of every region here, in bytes: small, so that lanes wrap.
const BLOCK_SIZE: u32 = 4096;

/// Returns the script of `seed`, `attempts` operations long.
pub(crate) fn script(seed: u64, attempts: u64) -> Script {
    let mut numbers = Numbers(seed);
    let lanes = 1 + numbers.below(2);
    let blocks = 2 << numbers.below(2);
    let mut operations = vec![Operation::Region {
        lanes: u32::try_from(lanes).expect("two at most"),
        block_size: BLOCK_SIZE,
        blocks,
    }];
    for lane in 0..lanes {
        let start = STARTS[usize::try_from(numbers.below(3)).expect("three")];
        operations.push(Operation::Open {
            lane: usize::try_from(lane).expect("two at most"),
            fill: numbers.below(2) == 0,
            owner: numbers.next(),
            position: start / u64::from(BLOCK_SIZE) * u64::from(BLOCK_SIZE),
            sequence: STARTS[usize::try_from(numbers.below(3)).expect("three")],
            name: format!("lane-{lane}-of-a-name-that-may-be-cut"),
        });
    }
    let mut ticks = numbers.next();
    for _ in 0..attempts {
        ticks = ticks.wrapping_add(numbers.below(1000)).wrapping_sub(numbers.below(100));
        let lane = usize::try_from(numbers.below(lanes)).expect("two at most");
        operations.push(operation(&mut numbers, lane, ticks));
    }
    operations.push(Operation::End);
    Script { name: format!("random script of seed {seed}"), operations }
}

fn operation(numbers: &mut Numbers, lane: usize, ticks: u64) -> Operation {
    // Small records come more often than large ones, as they do in life.
    let record = numbers.below(RECORDS).min(numbers.below(RECORDS));
    let seed = numbers.next();
    match numbers.below(100) {
        0..60 => Operation::Emit { lane, record, ticks, seed },
        60..70 => Operation::Nest { lane, record, ticks, seed, count: numbers.below(3) },
        70..80 => Operation::Reserve { lane, record, ticks },
        80..85 => Operation::Fill { lane, seed },
        85..93 => Operation::Commit { lane },
        93..99 => Operation::Abandon { lane },
        _ if numbers.below(4) == 0 => Operation::Close { lane },
        _ => Operation::State { state: 1 + numbers.below(3) },
    }
}

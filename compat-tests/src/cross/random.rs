//! Random scripts: the same for the same seed.

use abi_runtime::layout::Policy;

use super::script::{Opening, Operation, RECORDS, Script};

/// `SplitMix64`, also what payloads are made of.
#[derive(Clone, Debug)]
pub struct Numbers(pub u64);

impl Numbers {
    /// Returns the next 64 bits.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// Returns a number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.word() % bound
    }

    /// Returns a number from `first` to `last`.
    pub fn from(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last - first + 1)
    }
}

/// Where counters start: at 0, and shortly before 2^32 and 2^64.
const STARTS: [u64; 3] = [0, (1 << 32) - 5, u64::MAX - 4];
/// Blocks of every region here, in bytes: small, so that lanes wrap.
const BLOCK_SIZE: u32 = 4096;

/// Returns the script of `seed`, `attempts` operations long.
#[must_use]
pub fn script(seed: u64, attempts: u64) -> Script {
    let mut numbers = Numbers(seed);
    let lanes = numbers.from(1, 2);
    let blocks = 2 << numbers.below(2);
    let readers = numbers.below(3);
    let mut operations = vec![Operation::Region {
        lanes: small(lanes),
        block_size: BLOCK_SIZE,
        blocks,
        readers: small(readers),
    }];
    for lane in 0..lanes {
        operations.push(Operation::Open(opening(&mut numbers, lane, blocks, readers)));
    }
    let mut ticks = numbers.word();
    for ticket in 1..=attempts {
        ticks = ticks.wrapping_add(numbers.below(1000)).wrapping_sub(numbers.below(100));
        let lane = small(numbers.below(lanes));
        if readers > 0 && numbers.below(6) == 0 {
            let reader = small(numbers.below(readers));
            operations.push(reading(&mut numbers, reader, lane, ticket, blocks));
            if numbers.below(2) == 0 {
                // The writer looks at once: what was released is then exactly as far behind as it was.
                operations.push(Operation::Pressure { lane: small(u64::from(lane)) });
            }
        } else {
            operations.push(writing(&mut numbers, lane, ticks));
        }
    }
    operations.push(Operation::End);
    Script { name: format!("random script of seed {seed}"), operations }
}

/// Numbers that choose among few fit every type.
fn small<N: TryFrom<u64>>(number: u64) -> N {
    N::try_from(number).ok().expect("a small number fits")
}

fn opening(numbers: &mut Numbers, lane: u64, blocks: u32, readers: u64) -> Opening {
    let position = STARTS[small::<usize>(numbers.below(3))];
    let policies: &[Policy] = match readers {
        0 => &[Policy::Overwrite, Policy::Fill],
        _ => &[Policy::Overwrite, Policy::Fill, Policy::Drain, Policy::Drain],
    };
    let policy = policies[small::<usize>(numbers.below(policies.len() as u64))];
    let (mut normal, mut bulk) = (0, 0);
    if policy != Policy::Overwrite && numbers.below(2) == 0 {
        normal = small(numbers.from(1, u64::from(blocks)));
        bulk = small(numbers.from(1, u64::from(normal)));
    }
    Opening {
        lane: small(lane),
        policy,
        owner: numbers.word(),
        position: position / u64::from(BLOCK_SIZE) * u64::from(BLOCK_SIZE),
        sequence: STARTS[small::<usize>(numbers.below(3))],
        normal,
        bulk,
        name: format!("lane-{lane}-of-a-name-that-may-be-cut"),
    }
}

/// What a drain reader does, or the driver with it.
fn reading(numbers: &mut Numbers, reader: usize, lane: u32, ticket: u64, blocks: u32) -> Operation {
    let block = u64::from(BLOCK_SIZE);
    match numbers.below(10) {
        0 | 1 => {
            let lag = [block, 2 * block, u64::MAX, u64::MAX][small::<usize>(numbers.below(4))];
            Operation::Serve { reader, ticket, lag }
        }
        2 => Operation::Dismiss { reader, standing: numbers.from(3, 4) },
        3 if numbers.below(4) == 0 => Operation::Release { reader, lane, behind: numbers.word() },
        // One byte that was not published yet.
        4 if numbers.below(8) == 0 => Operation::Release { reader, lane, behind: u64::MAX },
        5 => Operation::Release { reader, lane, behind: numbers.below(5 * block) },
        // As far behind as may be, or a word more.
        6 => {
            let most = [block, 2 * block, u64::from(blocks) * block][small::<usize>(numbers.below(3))];
            Operation::Release { reader, lane, behind: most + 8 * numbers.below(2) }
        }
        _ => Operation::Release { reader, lane, behind: numbers.below(block) },
    }
}

fn writing(numbers: &mut Numbers, lane: u32, ticks: u64) -> Operation {
    // Small records come more often than large ones, as they do in life.
    let record = numbers.below(RECORDS).min(numbers.below(RECORDS));
    let seed = numbers.word();
    let lane = lane as usize;
    match numbers.below(100) {
        0..60 => Operation::Emit { lane, record, ticks, seed },
        60..70 => Operation::Nest { lane, record, ticks, seed, count: numbers.below(3) },
        70..80 => Operation::Reserve { lane, record, ticks },
        80..85 => Operation::Fill { lane, seed },
        85..93 => Operation::Commit { lane },
        93..96 => Operation::Abandon { lane },
        96 => Operation::Reopen {
            lane,
            owner: numbers.word(),
            ticks,
            name: format!("owner-{seed}-of-lane-{lane}"),
        },
        97 => Operation::Pressure { lane },
        98 if numbers.below(2) == 0 => Operation::Gone { lane },
        98 => Operation::Close { lane },
        _ => Operation::State { state: numbers.from(1, 3) },
    }
}

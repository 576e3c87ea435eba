//! A region that lies: words changed at many places. The reader never panics, always comes to an
//! end, and no record of a known type is one that nobody wrote (REG-10, REG-32, REG-35).

mod rig;

use std::collections::HashSet;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;

use abi_runtime::attach::RegionView;
use abi_runtime::geometry::Geometry;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::Policy;
use abi_runtime::memory::Memory;
use abi_runtime::prelude::*;
use abi_runtime::reader::{LaneReader, Start};
use proptest::prelude::*;
use rig::{Checked, Rig, TooBig};

/// A region after a run with drops, laps and a lane that was filled.
struct Written {
    words: Vec<u64>,
    /// The attempts that became records.
    attempts: HashSet<u64>,
    /// Every word that is not a payload: headers of the region, lanes, blocks and records, and
    /// whole Loss records. A live region carries no checksum of payloads, and claims none.
    structure: Vec<usize>,
}

static WRITTEN: LazyLock<Written> = LazyLock::new(|| {
    let rig = Rig::new(2, 4);
    let region = rig.format();
    let mut attempts = HashSet::new();
    for lane in 0..2 {
        let policy = if lane == 0 { Policy::Overwrite } else { Policy::Fill };
        let writer = rig::open_lane(&region, lane, policy, (0, 0));
        for attempt in 0..400 {
            if attempt % 37 == 5 {
                writer.emit(&TooBig { bytes: [0xA5; 4096] }).unwrap_err();
            } else if writer.emit(&Checked::new(attempt)).is_ok() {
                attempts.insert(attempt);
            }
        }
        if lane == 1 {
            writer.close();
        }
    }
    let words = rig.snapshot();
    let structure = structure(&words, region.geometry());
    Written { words, attempts, structure }
});

fn structure(words: &[u64], geometry: &Geometry) -> Vec<usize> {
    let word = |offset: u64| usize::try_from(offset / 8).unwrap();
    let lanes = word(geometry.lanes_offset);
    let blocks = word(geometry.blocks_offset);
    let mut found: Vec<usize> = (0..32).chain(lanes..lanes + 128).collect();
    let checked = 0x48 | u64::from(Checked::SCHEMA.id) << 16 | 1 << 32;
    let loss = 0x68 | 1 << 16 | 1 << 32 | 1 << 48;
    for at in blocks..words.len() {
        let in_block = (at - blocks) % 512;
        if in_block < 8 || words[at] == checked {
            found.push(at);
        } else if words[at] == loss {
            found.extend(at..(at + 13).min(words.len()));
        }
    }
    found
}

/// Reads everything there is. `deliver` is given the records of a known type.
fn read(words: &[u64], mut deliver: impl FnMut(Checked)) -> u64 {
    let words: Vec<AtomicU64> = words.iter().map(|&word| AtomicU64::new(word)).collect();
    let Ok(view) = RegionView::attach(Memory::from_words(&words)) else {
        return 0;
    };
    let mut records = 0;
    for lane in 0..view.lanes() {
        for start in [Start::Oldest, Start::Newest] {
            let Ok(mut reader) = LaneReader::open(&view, lane, start, vec![0; 512]) else {
                continue;
            };
            let mut items = 0;
            while let Next::Item(item) = reader.next() {
                items += 1;
                assert!(items < 20_000, "a lane of 16 KiB has no end");
                if let Item::Record(record) = item
                    && let Ok(view) = record.view::<Checked>()
                {
                    records += 1;
                    deliver(Checked::try_from(view).unwrap());
                }
            }
            let books = reader.finish().books;
            assert!(books.unknowable != 0 || books.close(), "{books}");
        }
    }
    records
}

/// Numbers that matter at a boundary, beside random ones.
fn value() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        (0u32..64).prop_map(|bit| 1 << bit),
        0u64..70_000,
        (0u64..70_000).prop_map(|below| 0u64.wrapping_sub(below)),
    ]
}

fn change(words: &mut [u64], changes: &[(usize, u64, bool)]) {
    for &(place, value, flip) in changes {
        words[place] = if flip { words[place] ^ value } else { value };
    }
}

#[test]
fn an_unchanged_region_is_read_whole() {
    let mut seen = HashSet::new();
    let records = read(&WRITTEN.words, |checked| {
        seen.insert(checked.attempt);
    });
    assert!(records > 200 && seen.is_subset(&WRITTEN.attempts));
}

/// Every word of both lane controls, and of the first block headers, with every number at which
/// arithmetic on it changes its mind.
#[test]
fn every_control_word_may_hold_anything() {
    let mut values: Vec<u64> = (0..64).flat_map(|bit| [1 << bit, (1 << bit) - 1]).collect();
    values.extend([0, u64::MAX, u64::MAX - 7, 4096 + 8, 4096 + 1, 3 * 4096, 0u64.wrapping_sub(4096)]);
    let lanes = WRITTEN.structure.iter().copied().filter(|place| (4096..4096 + 128).contains(place));
    let headers = WRITTEN.structure.iter().copied().filter(|place| (6144..6144 + 1024).contains(place));
    let places: Vec<usize> = lanes.chain(headers.step_by(3)).collect();
    assert!(places.len() > 128, "{} places", places.len());
    for place in places {
        for &value in &values {
            let mut words = WRITTEN.words.clone();
            words[place] = value;
            read(&words, |checked| assert_eq!(checked, Checked::new(checked.attempt), "invented"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_structure_invents_no_record(
        changes in prop::collection::vec(
            (prop::sample::select(WRITTEN.structure.clone()), value(), any::<bool>()), 1..6),
    ) {
        let mut words = WRITTEN.words.clone();
        change(&mut words, &changes);
        read(&words, |checked| {
            assert_eq!(checked, Checked::new(checked.attempt), "invented");
            assert!(WRITTEN.attempts.contains(&checked.attempt), "nobody wrote {}", checked.attempt);
        });
    }

    #[test]
    fn changes_anywhere_never_panic(
        changes in prop::collection::vec((0..WRITTEN.words.len(), value(), any::<bool>()), 1..60),
    ) {
        let mut words = WRITTEN.words.clone();
        change(&mut words, &changes);
        read(&words, |_| ());
    }
}

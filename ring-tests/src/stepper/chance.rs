//! Cases that nobody has thought of.

use abi_runtime::layout::Policy;

use super::case::{Case, Lane, Language};
use super::script::{Act, Kind, Script};

/// Numbers that look random and are the same every time.
struct Chance(u64);

impl Chance {
    /// Returns a number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % end
    }

    fn kind(&mut self) -> Kind {
        match self.below(16) {
            0..6 => Kind::Small,
            6..9 => Kind::Medium,
            9..14 => Kind::Large,
            _ => Kind::Huge,
        }
    }

    fn act(&mut self, drains: bool) -> Act {
        match self.below(24) {
            0..14 => Act::Emit(self.kind()),
            14..17 => Act::Commit(self.kind()),
            17..20 => Act::Abandon(self.kind()),
            20..23 if drains => Act::Release,
            23 if drains && self.below(4) == 0 => Act::Overreach,
            23 if drains && self.below(4) == 0 => Act::TakeBack,
            _ => Act::Emit(Kind::Small),
        }
    }
}

/// Returns case number `number`. All writers, and all policies, take turns.
pub fn case(number: u64) -> Case {
    let mut chance = Chance(number);
    let language = [Language::C, Language::Rust, Language::Pool][(number % 3) as usize];
    let policy = [Policy::Overwrite, Policy::Fill, Policy::Drain][(number / 3 % 3) as usize];
    let thresholds: &[(u32, u32)] = match policy {
        Policy::Overwrite => &[(0, 0)],
        _ => &[(0, 0), (0, 1), (1, 1), (2, 1)],
    };
    let (normal_blocks, bulk_blocks) = thresholds[chance.below(thresholds.len() as u64) as usize];
    let lag = [8192, 4096, 6000][chance.below(3) as usize];
    let mut acts = vec![Act::Open];
    for _ in 0..8 + chance.below(24) {
        acts.push(chance.act(policy == Policy::Drain));
    }
    if chance.below(4) != 0 {
        acts.push(Act::Close);
    }
    Case { language, lane: Lane { policy, normal_blocks, bulk_blocks, lag }, script: Script(acts) }
}

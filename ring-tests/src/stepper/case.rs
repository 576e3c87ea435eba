//! What one victim plays: with which writer, in what lane, and which script.

use std::fmt;

use abi_runtime::layout::Policy;

use super::ffi::Beginning;
use super::script::Script;

/// Which writer writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `abi_runtime::writer::Writer`.
    Rust,
    /// `testimony/writer.h`.
    C,
    /// The writer in Rust, of a lane that a pool hands out.
    Pool,
}

/// What kind of lane it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// What happens when the lane is full.
    pub policy: Policy,
    /// Blocks that records of class normal may fill; 0: all.
    pub normal_blocks: u32,
    /// Blocks that records of class bulk may fill; 0: all.
    pub bulk_blocks: u32,
    /// Bytes that the drain reader may be behind, with policy drain.
    pub lag: u64,
}

impl Lane {
    pub(super) const fn in_c(self) -> Beginning {
        Beginning {
            policy: self.policy as u64,
            normal_blocks: self.normal_blocks,
            bulk_blocks: self.bulk_blocks,
            lag: self.lag,
        }
    }
}

/// What one victim plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Which writer writes.
    pub language: Language,
    /// Where it writes to.
    pub lane: Lane,
    /// What it does.
    pub script: Script,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_words().join(" "))
    }
}

impl Case {
    /// Returns the case as a victim's arguments.
    pub fn to_words(&self) -> Vec<String> {
        let language = match self.language {
            Language::Rust => "rust",
            Language::C => "c",
            Language::Pool => "pool",
        };
        let policy = match self.lane.policy {
            Policy::Overwrite => "overwrite",
            Policy::Fill => "fill",
            Policy::Drain => "drain",
        };
        let Lane { normal_blocks, bulk_blocks, lag, .. } = self.lane;
        let numbers = [normal_blocks.to_string(), bulk_blocks.to_string(), lag.to_string()];
        let [normal, bulk, lag] = numbers;
        vec![language.to_owned(), policy.to_owned(), normal, bulk, lag, self.script.to_string()]
    }

    /// Reads a victim's arguments.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    pub fn of_words(words: &[String]) -> Result<Self, String> {
        let [language, policy, normal, bulk, lag, script] = words else {
            return Err(format!("not a case: {words:?}"));
        };
        let language = match language.as_str() {
            "rust" => Language::Rust,
            "c" => Language::C,
            "pool" => Language::Pool,
            other => return Err(format!("no writer in {other}")),
        };
        let policy = match policy.as_str() {
            "overwrite" => Policy::Overwrite,
            "fill" => Policy::Fill,
            "drain" => Policy::Drain,
            other => return Err(format!("no policy {other}")),
        };
        let blocks = |text: &str| text.parse().map_err(|_| format!("not a number of blocks: {text}"));
        let lag = lag.parse().map_err(|_| format!("not a number of bytes: {lag}"))?;
        let lane = Lane { policy, normal_blocks: blocks(normal)?, bulk_blocks: blocks(bulk)?, lag };
        Ok(Self { language, lane, script: script.parse()? })
    }
}

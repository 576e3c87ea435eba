//! The language of the scripts that both writers run.
//!
//! One operation a line, words and decimal numbers; `#` begins a comment. `script.c` reads the same.
//!
//! | operation | meaning |
//! |---|---|
//! | `region LANES BLOCK_SIZE BLOCKS` | format a region; a script's first operation |
//! | `open LANE POLICY OWNER POSITION SEQUENCE NAME` | open a lane |
//! | `emit LANE RECORD TICKS SEED` | one attempt |
//! | `nest LANE RECORD TICKS SEED COUNT` | one attempt, and COUNT more from within its reading of the clock |
//! | `reserve LANE RECORD TICKS` | take a place; the lane's reservation |
//! | `fill LANE SEED` | fill the lane's reservation |
//! | `commit LANE`, `abandon LANE` | end the lane's reservation |
//! | `close LANE` | close a lane |
//! | `state NUMBER` | store the region's state |
//! | `end` | state the accounts; a script's last operation |

use std::fmt;
use std::str::FromStr;

/// Records by the numbers that scripts give them: those of `records.rs`, in their order.
pub(crate) const RECORDS: u64 = 6;

/// What a script may say.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Region { lanes: u32, block_size: u32, blocks: u32 },
    Open { lane: usize, fill: bool, owner: u64, position: u64, sequence: u64, name: String },
    Emit { lane: usize, record: u64, ticks: u64, seed: u64 },
    Nest { lane: usize, record: u64, ticks: u64, seed: u64, count: u64 },
    Reserve { lane: usize, record: u64, ticks: u64 },
    Fill { lane: usize, seed: u64 },
    Commit { lane: usize },
    Abandon { lane: usize },
    Close { lane: usize },
    State { state: u64 },
    End,
}

impl Operation {
    /// Reads one line; `None` for one without an operation.
    ///
    /// # Panics
    ///
    /// The line is not one of the table above: the script is wrong, not what it tests.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let verb = words.next()?;
        let mut word = || words.next().unwrap_or_else(|| panic!("`{line}` lacks a word"));
        let operation = match verb {
            "region" => {
                Self::Region { lanes: number(word()), block_size: number(word()), blocks: number(word()) }
            }
            "open" => Self::Open {
                lane: number(word()),
                fill: match word() {
                    "fill" => true,
                    "overwrite" => false,
                    other => panic!("`{other}` is not a policy"),
                },
                owner: number(word()),
                position: number(word()),
                sequence: number(word()),
                name: word().to_owned(),
            },
            "emit" => Self::Emit {
                lane: number(word()),
                record: number(word()),
                ticks: number(word()),
                seed: number(word()),
            },
            "nest" => Self::Nest {
                lane: number(word()),
                record: number(word()),
                ticks: number(word()),
                seed: number(word()),
                count: number(word()),
            },
            "reserve" => {
                Self::Reserve { lane: number(word()), record: number(word()), ticks: number(word()) }
            }
            "fill" => Self::Fill { lane: number(word()), seed: number(word()) },
            "commit" => Self::Commit { lane: number(word()) },
            "abandon" => Self::Abandon { lane: number(word()) },
            "close" => Self::Close { lane: number(word()) },
            "state" => Self::State { state: number(word()) },
            "end" => Self::End,
            other => panic!("`{other}` is not an operation"),
        };
        assert!(words.next().is_none(), "`{line}` has a word too many");
        Some(operation)
    }
}

fn number<N: FromStr>(word: &str) -> N {
    word.parse().unwrap_or_else(|_| panic!("`{word}` is not a number that fits"))
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region { lanes, block_size, blocks } => write!(f, "region {lanes} {block_size} {blocks}"),
            Self::Open { lane, fill, owner, position, sequence, name } => {
                let policy = if *fill { "fill" } else { "overwrite" };
                write!(f, "open {lane} {policy} {owner} {position} {sequence} {name}")
            }
            Self::Emit { lane, record, ticks, seed } => write!(f, "emit {lane} {record} {ticks} {seed}"),
            Self::Nest { lane, record, ticks, seed, count } => {
                write!(f, "nest {lane} {record} {ticks} {seed} {count}")
            }
            Self::Reserve { lane, record, ticks } => write!(f, "reserve {lane} {record} {ticks}"),
            Self::Fill { lane, seed } => write!(f, "fill {lane} {seed}"),
            Self::Commit { lane } => write!(f, "commit {lane}"),
            Self::Abandon { lane } => write!(f, "abandon {lane}"),
            Self::Close { lane } => write!(f, "close {lane}"),
            Self::State { state } => write!(f, "state {state}"),
            Self::End => f.write_str("end"),
        }
    }
}

/// A script by its name.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// What a failure calls it.
    pub(crate) name: String,
    /// What it does, in order.
    pub(crate) operations: Vec<Operation>,
}

impl Script {
    /// Reads a script.
    pub(crate) fn parse(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), operations: text.lines().filter_map(Operation::parse).collect() }
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operations.iter().try_for_each(|operation| writeln!(f, "{operation}"))
    }
}

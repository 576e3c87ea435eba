//! The language of the scripts that both writers run.
//!
//! One operation a line, words and decimal numbers; `#` begins a comment. `script.c` reads the same.
//!
//! | operation | meaning |
//! |---|---|
//! | `region LANES BLOCK_SIZE BLOCKS READERS` | format a region for so many drain readers; a script's first operation |
//! | `open LANE POLICY OWNER POSITION SEQUENCE NORMAL BULK NAME` | open a lane; NORMAL and BULK are its thresholds |
//! | `emit LANE RECORD TICKS SEED` | one attempt |
//! | `nest LANE RECORD TICKS SEED COUNT` | one attempt, and COUNT more from within its reading of the clock |
//! | `reserve LANE RECORD TICKS` | take a place; the lane's reservation |
//! | `fill LANE SEED` | fill the lane's reservation |
//! | `commit LANE`, `abandon LANE` | end the lane's reservation |
//! | `close LANE` | close a lane |
//! | `gone LANE` | close a lane whose owner is gone, with its reservation if there is one |
//! | `reopen LANE OWNER TICKS NAME` | open a closed lane again |
//! | `pressure LANE` | ask how full a lane is |
//! | `serve READER TICKET LAG` | let a drain reader come |
//! | `dismiss READER STANDING` | let it go |
//! | `release READER LANE BEHIND` | store to its page: so many bytes behind what the lane has published |
//! | `state NUMBER` | store the region's state |
//! | `end` | state the accounts; a script's last operation |

use std::fmt;
use std::str::FromStr;

use abi_runtime::layout::Policy;

/// Records by the numbers that scripts give them: those of `records.rs`, in their order.
pub const RECORDS: u64 = 6;

/// What a script may say: the table above.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the table of this module says what each is")]
pub enum Operation {
    Region { lanes: u32, block_size: u32, blocks: u32, readers: u32 },
    Open(Opening),
    Emit { lane: usize, record: u64, ticks: u64, seed: u64 },
    Nest { lane: usize, record: u64, ticks: u64, seed: u64, count: u64 },
    Reserve { lane: usize, record: u64, ticks: u64 },
    Fill { lane: usize, seed: u64 },
    Commit { lane: usize },
    Abandon { lane: usize },
    Close { lane: usize },
    Gone { lane: usize },
    Reopen { lane: usize, owner: u64, ticks: u64, name: String },
    Pressure { lane: usize },
    Serve { reader: usize, ticket: u64, lag: u64 },
    Dismiss { reader: usize, standing: u64 },
    Release { reader: usize, lane: u32, behind: u64 },
    State { state: u64 },
    End,
}

/// How a lane is opened.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the table of this module says what each is")]
pub struct Opening {
    pub lane: usize,
    pub policy: Policy,
    pub owner: u64,
    pub position: u64,
    pub sequence: u64,
    pub normal: u32,
    pub bulk: u32,
    pub name: String,
}

/// Policies by the words that scripts have for them.
const POLICIES: [(&str, Policy); 3] =
    [("overwrite", Policy::Overwrite), ("fill", Policy::Fill), ("drain", Policy::Drain)];

impl Operation {
    /// Reads one line; `None` for one without an operation.
    ///
    /// # Panics
    ///
    /// The line is not one of the table above: the script is wrong, not what it tests.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let verb = words.next()?;
        let mut word = || words.next().unwrap_or_else(|| panic!("`{line}` lacks a word"));
        let operation = match verb {
            "region" => {
                let (lanes, block_size) = (number(word()), number(word()));
                Self::Region { lanes, block_size, blocks: number(word()), readers: number(word()) }
            }
            "open" => Self::Open(Opening {
                lane: number(word()),
                policy: policy(word()),
                owner: number(word()),
                position: number(word()),
                sequence: number(word()),
                normal: number(word()),
                bulk: number(word()),
                name: word().to_owned(),
            }),
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
            "gone" => Self::Gone { lane: number(word()) },
            "reopen" => Self::Reopen {
                lane: number(word()),
                owner: number(word()),
                ticks: number(word()),
                name: word().to_owned(),
            },
            "pressure" => Self::Pressure { lane: number(word()) },
            "serve" => Self::Serve { reader: number(word()), ticket: number(word()), lag: number(word()) },
            "dismiss" => Self::Dismiss { reader: number(word()), standing: number(word()) },
            "release" => {
                Self::Release { reader: number(word()), lane: number(word()), behind: number(word()) }
            }
            "state" => Self::State { state: number(word()) },
            "end" => Self::End,
            other => panic!("`{other}` is not an operation"),
        };
        assert!(words.next().is_none(), "`{line}` has a word too many");
        Some(operation)
    }
}

fn policy(word: &str) -> Policy {
    let found = POLICIES.iter().find(|(name, _)| *name == word);
    found.unwrap_or_else(|| panic!("`{word}` is not a policy")).1
}

fn number<N: FromStr>(word: &str) -> N {
    word.parse().unwrap_or_else(|_| panic!("`{word}` is not a number that fits"))
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region { lanes, block_size, blocks, readers } => {
                write!(f, "region {lanes} {block_size} {blocks} {readers}")
            }
            Self::Open(Opening { lane, policy, owner, position, sequence, normal, bulk, name }) => {
                let found = POLICIES.iter().find(|(_, other)| other == policy);
                let policy = found.expect("every policy has a word").0;
                write!(f, "open {lane} {policy} {owner} {position} {sequence} {normal} {bulk} {name}")
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
            Self::Gone { lane } => write!(f, "gone {lane}"),
            Self::Reopen { lane, owner, ticks, name } => write!(f, "reopen {lane} {owner} {ticks} {name}"),
            Self::Pressure { lane } => write!(f, "pressure {lane}"),
            Self::Serve { reader, ticket, lag } => write!(f, "serve {reader} {ticket} {lag}"),
            Self::Dismiss { reader, standing } => write!(f, "dismiss {reader} {standing}"),
            Self::Release { reader, lane, behind } => write!(f, "release {reader} {lane} {behind}"),
            Self::State { state } => write!(f, "state {state}"),
            Self::End => f.write_str("end"),
        }
    }
}

/// A script by its name.
#[derive(Clone, Debug)]
pub struct Script {
    /// What a failure calls it.
    pub name: String,
    /// What it does, in order.
    pub operations: Vec<Operation>,
}

impl Script {
    /// Reads a script.
    ///
    /// # Panics
    ///
    /// As [`Operation::parse`].
    #[must_use]
    pub fn parse(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), operations: text.lines().filter_map(Operation::parse).collect() }
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operations.iter().try_for_each(|operation| writeln!(f, "{operation}"))
    }
}

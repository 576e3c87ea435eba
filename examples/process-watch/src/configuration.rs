//! What the driver is told when it is started.

use std::path::PathBuf;

use abi_runtime::geometry::Shape;
use abi_runtime::layout::Policy;
use clap::{Parser, ValueEnum};

use crate::connector::RECEIVE_BUFFER;
use crate::source::Choice;

/// Number of the lane that Rust writes.
pub const SOURCE_LANE: u32 = 0;
/// Number of the lane that the C thread writes.
pub const USAGE_LANE: u32 = 1;

/// Observes processes, or where that is not allowed a directory tree, and serves what it sees.
///
/// Prints `ready SOURCE` once it serves, and its account as one line of JSON when it ends. Exit
/// status: 0 it was asked to end and stated its account, 2 it failed.
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub struct Configuration {
    /// The socket that readers attach to.
    #[arg(long, default_value = "/run/process-watch.socket")]
    pub socket: PathBuf,
    /// What to listen to.
    #[arg(long, value_enum, default_value_t = ChosenSource::Best)]
    pub source: ChosenSource,
    /// The directory tree to watch if the source is one.
    #[arg(long, default_value = ".")]
    pub tree: PathBuf,
    /// Bytes of the connector socket's receive buffer.
    #[arg(long, default_value_t = RECEIVE_BUFFER)]
    pub receive_buffer: usize,
    /// Bytes of one block: a power of two from 4096 to 1048576.
    #[arg(long, default_value_t = 65_536)]
    pub block_size: u32,
    /// Blocks of one lane: a power of two from 2.
    #[arg(long, default_value_t = 64)]
    pub blocks: u32,
    /// What a full lane does.
    #[arg(long, value_enum, default_value_t = ChosenPolicy::Overwrite)]
    pub policy: ChosenPolicy,
    /// A user who may attach, besides the driver's own; may be given several times.
    #[arg(long)]
    pub allow_uid: Vec<u32>,
    /// Microseconds between two samples of the C thread.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub sample_every: u32,
    /// A process whose children are counted for the account.
    #[arg(long)]
    pub children_of: Option<u32>,
    /// End when standard input closes, besides on SIGTERM and SIGINT.
    #[arg(long)]
    pub until_stdin_closes: bool,
}

/// What to listen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChosenSource {
    /// The process connector, or where it is not to be had the directory tree.
    Best,
    /// The process connector.
    Connector,
    /// The directory tree.
    Tree,
}

/// What a full lane does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChosenPolicy {
    /// Let go of the oldest.
    Overwrite,
    /// Refuse the new.
    Fill,
}

impl Configuration {
    /// Returns the shape of the region.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        Shape { lanes: 2, block_size: self.block_size, blocks_per_lane: self.blocks }
    }
}

impl From<ChosenSource> for Choice {
    fn from(chosen: ChosenSource) -> Self {
        match chosen {
            ChosenSource::Best => Self::Best,
            ChosenSource::Connector => Self::Connector,
            ChosenSource::Tree => Self::Tree,
        }
    }
}

impl From<ChosenPolicy> for Policy {
    fn from(chosen: ChosenPolicy) -> Self {
        match chosen {
            ChosenPolicy::Overwrite => Self::Overwrite,
            ChosenPolicy::Fill => Self::Fill,
        }
    }
}

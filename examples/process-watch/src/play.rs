//! The demo: a driver, a reader that it does not trust, and load, each in a process of its own.

use std::fmt;
use std::io;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use crate::connector::{Connector, ConnectorError};
use crate::load::Caused;
use crate::origin::SourceKind;
use crate::output;
use crate::party::{Party, PartyError};
use crate::privilege::{NOBODY, can_become};
use crate::stage::Stage;
use crate::statement::{DriverStatement, ReaderStatement};

/// How long a party may take for what it does at once.
const BOUND: Duration = Duration::from_secs(20);

/// What is played.
#[derive(Clone, Copy, Debug)]
pub struct Play {
    /// The source; `None` is the best that there is.
    pub source: Option<SourceKind>,
    /// How long load is put on the machine.
    pub load: Duration,
    /// At most how many processes or files it makes.
    pub count: u64,
    /// How long the reader is stopped in the middle of it.
    pub stop: Duration,
    /// Bytes of a block and blocks of a lane.
    pub lane: (u32, u32),
    /// Whether lanes that are full refuse the new, instead of letting go of the oldest.
    pub fill: bool,
}

/// What the parties said at the end.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The driver's account.
    pub driver: DriverStatement,
    /// The reader's account.
    pub reader: ReaderStatement,
    /// What the load generator knows.
    pub caused: Caused,
    /// How long the reader was stopped.
    pub stopped: Duration,
}

/// The play could not be brought to its end.
#[derive(Debug)]
pub enum PlayError {
    /// There is no directory to play in.
    Stage(io::Error),
    /// A party did not do its part.
    Party(PartyError),
    /// The driver has another source than a trial had.
    OtherSource {
        /// What the trial had.
        expected: SourceKind,
        /// What the driver says.
        said: String,
    },
}

impl fmt::Display for PlayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage(error) => write!(f, "there is nowhere to play: {error}"),
            Self::Party(error) => error.fmt(f),
            Self::OtherSource { expected, said } => write!(
                f,
                "the {} was to be had a moment ago, and the driver says {said:?}; try again",
                expected.name()
            ),
        }
    }
}

impl std::error::Error for PlayError {}

impl From<PartyError> for PlayError {
    fn from(error: PartyError) -> Self {
        Self::Party(error)
    }
}

impl Play {
    /// Plays it, telling on standard error what happens.
    ///
    /// # Errors
    ///
    /// It could not be brought to its end; no party is left running.
    pub fn run(&self) -> Result<Outcome, PlayError> {
        let stage = Stage::make().map_err(PlayError::Stage)?;
        let source = self.find_source();
        let mut load = Party::start("load", &self.load_arguments(source, &stage))?;
        load.hear("`ready`", BOUND)?;
        let driver = Party::start("driver", &self.driver_arguments(&stage, load.id()))?;
        let said = driver.hear("`ready`", BOUND)?;
        if said != format!("ready {}", source.name()) {
            return Err(PlayError::OtherSource { expected: source, said });
        }
        let reader = Party::start("reader", &reader_arguments(&stage))?;
        reader.hear("`attached`", BOUND)?;

        output::error_line(&format!("load: {} for {:?} at most", what_load(source), self.load));
        load.go();
        thread::sleep(self.load / 3);
        if !self.stop.is_zero() {
            reader.signal(Signal::STOP)?;
            output::error_line(&format!(
                "the reader is stopped for {:?}: the driver does not notice, and the lanes wrap",
                self.stop
            ));
            thread::sleep(self.stop);
            reader.signal(Signal::CONT)?;
            output::error_line("the reader goes on");
        }
        let caused = load.hear_json("account", self.load + BOUND)?;
        load.end(&[0], BOUND)?;
        let (driver, reader) = close_books(driver, reader)?;
        Ok(Outcome { driver, reader, caused, stopped: self.stop })
    }

    /// Finds out by a trial which source the driver will have.
    fn find_source(&self) -> SourceKind {
        if let Some(source) = self.source {
            return source;
        }
        match Connector::open(1) {
            Ok(_) => SourceKind::Connector,
            Err(error @ (ConnectorError::Refused { .. } | ConnectorError::NoAnswer)) => {
                output::error_line(&format!("{error}; a directory tree is watched instead"));
                SourceKind::Tree
            }
        }
    }

    fn load_arguments(&self, source: SourceKind, stage: &Stage) -> Vec<String> {
        let mut arguments = vec![
            "--wait".to_owned(),
            format!("--count={}", self.count),
            format!("--milliseconds={}", self.load.as_millis()),
        ];
        match source {
            SourceKind::Connector => arguments.push("processes".to_owned()),
            SourceKind::Tree => {
                arguments.extend(["files".to_owned(), stage.tree().display().to_string()]);
            }
        }
        arguments
    }

    fn driver_arguments(&self, stage: &Stage, parent: u32) -> Vec<String> {
        let (block_size, blocks) = self.lane;
        let mut arguments = vec![
            format!("--socket={}", stage.socket().display()),
            format!("--tree={}", stage.tree().display()),
            format!("--source={}", self.source.map_or("best", SourceKind::name)),
            format!("--children-of={parent}"),
            format!("--block-size={block_size}"),
            format!("--blocks={blocks}"),
            format!("--policy={}", if self.fill { "fill" } else { "overwrite" }),
            "--until-stdin-closes".to_owned(),
        ];
        if can_become(NOBODY) {
            arguments.push(format!("--allow-uid={NOBODY}"));
        }
        arguments
    }
}

/// Ends the driver, then the reader, and takes their statements.
fn close_books(mut driver: Party, reader: Party) -> Result<(DriverStatement, ReaderStatement), PartyError> {
    driver.go();
    let offered = driver.hear_json("account", BOUND)?;
    driver.end(&[0], BOUND)?;
    let delivered = reader.hear_json("account", BOUND)?;
    // With 1 it says that its own books do not close; the audit says why.
    reader.end(&[0, 1], BOUND)?;
    Ok((offered, delivered))
}

fn reader_arguments(stage: &Stage) -> Vec<String> {
    let mut arguments = vec!["--statement".to_owned(), "--show=4".to_owned()];
    if can_become(NOBODY) {
        arguments.push(format!("--user={NOBODY}"));
    }
    arguments.push(stage.socket().display().to_string());
    arguments
}

const fn what_load(source: SourceKind) -> &'static str {
    match source {
        SourceKind::Connector => "short processes, one after the other on every thread,",
        SourceKind::Tree => "files that are made, written and removed",
    }
}

//! The driver's work between two waits: from observations to records.

use abi_runtime::TraceRecord;
use abi_runtime::clock::Clock;
use abi_runtime::writer::Writer;

use crate::kinship::Kinship;
use crate::observation::Observation;
use crate::origin::SourceLoss;
use crate::source::{Source, SourceError};
use crate::statement::{DriverStatement, LaneOffered, Seen};

/// A source and the lane that tells of it.
#[derive(Debug)]
pub struct Driver<'m, C> {
    source: Source,
    lane: Lane<'m, C>,
}

#[derive(Debug)]
struct Lane<'m, C> {
    writer: Writer<'m, C>,
    kinship: Kinship,
    seen: Seen,
}

impl<'m, C: Clock> Driver<'m, C> {
    /// Begins with a record that tells what the source is.
    pub fn new(source: Source, writer: Writer<'m, C>, kinship: Kinship) -> Self {
        let lane = Lane { writer, kinship, seen: Seen::default() };
        lane.emit(&source.started());
        Self { source, lane }
    }

    /// Returns the source: to wait for it.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Records what the source has, a bounded amount, and returns whether there may be more.
    ///
    /// # Errors
    ///
    /// The source does not work any more.
    pub fn turn(&mut self) -> Result<bool, SourceError> {
        let lane = &mut self.lane;
        self.source.take(|observation| lane.record(observation))
    }

    /// Closes the lane and states what was offered; `others` are the lanes of other writers.
    pub fn finish(self, others: impl IntoIterator<Item = LaneOffered>) -> DriverStatement {
        let Self { source, lane } = self;
        lane.writer.close();
        let name = source.kind().name();
        let mut lanes = vec![LaneOffered::new(name, &lane.writer.account())];
        lanes.extend(others);
        let children = lane.kinship.children();
        DriverStatement { source: name.to_owned(), lanes, seen: lane.seen, children }
    }
}

impl<C: Clock> Lane<'_, C> {
    fn record(&mut self, observation: Observation) {
        let seen = &mut self.seen;
        match self.kinship.complete(observation) {
            Observation::Fork(record) => {
                seen.forks += 1;
                self.emit(&record);
            }
            Observation::Exec(record) => {
                seen.execs += 1;
                self.emit(&record);
            }
            Observation::Exit(record) => {
                seen.exits += 1;
                self.emit(&record);
            }
            Observation::Renamed(record) => {
                seen.renamed += 1;
                self.emit(&record);
            }
            Observation::SessionStarted(record) => {
                seen.sessions += 1;
                self.emit(&record);
            }
            Observation::File(record) => {
                seen.files += 1;
                self.emit(&record);
            }
            Observation::Directory(record) => {
                seen.directories += 1;
                self.emit(&record);
            }
            Observation::Loss(record) => {
                if record.count == SourceLoss::UNKNOWN_COUNT {
                    seen.losses_unknown += 1;
                } else {
                    seen.losses_numbered += record.count;
                }
                self.emit(&record);
            }
            Observation::Unrecorded => seen.unrecorded += 1,
        }
    }

    fn emit(&self, record: &impl TraceRecord) {
        // A refused attempt has been counted in the lane, and readers are told: nothing is left to
        // do about it here.
        let _ = self.writer.emit(record);
    }
}

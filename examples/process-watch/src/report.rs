//! What the demo says at the end.

use std::fmt;

use crate::audit::{Audit, LaneAudit};
use crate::origin::SourceKind;
use crate::play::Outcome;
use crate::statement::LaneDelivered;

/// The books of every lane, and what the load generator knows beside what the driver saw. Its last
/// line says whether the books close.
#[derive(Clone, Debug)]
pub struct Report<'o> {
    outcome: &'o Outcome,
    audit: &'o Audit,
}

impl<'o> Report<'o> {
    /// Reports on `outcome`, which `audit` has looked through.
    #[must_use]
    pub const fn new(outcome: &'o Outcome, audit: &'o Audit) -> Self {
        Self { outcome, audit }
    }

    fn load_and_driver(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (caused, driver) = (&self.outcome.caused, &self.outcome.driver);
        let (seen, children) = (&driver.seen, &driver.children);
        if driver.source == SourceKind::Connector.name() {
            let (processes, failures) = (caused.processes, caused.failures);
            writeln!(
                f,
                "load generator: {processes} processes forked, run and ended, {failures} of them with a status other than 0"
            )?;
            writeln!(
                f,
                "driver:         {} forks, {} execs, {} exits of its children, {} with a status other than 0",
                children.forks, children.execs, children.exits, children.failures
            )?;
            let told = children.forks + children.execs + children.exits;
            difference(f, 3 * processes, told)?;
            let all = seen.forks + seen.execs + seen.exits + seen.renamed + seen.sessions + seen.unrecorded;
            writeln!(
                f,
                "                {} more events came from other processes on the machine",
                all.saturating_sub(told)
            )?;
        } else {
            let (files, directories) = (caused.files, caused.directories);
            writeln!(
                f,
                "load generator: {files} files made, closed and removed; {directories} directories removed"
            )?;
            writeln!(f, "driver:         {} events of files and directories", seen.files)?;
            difference(f, 3 * files + directories, seen.files)?;
        }
        write!(f, "lost at source: ")?;
        match (seen.losses_unknown, seen.losses_numbered) {
            (0, 0) => writeln!(f, "nothing that the source tells of"),
            (moments, 0) => writeln!(f, "unknown counts at {moments} moments; no numbering tells how many"),
            (moments, events) => writeln!(
                f,
                "{events} events by the kernel's own numbering ({moments} moments of unknown count among them); no gap of a lane, since the driver never saw them"
            ),
        }
    }
}

/// Says by how much the driver saw something else than was caused.
fn difference(f: &mut fmt::Formatter<'_>, caused: u64, told: u64) -> fmt::Result {
    match i128::from(caused) - i128::from(told) {
        0 => writeln!(f, "                all {caused} events that the load caused were seen"),
        less @ 1.. => {
            writeln!(f, "                {less} events fewer than the {caused} that the load caused")
        }
        more => writeln!(
            f,
            "                {} events more than the {caused} that the load caused: somebody else's files",
            -more
        ),
    }
}

fn lane_line(f: &mut fmt::Formatter<'_>, lane: &LaneAudit) -> fmt::Result {
    let none = LaneDelivered::default();
    let reader = lane.reader.as_ref().unwrap_or(&none);
    writeln!(
        f,
        "{:<10} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6}   {}",
        lane.driver.name,
        lane.driver.offered,
        reader.before,
        reader.delivered,
        reader.dropped,
        reader.overrun,
        reader.corrupt,
        reader.gaps,
        if lane.findings.is_empty() { "yes" } else { "NO" }
    )?;
    for (name, count) in &reader.records {
        writeln!(f, "  {name:<19} {count:>29}")?;
    }
    for (cause, count) in &reader.by_cause {
        writeln!(f, "  dropped, {cause:<16} {count:>33}")?;
    }
    for finding in &lane.findings {
        writeln!(f, "  finding: {finding}")?;
    }
    Ok(())
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome { driver, reader, .. } = self.outcome;
        writeln!(f, "source:         {}", driver.source)?;
        writeln!(
            f,
            "reader:         user id {}, in a process of its own, on memory that it cannot write",
            reader.uid
        )?;
        if !self.outcome.stopped.is_zero() {
            writeln!(
                f,
                "                stopped for {:?} in the middle, so that lanes wrapped unread",
                self.outcome.stopped
            )?;
        }
        self.load_and_driver(f)?;
        writeln!(f)?;
        writeln!(
            f,
            "{:<10} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6}   closes",
            "lane", "offered", "before", "delivered", "dropped", "overrun", "corrupt", "gaps"
        )?;
        self.audit.lanes.iter().try_for_each(|lane| lane_line(f, lane))?;
        writeln!(f, "offered and before: the driver's account; the others: the reader's")?;
        self.audit.fmt(f)
    }
}

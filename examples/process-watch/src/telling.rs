//! A record as a line of text, read through its view.

use std::fmt::Display;
use std::time::Duration;

use abi_runtime::item::Record;
use abi_runtime::prelude::*;

use crate::catalog::PROC;
use crate::file::{DirectoryWatched, FileEvent};
use crate::origin::{SourceLoss, SourceStarted};
use crate::process::{Ending, Exec, Exit, Fork, Renamed, SessionStarted};
use crate::usage::UsageSample;

/// Returns the name of the records with this id, or the id if the catalog has none.
#[must_use]
pub fn name(id: u16) -> String {
    let schema = PROC.records.iter().find(|schema| schema.id == id);
    schema.map_or_else(|| format!("unknown {id:#06x}"), |schema| schema.name.to_owned())
}

/// Returns what a record says, without its name.
#[must_use]
pub fn text(record: &Record<'_>) -> String {
    if let Ok(fork) = record.view::<Fork>() {
        let kind = if fork.child_pid() == fork.child_tgid() { "process" } else { "thread" };
        format!("{} makes {kind} {}", fork.parent_tgid(), fork.child_pid())
    } else if let Ok(exec) = record.view::<Exec>() {
        match exec.name().filter(|name| !name.bytes().is_empty()) {
            Some(name) => format!("{} runs {name}", exec.tgid()),
            None => format!("{} runs another program", exec.tgid()),
        }
    } else if let Ok(exit) = record.view::<Exit>() {
        exit_text(exit)
    } else if let Ok(renamed) = record.view::<Renamed>() {
        format!("{} is called {}", renamed.pid(), renamed.name())
    } else if let Ok(session) = record.view::<SessionStarted>() {
        format!("{} leads a session", session.tgid())
    } else if let Ok(started) = record.view::<SourceStarted>() {
        format!("source {}, fallback {}", code(started.source()), code(started.fallback()))
    } else if let Ok(loss) = record.view::<SourceLoss>() {
        loss_text(loss)
    } else if let Ok(event) = record.view::<FileEvent>() {
        let (change, entry) = (code(event.change()), code(event.entry()));
        format!("{change} {entry} {} in directory {}", event.name(), event.directory())
    } else if let Ok(directory) = record.view::<DirectoryWatched>() {
        format!("{} is {}", directory.directory(), directory.path_end())
    } else if let Ok(usage) = record.view::<UsageSample>() {
        format!(
            "user {:?}, system {:?}, {} + {} switches",
            Duration::from_nanos(usage.user_time()),
            Duration::from_nanos(usage.system_time()),
            usage.voluntary_switches(),
            usage.involuntary_switches()
        )
    } else {
        let header = &record.header;
        format!("version {}, {} bytes, not understood", header.version, record.payload.len())
    }
}

fn exit_text(exit: View<'_, Exit>) -> String {
    let how = match exit.ending().known() {
        Ok(Ending::Returned) => format!("returns {}", exit.status()),
        Ok(Ending::Killed) => format!("is killed by signal {}", exit.status()),
        Ok(Ending::Dumped) => format!("is killed by signal {} and dumped", exit.status()),
        Err(unknown) => format!("ends ({unknown})"),
    };
    match exit.lived_for() {
        u64::MAX => format!("{} {how}", exit.pid()),
        nanoseconds => format!("{} {how} after {:.1?}", exit.pid(), Duration::from_nanos(nanoseconds)),
    }
}

fn loss_text(loss: View<'_, SourceLoss>) -> String {
    let count: &dyn Display = match loss.count() {
        SourceLoss::UNKNOWN_COUNT => &"an unknown number of",
        ref count => &count.to_string(),
    };
    let (source, sign) = (code(loss.source()), code(loss.sign()));
    let cpu = match loss.cpu() {
        SourceLoss::UNKNOWN_CPU => String::new(),
        cpu => format!(" of CPU {cpu}"),
    };
    format!("{source} lost {count} events{cpu} before the driver saw them ({sign})")
}

/// The name of a code's value, or the number if this side has no name for it.
fn code<E: TraceCode>(code: Code<E>) -> String
where
    E::Repr: Display,
{
    code.name().map_or_else(|| code.raw().to_string(), str::to_owned)
}

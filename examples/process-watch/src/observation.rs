//! What a source hands to the driver.

use crate::file::{DirectoryWatched, FileEvent};
use crate::message::{Event, Message};
use crate::origin::SourceLoss;
use crate::process::{Ending, Exec, Exit, Fork, Renamed, SessionStarted};
use abi_runtime::Name;

/// One thing that a source has to say, as the record that tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation {
    /// A thread was made.
    Fork(Fork),
    /// A process runs another program. `name` is not known yet.
    Exec(Exec),
    /// A thread ended. `lived_for` is not known yet.
    Exit(Exit),
    /// A thread has another name.
    Renamed(Renamed),
    /// A process became the leader of a session.
    SessionStarted(SessionStarted),
    /// Something happened to a file.
    File(FileEvent),
    /// A directory is watched.
    Directory(DirectoryWatched),
    /// Something was lost.
    Loss(SourceLoss),
    /// An event for which the catalog has no record: of user ids, ptrace, core dumps.
    Unrecorded,
}

impl From<Message> for Observation {
    fn from(message: Message) -> Self {
        let Message { number, cpu, at, event } = message;
        match event {
            Event::Fork { parent_pid, parent_tgid, child_pid, child_tgid } => {
                Self::Fork(Fork { parent_pid, parent_tgid, child_pid, child_tgid, cpu, number, at })
            }
            Event::Exec { pid, tgid } => {
                Self::Exec(Exec { pid, tgid, cpu, number, at, name: Name::new(b"") })
            }
            Event::Exit { pid, tgid, exit_code, exit_signal, parent_pid, parent_tgid } => {
                let (ending, status) = Ending::of_exit_code(exit_code);
                Self::Exit(Exit {
                    pid,
                    tgid,
                    parent_pid,
                    parent_tgid,
                    cpu,
                    number,
                    at,
                    lived_for: u64::MAX,
                    status,
                    ending: ending.into(),
                    // The kernel says -1 for a thread that is not the first of its process.
                    parent_signal: u16::try_from(exit_signal).unwrap_or(u16::MAX),
                })
            }
            Event::Renamed { pid, tgid, name } => {
                Self::Renamed(Renamed { pid, tgid, cpu, number, at, name: Name::from_raw(name) })
            }
            Event::SessionStarted { pid, tgid } => {
                Self::SessionStarted(SessionStarted { pid, tgid, cpu, number, at })
            }
            Event::Acknowledged { .. } | Event::Other { .. } => Self::Unrecorded,
        }
    }
}

//! The catalog `proc`.

use crate::file::{DirectoryWatched, FileEvent};
use crate::origin::{SourceLoss, SourceStarted};
use crate::process::{CoreDumped, Exec, Exit, Fork, Renamed, SessionStarted};
use crate::usage::UsageSample;

abi_runtime::catalog! {
    /// What the kernel says of processes and files.
    pub static PROC = "proc" {
        records: [
            Fork, Exec, Exit, Renamed, CoreDumped, SessionStarted,
            SourceStarted, SourceLoss,
            FileEvent, DirectoryWatched,
            UsageSample,
        ],
    }
}
